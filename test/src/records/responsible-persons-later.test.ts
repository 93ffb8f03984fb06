import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import type { TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, type QualityRow, qualityRow } from '../../support/quality-rows.ts'

/** Responsible persons (责任人员) whom only a later edition of the definition tells apart. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
const dataset = 'QTS_LATER'

async function importEdition(responsible: object[] | null): Promise<void> {
  const file = new URL('../../../prisma/catalogue/datasets/qts-dishonest.json', import.meta.url)
  const [entry] = JSON.parse(await readFile(file, 'utf8')).datasets
  const { responsible: _, ...subject } = entry.definition.subject
  const definition = { ...entry.definition, subject: responsible ? { ...subject, responsible } : subject }
  await exchange.importCatalogue({ datasets: [{ ...entry, code: dataset, definition }] })
  await new Promise((resolve) => setTimeout(resolve, 1_100))
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

let batches = 0
async function submit(records: QualityRow[]): Promise<object> {
  batches += 1
  const answer = await qts.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) {
       ... on SubmitRecordsSuccess { batch { accepted unchanged } } } }`,
    { input: { dataset, batchId: `batch-${batches}`, records } },
  )
  return (answer.json as { data: { submitRecords: { batch: object } } }).data.submitRecords.batch
}

async function personsOf(n: number): Promise<string[]> {
  const { rows } = await exchange.database.pool.query(
    `SELECT p.name FROM responsible_person p JOIN record r ON r.id = p.record_id JOIN subject s ON s.id = r.subject_id
      WHERE s.uscc = $1 ORDER BY p.position`,
    [inventedUscc(n)],
  )
  return rows.map(({ name }) => name)
}

it('the next full export notes them, of rows that are unchanged as well, and once', async () => {
  await importEdition(null)
  const rows = [qualityRow(1), qualityRow(2)]
  expect(await submit(rows)).toEqual({ accepted: 2, unchanged: 0 })
  expect(await personsOf(1)).toEqual([])
  await importEdition([{ role: 'LEGAL_REPRESENTATIVE', name: 'legalRepresentative' }])
  const changed = qualityRow(2, { legalRepresentative: '钱新任' })
  expect(await submit([qualityRow(1), changed])).toEqual({ accepted: 1, unchanged: 1 })
  expect(await personsOf(1)).toEqual(['孙演示'])
  expect(await personsOf(2)).toEqual(['钱新任'])
  expect(await submit([qualityRow(1), changed])).toEqual({ accepted: 0, unchanged: 2 })
  expect(await personsOf(1)).toEqual(['孙演示'])
})
