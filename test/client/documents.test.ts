import { readFile, stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyDocument } from '../../client/document-verification.ts'
import { generatePrivateJwk, publicJwk } from '../../client/keys.ts'
import type { RunningServer } from '../../gateway/server.ts'
import { audience, TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../support/quality-rows.ts'
import { JceDepartment } from './jce-department.ts'

/** A department fetches documents by `jce` and checks them offline, from the file alone. */

let exchange: TestExchange
let server: RunningServer
let qts: JceDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await JceDepartment.start(server, 'QTS', foundingKinds.QTS)
  await importFoundingCatalogue(exchange)
  await qts.client().submitRecords({ dataset: 'QTS_DISHONEST', batchId: 'one', records: [qualityRow(1)] })
})
afterAll(async () => {
  await qts[Symbol.asyncDispose]()
  await exchange[Symbol.asyncDispose]()
})

describe('jce certificate, report and verify', () => {
  it('saves a certificate that verifies offline and says so in words', async () => {
    const saved = await qts.jce(
      'certificate',
      '--purpose',
      '招标资格审查',
      '--out',
      'certificate.pdf',
      inventedUscc(1),
    )
    expect(saved).toMatchObject({ code: 0 })
    const [serial = '', kind] = saved.stdout.split('\t')
    expect(kind).toBe('SEARCH_CERTIFICATE')
    expect((await stat(qts.file('certificate.pdf'))).mode & 0o777).toBe(0o600)
    const verified = await qts.jce('verify', 'certificate.pdf')
    expect(verified.code).toBe(0)
    expect(verified.stdout.match(/^[✓✗] \w+/gmu)).toEqual([
      '✓ STATEMENT',
      '✓ KEY',
      '✓ SIGNATURE',
      '✓ ISSUER',
      '✓ CONTENT',
    ])
    for (const words of [
      '列入名单 listed、质量失信企业名单',
      '部门 QTS',
      '「招标资格审查」',
      `${audience}/verify/${serial}`,
      '未证明',
    ])
      expect(verified.stdout).toContain(words)
    const again = await qts.jce('certificate', '--purpose', '试', '--out', 'certificate.pdf', inventedUscc(1))
    expect(again).toMatchObject({ code: 2, stdout: '' })
  })

  it('saves a report, public where nothing else is said', async () => {
    const saved = await qts.jce('report', '--purpose', '补贴审核', '--out', 'report.pdf', inventedUscc(1))
    expect(saved).toMatchObject({ code: 0 })
    expect(await qts.jce('verify', 'report.pdf')).toMatchObject({ code: 0 })
  })

  it('gives the same file under the same id', async () => {
    const file = async (out: string) => {
      await qts.jce('certificate', '--id', 'same', '--purpose', '试', '--out', out, inventedUscc(1))
      return readFile(qts.file(out))
    }
    expect((await file('first.pdf')).equals(await file('second.pdf'))).toBe(true)
  })

  it('believes no statement that another signed, that was changed, or that is missing', async () => {
    const pdf = await readFile(qts.file('certificate.pdf'))
    const keys = qts.options.trustedKeys
    const stepsOf = async (bytes: Uint8Array, trust: Partial<Parameters<typeof verifyDocument>[1]> = {}) => {
      const { holds, findings, statement } = await verifyDocument(bytes, {
        issuer: audience,
        exchangeKeys: keys,
        ...trust,
      })
      return { holds, last: findings.at(-1)?.step, statement: statement !== undefined }
    }
    const denied = (last: string) => ({ holds: false, last, statement: false })
    expect(await stepsOf(pdf)).toEqual({ holds: true, last: 'CONTENT', statement: true })
    expect(await stepsOf(pdf, { issuer: 'https://other.example.invalid' })).toEqual(denied('ISSUER'))
    expect(await stepsOf(pdf, { exchangeKeys: [] })).toEqual(denied('KEY'))
    const stranger = publicJwk(await generatePrivateJwk())
    const [own] = keys
    if (!own) throw new TypeError('expected a trusted key')
    expect(await stepsOf(pdf, { exchangeKeys: [{ ...stranger, kid: own.kid }] })).toEqual(denied('SIGNATURE'))
    expect(await stepsOf(Buffer.from('%PDF-1.7\n'))).toEqual(denied('STATEMENT'))
    await writeFile(qts.file('broken.pdf'), pdf.subarray(0, 1_000))
    expect((await qts.jce('verify', 'broken.pdf')).code).toBe(1)
  })

  it('tells how it is used', async () => {
    for (const command of ['certificate', 'report']) {
      const without = await qts.jce(command, '--purpose', '试', '--out', 'x.pdf')
      expect(without).toMatchObject({ code: 2, stdout: '' })
      expect(await qts.jce(command, '--help')).toMatchObject({ code: 0 })
    }
  })
})
