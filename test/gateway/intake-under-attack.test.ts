import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { transaction } from '../../src/kernel/database.ts'
import { dropFile } from '../../src/records/stored-file-store.ts'
import { codeOf, type TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { qualityCsv, qualityRow } from '../support/quality-rows.ts'

/** What an adversarial reader found, each held fast: lost connections, odd names, late suspensions, slow strangers. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

const submit = (batchId: string, records: unknown[]) =>
  qts.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { ... on SubmitRecordsSuccess { batch {
       accepted rejected problems { code field } } } ... on Refusal { code } } }`,
    { input: { dataset: 'QTS_DISHONEST', batchId, records } },
  )

describe('the database', () => {
  it('may go away in the middle of a transaction, and the process lives', async () => {
    const { pool } = exchange.database
    await expect(
      transaction(pool, async (client) => {
        const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
        await pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
        await new Promise((resolve) => setTimeout(resolve, 100))
        await client.query('SELECT 1')
      }),
    ).rejects.toThrow()
    expect((await pool.query('SELECT 1 AS one')).rows[0].one).toBe(1)
  })

  it('keeps a file that was taken, whatever became of the answer', async () => {
    await qts.sendFile(
      server.url,
      { dataset: 'QTS_DISHONEST', batchId: 'kept' },
      qualityCsv([qualityRow(70)]),
    )
    const { rows } = await exchange.database.pool.query(
      "SELECT source_file_id AS id FROM batch WHERE batch_id = 'kept'",
    )
    await dropFile(exchange.database.pool, rows[0].id)
    const { rows: pieces } = await exchange.database.pool.query(
      'SELECT count(*)::int AS n FROM stored_file_piece WHERE file_id = $1',
      [rows[0].id],
    )
    expect(pieces[0].n).toBe(1)
  })
})

describe('names and kinds that no one would choose', () => {
  it('are told, not stumbled over', async () => {
    const answer = await submit('odd', [
      { ...qualityRow(71), 'a\u0000b': 1 },
      { ...qualityRow(72), constructor: 1 },
      { ...qualityRow(73), __proto__x: 1 },
    ])
    expect(answer.json).toMatchObject({
      data: {
        submitRecords: {
          batch: {
            accepted: 0,
            rejected: 3,
            problems: [{ code: 'FIELD_UNKNOWN', field: 'a\ufffdb' }, {}, {}],
          },
        },
      },
    })
    const asked = await qts.query(server.url, 'query ($id: String!) { batch(batchId: $id) { status } }', {
      id: 'a\u0000',
    })
    expect(codeOf(asked)).toBe('INPUT_INVALID')
    await qts.sendFile(
      server.url,
      { dataset: 'QTS_DISHONEST', batchId: 'nul' },
      `企业名称,\u0000坏\r\n甲,乙\r\n`,
    )
    await expect.poll(async () => statusOf('nul'), { timeout: 10_000 }).toBe('REFUSED')
  })

  it('two numbers that differ by where a hyphen stands are two records', async () => {
    const rows = ['汝质监失信〔2026〕1-12号', '汝质监失信〔2026〕11-2号', '汝质监失信〔2026〕112号'].map(
      (decisionNo) => qualityRow(74, { decisionNo }),
    )
    expect((await submit('hyphens', rows)).json).toMatchObject({
      data: { submitRecords: { batch: { accepted: 3 } } },
    })
    // Written with another dash it is the same number: the same three records, two of them in a new version.
    const again = rows.map((row) => ({ ...row, decisionNo: ` ${row.decisionNo?.replace('-', '－')} ` }))
    await submit('hyphens-again', again)
    const { rows: records } = await exchange.database.pool.query(
      "SELECT version FROM record WHERE source_key LIKE '%12号%' OR source_key LIKE '%11-2号%' ORDER BY version",
    )
    expect(records.map(({ version }) => version)).toEqual([1, 2, 2])
  })

  it('a number of a person cannot be defined as a plain identifier, nor come in as a tax id', async () => {
    const definition = (field: object) => ({
      datasets: [
        {
          code: 'QTS_LEAK',
          department: 'QTS',
          status: 'ACTIVE',
          definition: {
            name: '名单',
            nameEn: 'list',
            format: 'CSV',
            subjectKinds: ['ORGANISATION'],
            nature: '名单',
            sharing: 'PUBLIC',
            coverage: '全市',
            updateCycle: '每月',
            legalBasis: ['某条例'],
            fields: [
              {
                name: 'no',
                label: '文号',
                labelEn: 'no',
                value: { type: 'TEXT', maxLength: 20 },
                disclosure: 'PUBLIC',
              },
              {
                name: 'name',
                label: '名称',
                labelEn: 'name',
                value: { type: 'TEXT', maxLength: 20 },
                disclosure: 'PUBLIC',
              },
              { name: 'number', label: '号码', labelEn: 'number', disclosure: 'PUBLIC', ...field },
            ],
            sourceKey: ['no'],
            subject: { name: 'name', uscc: 'number' },
          },
        },
      ],
    })
    const importing = (field: object) => exchange.importCatalogue(definition(field))
    await expect(importing({ value: { type: 'IDENTIFIER', scheme: 'RESIDENT_ID' } })).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
    })
    await expect(importing({ value: { type: 'IDENTIFIER', scheme: 'TAX_ID' } })).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
    })
    await importing({ value: { type: 'IDENTIFIER', scheme: 'USCC' } })
  })
})

describe('who is suspended while a file arrives', () => {
  it('has nothing taken of it', async () => {
    const csv = qualityCsv([qualityRow(80)])
    const target = '/batches?dataset=QTS_DISHONEST&batchId=late'
    const { token } = qts.token(csv, { claims: { htu: target } })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const sending = httpRequest(`${server.url}${target}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'text/csv',
          'content-length': Buffer.byteLength(csv),
        },
      })
      sending.once('error', reject)
      sending.once('response', (response) => resolve(response.statusCode))
      sending.write(csv.slice(0, 20))
      void (async () => {
        await new Promise((resolve) => setTimeout(resolve, 300))
        await server.app.registry.suspend('tester', 'QTS')
        await new Promise((resolve) => setTimeout(resolve, 1_000))
        sending.end(csv.slice(20))
      })()
    })
    expect(await answered).toBe(403)
    await server.app.registry.resume('tester', 'QTS')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(await statusOf('late')).toBeNull()
  })
})

async function statusOf(batchId: string): Promise<string | null> {
  const { rows } = await exchange.database.pool.query('SELECT status FROM batch WHERE batch_id = $1', [
    batchId,
  ])
  return rows[0]?.status ?? null
}
