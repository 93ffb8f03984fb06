import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import ExcelJS from 'exceljs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { encodeGb18030 } from '../../src/tabular/gb18030.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import {
  inventedUscc,
  type QualityRow,
  qualityCsv,
  qualityHeadings,
  qualityRow,
} from '../support/quality-rows.ts'
import { JceDepartment } from './jce-department.ts'

/** Files of records, their batches, and changes of single records, by `jce` against a running exchange. */

let exchange: TestExchange
let server: RunningServer
let qts: JceDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await JceDepartment.start(server, 'QTS', foundingKinds.QTS)
  await importFoundingCatalogue(exchange)
})
afterAll(async () => {
  await qts[Symbol.asyncDispose]()
  await exchange[Symbol.asyncDispose]()
})

const submit = (batch: string, file: string, ...more: string[]) =>
  qts.jce('submit', '--dataset', 'QTS_DISHONEST', '--batch', batch, ...more, file)
const digest = async (name: string) =>
  createHash('sha256')
    .update(await readFile(qts.file(name)))
    .digest('base64url')
const rows = (block: number, size: number) =>
  Array.from({ length: size }, (_, index) => qualityRow(block * 1_000_000 + index))
const write = async (name: string, content: string | Uint8Array) => {
  await writeFile(qts.file(name), content)
  return name
}

async function workbook(records: readonly QualityRow[]): Promise<Buffer> {
  const book = new ExcelJS.Workbook()
  book.addWorksheet('说明').addRow(['填表说明'])
  const sheet = book.addWorksheet('质量失信')
  const names = Object.keys(qualityHeadings)
  sheet.addRow(names.map((name) => qualityHeadings[name]))
  for (const record of records) sheet.addRow(names.map((name) => record[name]))
  return Buffer.from(await book.xlsx.writeBuffer())
}

