import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { JceDepartment } from '../client/jce-department.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { newJti, type TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { launch, type Running } from '../support/process.ts'
import { qualityRow } from '../support/quality-rows.ts'

/** The mirror as a department runs it, in a process of its own, killed again and again. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let ndrc: JceDepartment
let mine: TestDatabase
let database: pg.Client

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await JceDepartment.start(server, 'NDRC', foundingKinds.NDRC)
  await importFoundingCatalogue(exchange)
  mine = await createEmptyDatabase()
  database = new pg.Client({ connectionString: mine.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await mine[Symbol.asyncDispose]()
  await ndrc[Symbol.asyncDispose]()
  await exchange[Symbol.asyncDispose]()
})

const start = (): Running =>
  launch(ndrc.directory, 'examples/mirror/mirror.ts', { DATABASE_URL: mine.url }, ['jce.json'])

async function write(round: number): Promise<void> {
  const records = [1, 2, 3, 4, 5].map((n) => qualityRow(round * 3 + n, { reason: `第${round}次` }))
  const submitted = await qts.query(
    server.url,
    'mutation ($i: SubmitRecordsInput!) { submitRecords(input: $i) { ... on SubmitRecordsSuccess { batch { accepted } } } }',
    { i: { dataset: 'QTS_DISHONEST', batchId: newJti(), records } },
  )
  expect(submitted.status).toBe(200)
  const { decisionNo, uscc } = qualityRow(round * 3 - 2)
  await qts.query(
    server.url,
    'mutation ($i: WithdrawRecordInput!) { withdrawRecord(input: $i) { __typename } }',
    {
      i: {
        changeId: newJti(),
        dataset: 'QTS_DISHONEST',
        sourceKey: { decisionNo, uscc },
        reason: '复议撤销',
        documentNo: '汝质监撤〔2026〕1号',
        decidedOn: '2026-05-06',
      },
    },
  )
}

/** How far the mirror is; 0 where it did not even make its tables. */
async function position(): Promise<number> {
  const { rows } = await database.query(`SELECT to_regclass('mirror_position') IS NOT NULL AS made`)
  if (!rows[0].made) return 0
  return Number((await database.query('SELECT up_to FROM mirror_position')).rows[0]?.up_to ?? 0)
}

type Row = { id: string; uscc: string; name: string; reason: string }

async function mirrored(): Promise<Row[]> {
  const { rows } = await database.query(
    `SELECT id::text, uscc, name, listing ->> 'reason' AS reason FROM listing_in_force_today m ORDER BY m.id`,
  )
  return rows
}

async function listings(): Promise<Row[]> {
  const { data } = await ndrc.client().query<{
    listings: {
      edges: {
        node: { subject: { uscc: string; name: string }; listing: { id: string; reason: string } }
      }[]
    }
  }>('{ listings(first: 500) { edges { node { subject { uscc name } listing { id reason } } } } }')
  return data.listings.edges.map(({ node: { subject, listing } }) => ({
    id: listing.id,
    uscc: subject.uscc,
    name: subject.name,
    reason: listing.reason,
  }))
}

it('killed fifty times at any moment, ends equal to what listings answers', async () => {
  let isKilling = true
  let rounds = 0
  const places = new Set<number>()
  const writing = (async () => {
    while (isKilling) {
      rounds += 1
      await write(rounds)
      await delay(100)
    }
  })()
  try {
    for (let kill = 0; kill < 50; kill += 1) {
      const running = start()
      // Some before they are connected, most while they page or follow.
      if (kill % 10 === 0) await delay(Math.random() * 500)
      else await running.until('from ').then(() => delay(Math.random() * 400))
      running.child.kill('SIGKILL')
      // Killed, not fallen over by itself.
      expect(await running.end()).toMatchObject({ code: null })
      places.add(await position())
    }
  } finally {
    isKilling = false
    await writing
  }
  // Not always before it had done anything.
  expect(places.size).toBeGreaterThan(10)
  const last = start()
  const end = await server.app.feedPosition()
  await last.until(`up to ${end}\n`)
  last.child.kill('SIGKILL')
  await last.end()
  const expected = await listings()
  expect(expected.length).toBeGreaterThan(20)
  expect(await mirrored()).toEqual(expected)
}, 240_000)
