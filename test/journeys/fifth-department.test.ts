import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ExcelJS from 'exceljs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, launch, type Running } from '../support/process.ts'
import { inventedUscc } from '../support/quality-rows.ts'

/**
 * A fifth department comes in without a deployment: the tobacco monopoly bureau of the fictional city, with a
 * spreadsheet as it keeps it. Real processes only: the service, the administrator's command, the department's `jce`.
 */

let directory: string
let port: number
let service: Running

const admin = (...words: string[]) =>
  launch(directory, 'gateway/admin.ts', { PORT: String(port) }, words).end()
const jce = (...words: string[]) => launch(directory, 'client/jce.ts', {}, words).end()

/** The list template in use: a title, one column for whatever number there is, dates as Excel keeps them. */
async function tobaccoSheet(rows: readonly (string | number | Date)[][]): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook()
  const sheet = workbook.addWorksheet('失信名单')
  sheet.addRow(['汝宁市烟草专卖局涉烟失信名单'])
  sheet.addRow([
    '序号',
    '当事人姓名/单位名称',
    '身份证号/社会信用代码/组织机构代码/工商注册号',
    '列入红/黑名单事由',
    '发生时间',
    '列入名单时间',
    '决定书文号',
    '涉案品牌',
  ])
  for (const row of rows) sheet.addRow(row)
  return Buffer.from(await workbook.xlsx.writeBuffer())
}

const day = (text: string) => new Date(`${text}T00:00:00Z`)
const listed = (n: number, name: string) => [
  n,
  name,
  inventedUscc(500 + n),
  '非法运输烟草专卖品',
  day('2026-01-05'),
  day('2026-03-20'),
  `汝烟列〔2026〕${n}号`,
  '某品牌',
]

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-fifth-'))
  port = await freePort()
  service = launch(directory, 'gateway/main.ts', { PORT: String(port) })
  await service.until('Ctrl-C')
})
afterAll(async () => {
  service.child.kill('SIGTERM')
  await service.end()
  await rm(directory, { recursive: true, force: true })
})