describe('a file', () => {
  it('in GB18030 with bad rows is taken as far as it is good, and told line by line', async () => {
    const [a, b, c] = rows(1, 3)
    if (!a || !b || !c) throw new TypeError('three rows')
    const csv = qualityCsv([a, { ...b, listedOn: '1990-02-30' }, { ...c, grade: '无' }])
    await write('gb.csv', encodeGb18030(csv))
    const submitted = await submit('gb', 'gb.csv', '--encoding', 'GB18030', '--annotated', 'gb-annotated.csv')
    expect(submitted.code).toBe(1)
    expect(submitted.stdout.split('\n').map((line) => line.split('\t').slice(0, 3))).toEqual([
      ['3', 'listedOn', 'DATE_INVALID'],
      ['4', 'grade', 'CODE_UNKNOWN'],
      [''],
    ])
    expect(submitted.stderr).toMatch(/读取 read +3\n接收 accepted +1\n.*\n.*\n退回 rejected +2\n/)
    expect(submitted.stderr).toContain(`SHA-256 ${await digest('gb-annotated.csv')}`)
    expect((await qts.client().batch('gb')).data?.annotated?.sha256).toBe(await digest('gb-annotated.csv'))
  })

  it('that is a workbook comes back annotated, its sheet chosen by name', async () => {
    const [a, b] = rows(2, 2)
    if (!a || !b) throw new TypeError('two rows')
    await write('list.xlsx', await workbook([a, { ...b, listedOn: '去年' }]))
    const submitted = await submit(
      'book',
      'list.xlsx',
      '--sheet',
      '质量失信',
      '--annotated',
      'annotated.xlsx',
    )
    expect(submitted).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^3\tlistedOn\tDATE_INVALID\t/),
    })
    const annotated = new ExcelJS.Workbook()
    await annotated.xlsx.readFile(qts.file('annotated.xlsx'))
    expect(annotated.getWorksheet('质量失信')?.getRow(3).values).toEqual(
      expect.arrayContaining([expect.stringContaining('退回 rejected')]),
    )
    expect((await stat(qts.file('annotated.xlsx'))).mode & 0o077).toBe(0)
  })

  it('as NDJSON without faults ends with 0 and says nothing on standard output; again, it is the same', async () => {
    const ndjson = rows(3, 5).map((row) => JSON.stringify(row))
    await write('good.ndjson', ndjson.join('\n'))
    const first = await submit('good', 'good.ndjson')
    expect(first).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/接收 accepted +5\n/),
    })
    expect(await submit('good', 'good.ndjson')).toEqual(first)
    await write('other.ndjson', ndjson.slice(1).join('\n'))
    expect(await submit('good', 'other.ndjson')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('BATCH_ID_REUSED'),
    })
  })

  it('of a dataset that is not there is refused before all of it is sent', async () => {
    await write('large.csv', Buffer.alloc(64 * 1024 * 1024, 'x'))
    const refused = await qts.jce('submit', '--dataset', 'NONE', '--batch', 'none', 'large.csv')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('DATASET_NOT_FOUND') })
  })

  it.each<[string, string, RegExp]>([
    [
      'HEADING_UNKNOWN',
      qualityCsv(rows(4, 1)).replace('产品名称', '产品批号'),
      /^HEADING_UNKNOWN: .+ \(.+\)$/m,
    ],
    ['CSV_QUOTE', `${qualityCsv(rows(4, 1))}"甲\r\n`, /^CSV_QUOTE 第 3 行 \(line 3\): .+ \(.+\)$/m],
  ])('that cannot be read is refused as a whole: %s', async (code, content, reason) => {
    await write('refused.csv', content)
    const refused = await submit(`refused-${code}`, 'refused.csv')
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/退回 REFUSED$/m) })
    expect(refused.stderr).toMatch(reason)
  })

  it('whose answer was lost is not sent again: the exchange has it', async () => {
    await write('lost.csv', qualityCsv(rows(8, 2)))
    const targets: string[] = []
    const client = qts.client({
      fetch: async (url, init) => {
        const { pathname } = new URL(String(url))
        targets.push(pathname)
        const response = await fetch(url, init)
        if (pathname !== '/batches') return response
        await response.arrayBuffer()
        throw new TypeError('the answer was lost')
      },
    })
    const { data } = await client.sendFile({
      dataset: 'QTS_DISHONEST',
      batchId: 'lost',
      path: qts.file('lost.csv'),
    })
    expect(data).toMatchObject({ batchId: 'lost', dataset: 'QTS_DISHONEST' })
    expect(targets).toEqual(['/batches', '/graphql'])
  })

  it.each<[string, string[], string | null, RegExp]>([
    ['records.json', [], '\uFEFF [{"name": "甲"}]', /jq -c/],
    ['missing.csv', [], null, /ENOENT/],
    ['-', [], null, /twice/],
    ['over.csv', ['--annotated', './over.csv'], 'a,b', /must not replace/],
    ['ok.csv', ['--annotated', 'no/such/folder/copy.csv'], 'a,b', /ENOENT/],
    ['ok.csv', ['--encoding', 'BIG5'], 'a,b', /GB18030/],
    ['ok.csv', ['--format', 'XLS'], 'a,b', /XLSX/],
    ['ok.csv', ['--no-wait', '--annotated', 'copy.csv'], 'a,b', /--no-wait/],
  ])('%s %j is wrong use and not sent', async (name, options, content, reason) => {
    if (content !== null) await write(name, content)
    expect(await submit('wrong', name, ...options)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(reason),
    })
    expect((await qts.client().batch('wrong')).data).toBeNull()
  })

  it('is evidence by its digest: it holds offline, with the file beside it, and with no other', async () => {
    const sent = (await qts.evidence()).find(({ content }) =>
      String(content.request?.path).includes('batchId=gb&'),
    )
    if (!sent) throw new TypeError('evidence of the file')
    expect(sent.content).toMatchObject({
      version: 2,
      request: {
        path: '/batches?dataset=QTS_DISHONEST&batchId=gb&name=gb.csv&encoding=GB18030',
        bodyFile: { name: 'gb.csv', sha256: await digest('gb.csv') },
      },
    })
    expect(await qts.jce('verify', sent.path)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/✓ FILE {2}not looked at: keep gb\.csv.*证据成立/s),
    })
    expect(await qts.jce('verify', '--file', 'gb.csv', sent.path)).toMatchObject({ code: 0 })
    expect(await qts.jce('verify', '--file', 'list.xlsx', sent.path)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('✗ FILE'),
    })
    const received = (await qts.evidence()).find(({ content }) => content.reply?.bodyFile)
    if (!received) throw new TypeError('evidence of the annotated copy')
    expect(await qts.jce('verify', '--file', 'gb-annotated.csv', received.path)).toMatchObject({ code: 0 })
    const bent = {
      ...sent.content,
      request: {
        ...sent.content.request,
        bodyFile: { name: 'gb.csv', size: 1, sha256: await digest('list.xlsx') },
      },
    }
    await write('bent.json', JSON.stringify(bent))
    expect(await qts.jce('verify', '--file', 'list.xlsx', 'bent.json')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/✗ REQUEST_BODY.*✗ REPLY/s),
    })
  })
})

