import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import type { TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../../support/quality-rows.ts'

/** What was known earlier is for proof of what one was told: it must be exactly that, and no way round what is shared. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let pboc: TestDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  pboc = await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

type Moment = { asOf?: string; knownAt?: string; knownAtVersion?: number }
type Screened = {
  dataVersion: number
  results: { outcome: string; listings: { id: string; responsiblePersons: { name: string }[] }[] }[]
}

let step = 0
async function mutate(field: string, type: string, success: string, input: object) {
  step += 1
  const ids = { changeId: `c${step}`, actionId: `a${step}`, batchId: `b${step}` }
  const wanted = Object.entries({ ...ids }).filter(
    ([name]) =>
      ({ submitRecords: ['batchId'], changeListing: ['actionId'] })[field]?.includes(name) ??
      name === 'changeId',
  )
  const answer = await qts.query(
    server.url,
    `mutation ($i: ${type}!) { ${field}(input: $i) { __typename ... on ${success} { __typename } ... on Refusal { code } } }`,
    { i: { ...Object.fromEntries(wanted), ...input } },
  )
  expect(answer.json).toEqual({ data: { [field]: { __typename: success } } })
}

const list = (n: number) =>
  mutate('submitRecords', 'SubmitRecordsInput', 'SubmitRecordsSuccess', {
    dataset: 'QTS_DISHONEST',
    records: [qualityRow(n)],
  })
const keyOf = (n: number) => {
  const { decisionNo, uscc } = qualityRow(n)
  return { decisionNo, uscc }
}
const withdraw = (n: number) =>
  mutate('withdrawRecord', 'WithdrawRecordInput', 'WithdrawRecordSuccess', {
    dataset: 'QTS_DISHONEST',
    sourceKey: keyOf(n),
    documentNo: '汝质监撤〔2026〕1号',
    reason: '行政复议撤销',
    decidedOn: '2026-05-06',
  })

async function screen(by: TestDepartment, n: number, moment: Moment = {}) {
  const answer = await by.query(
    server.url,
    'query ($i: ScreenInput!) { screen(input: $i) { dataVersion results { outcome listings { id responsiblePersons { name } } } } }',
    { i: { purpose: '复核', subjects: [{ identifier: inventedUscc(n) }], ...moment } },
  )
  const { data, errors } = answer.json as {
    data: { screen: Screened } | null
    errors?: { extensions: { code: string } }[]
  }
  const code = errors?.[0]?.extensions.code ?? null
  const [result] = data?.screen.results ?? []
  return {
    code,
    version: data?.screen.dataVersion ?? -1,
    outcome: result?.outcome ?? null,
    listings: result?.listings ?? [],
  }
}

async function enumerate(by: TestDepartment, moment: Moment): Promise<string[]> {
  const answer = await by.query(
    server.url,
    `query ($at: DateTime, $version: Int) { listings(first: 100, includeEnded: true, knownAt: $at, knownAtVersion: $version) {
       edges { node { subject { uscc } } } } }`,
    { at: moment.knownAt, version: moment.knownAtVersion },
  )
  const { data } = answer.json as { data: { listings: { edges: { node: { subject: { uscc: string } } }[] } } }
  return data.listings.edges.map(({ node }) => node.subject.uscc)
}

async function now(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 5))
  const { rows } = await exchange.database.pool.query('SELECT clock_timestamp() AS now')
  await new Promise((resolve) => setTimeout(resolve, 5))
  return rows[0].now.toISOString()
}

describe('a listing whose record fell', () => {
  it('is to others what it was at the time, and nothing from then on', async () => {
    const [n, asOf] = [1, '2026-04-01']
    await list(n)
    const told = await screen(pboc, n, { asOf })
    const then = await now()
    await withdraw(n)
    const after = await now()
    const since = await screen(pboc, n, { asOf })

    expect(told.outcome).toBe('LISTED')
    expect(since.outcome).toBe('UNKNOWN')
    expect((await screen(pboc, n, { asOf, knownAt: then })).outcome).toBe('LISTED')
    expect((await screen(pboc, n, { asOf, knownAtVersion: told.version })).outcome).toBe('LISTED')
    expect((await screen(pboc, n, { asOf, knownAt: after })).outcome).toBe('UNKNOWN')
    expect((await screen(pboc, n, { asOf, knownAtVersion: since.version })).outcome).toBe('UNKNOWN')
    expect((await screen(qts, n, { asOf, knownAt: after })).outcome).not.toBe('UNKNOWN')

    // Nobody is to collect what is no longer shared by asking about the past of all.
    expect(await enumerate(pboc, { knownAt: then })).not.toContain(inventedUscc(n))
    expect(await enumerate(pboc, { knownAtVersion: told.version })).not.toContain(inventedUscc(n))
    expect(await enumerate(qts, { knownAt: then })).toContain(inventedUscc(n))
  })

  it('names those answerable for it to its own department alone', async () => {
    const n = 2
    await list(n)
    const { version, listings } = await screen(pboc, n)
    expect(listings.flatMap((listing) => listing.responsiblePersons)).toEqual([{ name: '孙演示' }])
    await withdraw(n)
    const past = { knownAtVersion: version }
    expect((await screen(pboc, n, past)).listings.map((listing) => listing.responsiblePersons)).toEqual([[]])
    expect((await screen(qts, n, past)).listings.flatMap((listing) => listing.responsiblePersons)).toEqual([
      { name: '孙演示' },
    ])
  })
})

describe('a record that was about another subject', () => {
  it('is answered for the one it was about then', async () => {
    const [before, after] = [3, 4]
    await list(before)
    const told = await screen(pboc, before)
    await mutate('correctRecord', 'CorrectRecordInput', 'CorrectRecordSuccess', {
      dataset: 'QTS_DISHONEST',
      sourceKey: keyOf(before),
      documentNo: '汝质监更〔2026〕3号',
      reason: '主体有误',
      record: { ...qualityRow(after), decisionNo: qualityRow(before).decisionNo },
    })
    const past = { knownAtVersion: told.version }
    for (const by of [pboc, qts]) {
      expect((await screen(by, before, past)).outcome).toBe('LISTED')
      expect((await screen(by, after, past)).outcome).toBe('UNKNOWN')
      expect((await screen(by, before)).outcome).toBe('UNKNOWN')
      expect((await screen(by, after)).outcome).toBe('LISTED')
    }
  })
})

describe('the data version of an answer', () => {
  it('gives the same answer again, whatever was under way at that moment', async () => {
    const n = 5
    await list(n)
    const told = await screen(pboc, n)
    // Whoever removes it has written its event, and waits for its place in the feed.
    const { pool } = exchange.database
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      await client.query('SELECT FROM feed_head FOR UPDATE')
      const removed = mutate('changeListing', 'ChangeListingInput', 'ChangeListingSuccess', {
        listingId: told.listings[0]?.id,
        event: 'REMOVED',
        documentNo: '汝质监移〔2026〕5号',
        reason: '已整改',
      })
      await new Promise((resolve) => setTimeout(resolve, 300))
      const meanwhile = await screen(pboc, n)
      expect(meanwhile.outcome).toBe('LISTED')
      await client.query('ROLLBACK')
      await removed
      expect((await screen(pboc, n)).outcome).toBe('CLEAR')
      expect((await screen(pboc, n, { knownAtVersion: meanwhile.version })).outcome).toBe('LISTED')
    } finally {
      client.release()
    }
  })

  it.each([
    ['a version that was not reached', { knownAtVersion: 2_000_000_000 }],
    ['a negative one', { knownAtVersion: -1 }],
    ['a moment in the future', { knownAt: '2099-01-01T00:00:00Z' }],
    ['both', { knownAt: '2026-01-01T00:00:00Z', knownAtVersion: 1 }],
    ['a day that does not exist', { knownAt: '2026-02-30T00:00:00Z' }],
    ['the year nought', { asOf: '0000-01-01' }],
  ])('%s is refused', async (_, moment) => {
    expect((await screen(pboc, 1, moment)).code).toBe('INPUT_INVALID')
  })
})
