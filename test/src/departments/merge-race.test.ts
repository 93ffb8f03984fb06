import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { legalDay } from '../../../src/kernel/clock.ts'
import { codeOf, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { qualityCsv, qualityRow } from '../../support/quality-rows.ts'

/** A file that arrives while its department is being merged. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  await exchange.department(server, 'AMR', { kind: 'MARKET_REGULATION' })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

const waiting = async (pattern: string) => {
  const { rows } = await exchange.database.pool.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
    [pattern],
  )
  return rows[0].n
}

it('never belongs to a department that is closed', async () => {
  const holder = await exchange.database.pool.connect()
  await holder.query('BEGIN')
  // The merge has looked for unfinished files and waits here, before it commits.
  await holder.query('LOCK TABLE administration_event IN EXCLUSIVE MODE')
  const merged = server.app.merges.merge('tester', {
    from: ['QTS'],
    into: 'AMR',
    effectiveFrom: legalDay(new Date()),
    reason: '汝办〔2026〕1号',
  })
  await expect.poll(() => waiting('INSERT INTO administration_event%')).toBe(1)
  const file = { dataset: 'QTS_DISHONEST', batchId: 'late', name: 'late.csv' }
  const sent = qts.sendFile(server.url, file, qualityCsv([qualityRow(1)]))
  await Promise.race([sent, expect.poll(() => waiting('SELECT status FROM department%')).toBe(1)])
  await holder.query('COMMIT')
  holder.release()
  expect((await merged).merged).toEqual(['QTS'])
  expect(codeOf(await sent)).toBe('DATASET_NOT_YOURS')
  const { rows } = await exchange.database.pool.query('SELECT batch_id FROM batch')
  expect(rows).toEqual([])
})