describe('a batch', () => {
  it('that is suspicious waits, says why and how to confirm, and takes effect once an officer did', async () => {
    const broken = rows(5, 30).map((row, index) => (index % 3 === 0 ? row : { ...row, grade: '无' }))
    await write('broken.csv', qualityCsv(broken))
    const waiting = await submit('suspicious', 'broken.csv')
    expect(waiting).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /MANY_REJECTIONS: .*jce batch suspicious --confirm --officer .* --reason /s,
      ),
    })
    expect(await qts.jce('batch', 'suspicious', '--confirm', '--officer', '王经办')).toMatchObject({
      code: 2,
    })
    const confirmed = await qts.jce(
      'batch',
      'suspicious',
      '--confirm',
      '--officer',
      '王经办',
      '--reason',
      '已核对来源',
      '--watch',
      '--problems',
    )
    expect(confirmed).toMatchObject({ code: 1, stderr: expect.stringMatching(/接收 accepted +10\n/) })
    expect(confirmed.stdout.trim().split('\n')).toHaveLength(20)
  })

  it('can be cancelled, and cannot when it is done', async () => {
    const broken = rows(6, 30).map((row) => ({ ...row, grade: '无' }))
    await write('cancelled.csv', qualityCsv(broken))
    await submit('cancelled', 'cancelled.csv')
    const cancelled = await qts.jce('batch', 'cancelled', '--cancel', '--watch')
    expect(cancelled).toMatchObject({ code: 0, stderr: expect.stringContaining('CANCELLED') })
    expect(await qts.jce('batch', 'good', '--cancel')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('BATCH_STATE'),
    })
    expect(await qts.jce('batch', 'cancelled', '--cancel', '--confirm')).toMatchObject({ code: 2 })
  })

  it('is found by its id, and listed with the latest first', async () => {
    expect(await qts.jce('batch', 'nowhere')).toMatchObject({ code: 1 })
    expect(await qts.jce('batch', 'good')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^good\tQTS_DISHONEST\tDONE\t[^\t]+\t5\t5\t0\t0\t0\tgood\.ndjson\n$/),
    })
    const listed = await qts.jce('batches', '--dataset', 'QTS_DISHONEST')
    const ids = listed.stdout.split('\n').map((line) => line.split('\t')[0])
    expect(ids.slice(0, 2)).toEqual(['cancelled', 'suspicious'])
    expect(await qts.jce('batches', '--dataset', 'NONE')).toMatchObject({ code: 0, stdout: '' })
  })

  it('without a fault has no annotated copy; asked for all the same, it is refused and nothing is written', async () => {
    const asked = await qts.jce('batch', 'good', '--annotated', 'none.csv')
    expect(asked).toMatchObject({ code: 0, stderr: expect.stringContaining('没有批注文件') })
    await expect(qts.client().downloadAnnotated('good', qts.file('none.csv'))).rejects.toMatchObject({
      code: 'BATCH_STATE',
      status: 422,
      signed: true,
    })
    expect((await readdir(qts.directory)).filter((name) => /none\.csv/.test(name))).toEqual([])
  })

  it('goes on when the one who waits for it leaves', async () => {
    await write('long.csv', qualityCsv(rows(7, 12_000)))
    const program = fileURLToPath(new URL('../../client/jce.ts', import.meta.url))
    const waiting = spawn(
      process.execPath,
      [program, 'submit', '--dataset', 'QTS_DISHONEST', '--batch', 'long', 'long.csv'],
      { cwd: qts.directory, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let told = ''
    waiting.stderr.on('data', (piece: Buffer) => {
      told += piece
      if (told.includes('已收到')) setTimeout(() => waiting.kill('SIGINT'), 200)
    })
    const code = await new Promise((resolve) => waiting.once('close', resolve))
    expect([code, told]).toEqual([130, expect.stringContaining('jce batch long --watch')])
    expect(await qts.jce('batch', 'long', '--watch')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/接收 accepted +12,000\n/),
    })
  })
})

