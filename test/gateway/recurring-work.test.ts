import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { legalDay } from '../../src/kernel/clock.ts'
import { addCalendarDays } from '../../src/kernel/working-days.ts'
import type { TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { qualityRow } from '../support/quality-rows.ts'

/** Work that nobody asks for and nobody waits for: where it fails, the log tells. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment

const today = legalDay(new Date())

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  await importFoundingCatalogue(exchange)
  await exchange.database.pool.query(`
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'on purpose'; END $$`)
})
afterAll(() => exchange[Symbol.asyncDispose]())

async function mutate(field: string, type: string, selection: string, input: object) {
  const answer = await qts.query(
    server.url,
    `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`,
    { input },
  )
  return (answer.json as { data: Record<string, unknown> }).data[field]
}

const submit = (records: object[]) =>
  mutate('submitRecords', 'SubmitRecordsInput', '... on SubmitRecordsSuccess { batch { accepted } }', {
    dataset: 'QTS_DISHONEST',
    batchId: `batch-${records.length}`,
    records,
  })

describe('work that recurs', () => {
  it('is logged where the end of memberships cannot be noted', async () => {
    const { pool } = exchange.database
    expect(
      await submit([
        qualityRow(1, { noticedOn: '2025-02-20', listedOn: '2025-03-20', endsOn: '2026-09-19' }),
      ]),
    ).toEqual({ batch: { accepted: 1 } })
    await pool.query(
      `CREATE TRIGGER fail BEFORE INSERT ON listing_event FOR EACH ROW WHEN (NEW.type = 'EXPIRED') EXECUTE FUNCTION fail()`,
    )
    const second = await exchange.replica()
    await vi.waitFor(() =>
      expect(exchange.logLines.map((line) => JSON.parse(line))).toContainEqual(
        expect.objectContaining({
          level: 50,
          name: 'error',
          msg: 'noting what is over failed and is tried again',
        }),
      ),
    )
    await second.stop()
  })

  it('escalates the other cases where one cannot be', async () => {
    const { pool } = exchange.database
    const rows = [2, 3, 4].map((n) => qualityRow(n))
    expect(await submit(rows)).toEqual({ batch: { accepted: 3 } })
    for (const { decisionNo, uscc } of rows) {
      const opened = await mutate(
        'openRemedy',
        'OpenRemedyInput',
        '... on RemedySuccess { receipt { phase } } ... on Refusal { message }',
        {
          openingId: `opening ${uscc}`,
          kind: 'OBJECTION',
          dataset: 'QTS_DISHONEST',
          sourceKey: { decisionNo, uscc },
          applicant: { name: '赵演示', contact: '0396-0000000', relation: 'AGENT' },
          grounds: '并非本企业产品。',
          receivedOn: addCalendarDays(today, -40),
        },
      )
      expect(opened).toMatchObject({ receipt: { phase: 'RECEIVED' } })
    }
    const { rows: cases } = await pool.query('SELECT id FROM remedy_case ORDER BY id')
    await pool.query(
      `CREATE TRIGGER fail BEFORE INSERT ON remedy_event FOR EACH ROW
         WHEN (NEW.type = 'ESCALATED' AND NEW.case_id = ${cases[0].id}) EXECUTE FUNCTION fail()`,
    )
    await expect(server.app.remedyTimeliness.escalateOverdue(new Date())).rejects.toMatchObject({
      errors: [{ message: 'on purpose' }],
    })
    const escalated = await pool.query(
      "SELECT DISTINCT case_id AS id FROM remedy_event WHERE type = 'ESCALATED' ORDER BY 1",
    )
    expect(escalated.rows).toEqual(cases.slice(1))
  })
})
