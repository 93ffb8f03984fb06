import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { appendToFeed } from '../../../src/feed/feed-store.ts'
import { transaction } from '../../../src/kernel/database.ts'
import { Refusal } from '../../../src/kernel/refusal.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { findListing } from '../../../src/listings/listing-store.ts'
import {
  applyEvent,
  eventTypes,
  isInForce,
  type Membership,
  type MembershipEvent,
} from '../../../src/listings/membership.ts'
import { changeMembership } from '../../../src/listings/membership-service.ts'
import { readSuspensions } from '../../../src/listings/suspensions.ts'
import type { TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../../support/quality-rows.ts'

/** What the tables say of a membership, now and at every earlier moment, is what a replay of its events says. */

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

const day = fc.integer({ min: 0, max: 900 }).map((offset) => addCalendarDays('2025-01-01', offset))
const applicable = eventTypes.filter(
  (type) => !['NOTICED', 'OBJECTED', 'DECIDED', 'DROPPED', 'LISTED', 'CORRECTED'].includes(type),
)

async function listOne(n: number): Promise<number> {
  const answer = await qts.query(
    server.url,
    'mutation ($i: SubmitRecordsInput!) { submitRecords(input: $i) { ... on SubmitRecordsSuccess { batch { accepted } } ... on Refusal { code } } }',
    {
      i: {
        dataset: 'QTS_DISHONEST',
        batchId: `one-${n}`,
        records: [qualityRow(n, { listedOn: '2025-03-20', noticedOn: '2025-02-20', endsOn: '2026-09-19' })],
      },
    },
  )
  expect(answer.json).toMatchObject({ data: { submitRecords: { batch: { accepted: 1 } } } })
  const { rows } = await exchange.database.pool.query(
    'SELECT l.id FROM listing l JOIN subject s ON s.id = l.subject_id WHERE s.uscc = $1',
    [inventedUscc(n)],
  )
  return rows[0].id
}

function essence({
  phase,
  listedOn,
  endsOn,
  exitedOn,
  exitKind,
  publishedOn,
  disputedSince,
  suspensions,
}: Membership) {
  return { phase, listedOn, endsOn, exitedOn, exitKind, publishedOn, disputedSince, suspensions }
}

const far = '2031-01-01'

describe('a membership', () => {
  it('is at every moment what its events until then make of it', async () => {
    const { pool } = exchange.database
    let n = 1_000
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...applicable), day), { maxLength: 12 }),
        fc.array(day, { minLength: 3, maxLength: 3 }),
        async (drafts, days) => {
          n += 1
          const listingId = await listOne(n)
          const first = await findListing(pool, listingId)
          if (!first) throw new TypeError('a listing')
          const history: { at: Date; state: Membership }[] = []
          const now = async (): Promise<Date> => {
            await new Promise((resolve) => setTimeout(resolve, 3))
            return (await pool.query('SELECT clock_timestamp() AS now')).rows[0].now
          }
          let state: Membership = first
          history.push({ at: await now(), state })
          for (const [type, on] of drafts) {
            const event: MembershipEvent = { type: type as 'PUBLISHED', on }
            try {
              await transaction(pool, async (client) => {
                const entries = await changeMembership(client, {
                  listingId,
                  event,
                  data: {},
                  by: { departmentId: null, actor: 'test' },
                  today: far,
                })
                await appendToFeed(client, entries)
              })
            } catch (error) {
              if (error instanceof Refusal) continue
              throw error
            }
            state = applyEvent(state, event)
            history.push({ at: await now(), state })
          }
          const present = await findListing(pool, listingId)
          expect(present && essence(present)).toEqual(essence(state))
          for (const { at, state: then } of history) {
            const { rows } = await pool.query(
              `SELECT state FROM listing_event WHERE listing_id = $1 AND recorded_at <= $2 ORDER BY seq DESC LIMIT 1`,
              [listingId, at],
            )
            const known = rows[0].state
            expect(essence({ ...known, suspensions: readSuspensions(known.suspended) })).toEqual(
              essence(then),
            )
            for (const asOf of days) {
              const answer = await qts.query(
                server.url,
                'query ($i: ScreenInput!) { screen(input: $i) { results { outcome } } }',
                {
                  i: {
                    purpose: '复核',
                    asOf,
                    knownAt: at.toISOString(),
                    subjects: [{ identifier: inventedUscc(n) }],
                  },
                },
              )
              const { data } = answer.json as { data: { screen: { results: { outcome: string }[] } } }
              expect(data.screen.results[0]?.outcome).toBe(isInForce(then, asOf) ? 'LISTED' : 'CLEAR')
            }
          }
        },
      ),
      { numRuns: 25 },
    )
  }, 240_000)
})

describe('the end of a term', () => {
  it('is noted once, by one replica, and nothing in force waits for it', async () => {
    const { pool } = exchange.database
    const second = await exchange.replica()
    await listOne(5_000)
    const before = (await pool.query("SELECT count(*)::int AS n FROM listing_event WHERE type = 'EXPIRED'"))
      .rows[0].n
    const outcome = async () => {
      const answer = await qts.query(
        server.url,
        `{ screen(input: {purpose: "核查", subjects: [{identifier: "${inventedUscc(5_000)}"}]}) { results { outcome } } }`,
      )
      return (answer.json as { data: { screen: { results: { outcome: string }[] } } }).data.screen.results[0]
        ?.outcome
    }
    expect(await outcome()).toBe('CLEAR')
    // Whoever comes while another is at it has nothing to do; the replicas note by themselves at their start as well.
    await expect
      .poll(async () => {
        await Promise.all([server, second, server, second].map(({ app }) => app.memberships.noteEnded()))
        const { rows } = await pool.query(
          `SELECT e.type, e.effective_on, l.phase FROM listing_event e JOIN listing l ON l.id = e.listing_id JOIN subject s ON s.id = l.subject_id
            WHERE s.uscc = $1 ORDER BY e.seq`,
          [inventedUscc(5_000)],
        )
        return rows
      })
      .toEqual([
        { type: 'LISTED', effective_on: '2025-03-20', phase: 'ENDED' },
        { type: 'EXPIRED', effective_on: '2026-09-20', phase: 'ENDED' },
      ])
    expect(await outcome()).toBe('CLEAR')
    const after = (await pool.query("SELECT count(*)::int AS n FROM listing_event WHERE type = 'EXPIRED'"))
      .rows[0].n
    await server.app.memberships.noteEnded()
    expect(after).toBeGreaterThan(before)
    const { rows: feed } = await pool.query(
      'SELECT max(position)::int AS last, count(*)::int AS n FROM feed_event',
    )
    expect(feed[0].last).toBe(feed[0].n)
  })
})