describe('a record', () => {
  const dataset = ['--dataset', 'QTS_DISHONEST']
  const reason = ['--reason', '认定有误']
  const outcomeOf = async (uscc: string) =>
    (await qts.jce('screen', '--purpose', '核查', uscc)).stdout.split('\t').slice(1, 6).join('|')
  const keyOf = ({ decisionNo, uscc }: QualityRow) => `decisionNo=${decisionNo},uscc=${uscc}`

  it('that is withdrawn is on no list any more, and withdrawn once', async () => {
    const [row] = rows(3, 1)
    if (!row) throw new TypeError('a row')
    expect(await outcomeOf(inventedUscc(3_000_000))).toMatch(/^LISTED/)
    const withdraw = (change: string) =>
      qts.jce(
        'withdraw',
        ...dataset,
        ...reason,
        '--change',
        change,
        '--key',
        keyOf(row),
        '--document',
        '汝质监撤〔2026〕1号',
        '--decided-on',
        '2026-05-06',
      )
    const first = await withdraw('w-1')
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^w-1\tWITHDRAWN\t/) })
    expect(await withdraw('w-1')).toMatchObject({ code: 0, stdout: first.stdout })
    expect(await withdraw('w-2')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('RECORD_WITHDRAWN'),
    })
    expect(await outcomeOf(inventedUscc(3_000_000))).toMatch(/^CLEAR/)
  })

  it('is corrected whole, and one takes the place of another', async () => {
    const [, second, third, fourth] = rows(3, 5)
    if (!second || !third || !fourth) throw new TypeError('rows')
    await write('record.json', JSON.stringify({ ...second, grade: '严重' }))
    const corrected = await qts.jce(
      'correct',
      ...dataset,
      ...reason,
      '--change',
      'c-1',
      '--key',
      `decisionNo=${second.decisionNo}`,
      '--key',
      `uscc=${second.uscc}`,
      '--document',
      '汝质监更〔2026〕1号',
      'record.json',
    )
    expect(corrected).toMatchObject({ code: 0, stdout: expect.stringMatching(/^c-1\tCORRECTED\t\d+\t2\t/) })
    const superseded = await qts.jce(
      'supersede',
      ...dataset,
      ...reason,
      '--change',
      's-1',
      '--key',
      keyOf(third),
      '--by',
      keyOf(fourth),
      '--document',
      '汝质监〔2026〕9号',
    )
    expect(superseded).toMatchObject({ code: 0, stdout: expect.stringMatching(/^s-1\tSUPERSEDED\t/) })
  })

  it.each<[string, string[], number, RegExp]>([
    ['without a key', [], 2, /--key/],
    ['with a key that is none', ['--key', 'uscc'], 2, /name=value/],
    ['with half a key', ['--key', 'uscc=x,uscc=y'], 2, /twice/],
    ['that is not there', ['--key', 'decisionNo=无,号,uscc=91419802MADEM002XE'], 1, /RECORD_NOT_FOUND/],
  ])('%s is not changed', async (_what, key, code, reasonTold) => {
    const refused = await qts.jce(
      'withdraw',
      ...dataset,
      ...reason,
      '--change',
      'x',
      ...key,
      '--document',
      'x',
      '--decided-on',
      '2026-05-06',
    )
    expect(refused).toMatchObject({ code, stderr: expect.stringMatching(reasonTold) })
  })
})