describe('a fifth department', () => {
  it('is registered, defined by its own spreadsheet, and its records bind the others', async () => {
    await writeFile(
      join(directory, '样表.xlsx'),
      await tobaccoSheet([1, 2, 3].map((n) => listed(n, `汝宁市虚构${n}号烟酒店`))),
    )

    // The administrator registers the bureau, and the bureau's system enrols with a key of its own.
    const registered = await admin(
      'department',
      'register',
      'TOBACCO',
      '汝宁市烟草专卖局',
      '--kind',
      'TOBACCO',
      '--division',
      '419800',
      '--role',
      'PROVIDER',
      '--role',
      'ENQUIRER',
    )
    expect(registered).toMatchObject({ code: 0 })
    const code = (await admin('department', 'code', 'TOBACCO')).output.split('\n')[0] ?? ''
    const url = `http://localhost:${port}`
    expect(await jce('keygen', '--out', 'tobacco.jwk.json')).toMatchObject({ code: 0 })
    const enrolled = await jce('enrol', '--url', url, '--code', code, '--key', 'tobacco.jwk.json')
    expect(enrolled).toMatchObject({ code: 0 })
    const kid = /[A-Za-z0-9_-]{43}/.exec(enrolled.output)?.[0] ?? ''
    expect(await admin('department', 'approve', 'TOBACCO', kid)).toMatchObject({ code: 0 })

    // Its spreadsheet is proposed as a dataset; what is missing is told, and nothing goes live without it.
    const propose = [
      'dataset',
      'propose',
      '样表.xlsx',
      '--code',
      'TOBACCO_LIST',
      '--department',
      'TOBACCO',
      '--list-type',
      'SERIOUS_DISHONESTY',
      '--out',
      'proposal.json',
    ]
    const first = await admin(...propose)
    expect(first).toMatchObject({ code: 0 })
    expect(first.output).toMatch(/身份证号\/社会信用代码.*SUBJECT_NUMBER/)
    expect(first.output).toContain('还缺')
    const early = await admin('dataset', 'publish', 'proposal.json')
    expect([early.code, early.output.includes('还缺')]).toEqual([1, true])
    const complete = await admin(
      ...propose,
      '--name',
      '涉烟严重失信名单',
      '--name-en',
      'Tobacco-related dishonesty',
      '--coverage',
      '本市',
      '--update-cycle',
      '每月',
      '--basis',
      '河南省社会信用条例第三十三条',
    )
    expect(complete.output).not.toContain('还缺')
    expect(complete.output).toMatch(/存入 stored 3/)
    const published = await admin('dataset', 'publish', 'proposal.json')
    expect([published.code, published.output.includes('TOBACCO_LIST')]).toEqual([0, true])
    expect((await admin('dataset', 'versions', 'TOBACCO_LIST')).output).toContain('首版')

    // The bureau sends the month's file; one row is faulty and comes back with the reason beside it.
    await mkdir(join(directory, 'evidence'), { recursive: true })
    const config = {
      url,
      audience: url,
      department: 'TOBACCO',
      keyFile: 'tobacco.jwk.json',
      evidenceDir: 'evidence',
    }
    await writeFile(join(directory, 'jce.json'), JSON.stringify(config))
    const exchangeKid = /[A-Za-z0-9_-]{43}/.exec((await jce('trust')).output)?.[0] ?? ''
    expect(await jce('trust', '--accept', exchangeKid)).toMatchObject({ code: 0 })
    const rows = [
      ...[1, 2, 3].map((n) => listed(n, `汝宁市虚构${n}号烟酒店`)),
      [
        4,
        '汝宁市虚构4号烟酒店',
        'NOT-A-CODE',
        '走私卷烟',
        day('2026-01-05'),
        day('2026-03-20'),
        '汝烟列〔2026〕4号',
        '某品牌',
      ],
    ]
    await writeFile(join(directory, '三月.xlsx'), await tobaccoSheet(rows))
    const sent = await jce(
      'submit',
      '--dataset',
      'TOBACCO_LIST',
      '--batch',
      '2026-03',
      '--annotated',
      '退回.xlsx',
      '三月.xlsx',
    )
    expect(sent.code).toBe(1)
    const annotated = new ExcelJS.Workbook()
    await annotated.xlsx.readFile(join(directory, '退回.xlsx'))
    const sheet = annotated.worksheets[0]
    expect(sheet?.getRow(2).getCell(1).text).toBe('处理结果')
    expect(sheet?.getRow(3).getCell(1).text).toMatch(/taken/)
    expect(sheet?.getRow(6).getCell(1).text).toMatch(/rejected/)

    // Another department asks, and is told what binds it.
    const screened = await jce(
      'screen',
      '--config',
      join(directory, '.data/demo/NDRC/jce.json'),
      '--purpose',
      '招标资格审查',
      inventedUscc(501),
      inventedUscc(504),
    )
    expect(screened.output).toContain('LISTED')
    expect(screened.output).toContain('UNKNOWN')
    expect(screened.output).toContain('严重失信主体名单')

    // What never reached the exchange in time is seen; here nothing has a clock yet.
    expect((await admin('timeliness', '--from', '2026-01-01', '--to', '2099-01-01')).code).toBe(0)
  })

  it('cannot take over what belongs to another', async () => {
    const stolen = await admin(
      'dataset',
      'propose',
      '样表.xlsx',
      '--code',
      'QTS_DISHONEST',
      '--department',
      'TOBACCO',
      '--out',
      'stolen.json',
      '--name',
      '名单',
      '--name-en',
      'list',
      '--coverage',
      '本市',
      '--update-cycle',
      '每月',
      '--basis',
      '某条例',
      '--list-type',
      'QUALITY_DISHONEST',
    )
    expect(stolen.code).toBe(0)
    const published = await admin('dataset', 'publish', 'stolen.json')
    expect([published.code, published.output.includes('属于部门 QTS')]).toEqual([1, true])
    expect((await admin('dataset', 'list')).output).toMatch(/QTS_DISHONEST\s+QTS\s+ACTIVE/)
  })
})
