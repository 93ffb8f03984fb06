import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInForce } from '../../../client/changes.ts'
import type { RunningServer } from '../../../gateway/server.ts'
import { appendToFeed } from '../../../src/feed/feed-store.ts'
import { legalDay } from '../../../src/kernel/clock.ts'
import { transaction } from '../../../src/kernel/database.ts'
import { newJti, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, type QualityRow, qualityRow } from '../../support/quality-rows.ts'

/**
 * The change feed under writers that do not wait for each other: gap-free, in one order, complete for whoever reads meanwhile,
 * and replayed from zero it is what `listings` answers.
 */

let exchange: TestExchange
let server: RunningServer
let other: RunningServer
let qts: TestDepartment
let ndrc: TestDepartment

const open = 'QTS_DISHONEST'
const closed = 'QTS_CLOSED'

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  other = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC })
  await importFoundingCatalogue(exchange)
  const file = new URL('../../../prisma/catalogue/datasets/qts-dishonest.json', import.meta.url)
  const { datasets } = JSON.parse(await readFile(file, 'utf8'))
  const definition = { ...datasets[0].definition, sharing: 'AUTHORISED', publication: undefined }
  await exchange.importCatalogue({ datasets: [{ ...datasets[0], code: closed, definition }] })
  await delay(1_100)
})
afterAll(() => exchange[Symbol.asyncDispose]())

type Shown = { id: string; listedOn: string; endsOn: string | null; exitedOn: string | null } & {
  suspensions: { from: string; until: string | null }[]
}
type Told = {
  position: number
  kind: string
  recordId: string
  listingId: string | null
  subject: { uscc: string; name: string } | null
  listing: Shown | null
  record: { id: string; status: string } | null
}
type Page = { changes: Told[]; upTo: number; position: number }

const listingFields =
  'id dataset grade listedOn endsOn exitedOn exitKind publishedOn disputedSince suspensions { from until } decisionNo reason responsiblePersons { role name } determinedBy { code name }'

async function ask<T>(by: TestDepartment, url: string, query: string, variables: unknown = {}): Promise<T> {
  const { json } = await by.query(url, query, variables)
  const { data, errors } = json as { data?: T; errors?: unknown }
  if (!data || errors) throw new TypeError(JSON.stringify(errors))
  return data
}

async function page(by: TestDepartment, after: number, first: number): Promise<Page> {
  const query = `query ($after: Int!, $first: Int) { changes(after: $after, first: $first) { upTo position changes {
    position kind recordId listingId subject { uscc name kind } listing { ${listingFields} } record { id status content } } } }`
  return (await ask<{ changes: Page }>(by, other.url, query, { after, first })).changes
}

/** What a consumer holds, and the positions that it was told. */
type Mirror = { held: Map<string, { subject: unknown; listing: Shown }>; told: number[]; upTo: number }

function apply(mirror: Mirror, { changes, upTo }: Page): void {
  for (const { position, listingId, subject, listing } of changes) {
    mirror.told.push(position)
    if (listingId === null) continue
    if (listing === null) mirror.held.delete(listingId)
    else mirror.held.set(listingId, { subject, listing })
  }
  mirror.upTo = upTo
}

const emptyMirror = (): Mirror => ({ held: new Map(), told: [], upTo: 0 })

async function replay(by: TestDepartment, mirror = emptyMirror(), first = 200): Promise<Mirror> {
  for (;;) {
    const next = await page(by, mirror.upTo, first)
    apply(mirror, next)
    if (next.upTo === next.position) return mirror
  }
}

const inForce = ({ held }: Mirror) =>
  [...held.values()]
    .filter(({ listing }) => isInForce(listing, legalDay(new Date())))
    .sort((a, b) => Number(a.listing.id) - Number(b.listing.id))

async function answered(by: TestDepartment): Promise<unknown[]> {
  const nodes: unknown[] = []
  for (let after: string | null = null; ; ) {
    const { listings }: { listings: { edges: { cursor: string; node: unknown }[] } } = await ask(
      by,
      server.url,
      `query ($after: String) { listings(first: 500, after: $after) { edges { cursor node { subject { uscc name kind } listing { ${listingFields} } } } } }`,
      { after },
    )
    nodes.push(...listings.edges.map(({ node }) => node))
    after = listings.edges.at(-1)?.cursor ?? null
    if (listings.edges.length < 500) return nodes
  }
}

const mutate = (name: string, input: unknown, url: string) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  return qts.query(
    url,
    `mutation ($i: ${type}Input!) { ${name}(input: $i) { __typename ... on Refusal { code } } }`,
    { i: input },
  )
}

const act = fc.record({
  kind: fc.constantFrom('submit', 'submit', 'rename', 'correct', 'withdraw', 'supersede'),
  dataset: fc.constantFrom(open, open, closed),
  n: fc.integer({ min: 1, max: 25 }),
  by: fc.integer({ min: 1, max: 25 }),
  endsOn: fc.constantFrom('2025-12-31', '2029-03-19'),
  wait: fc.integer({ min: 0, max: 30 }),
})
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

/** One act of the provider; that a rule refuses some is part of it. */
async function perform({ kind, dataset, n, by, endsOn }: Act, base: number): Promise<void> {
  const row = (m: number, change: QualityRow = {}) =>
    qualityRow(base + m, { listedOn: '2024-03-20', noticedOn: '2024-02-20', endsOn, ...change })
  const keyOf = ({ decisionNo, uscc }: QualityRow) => ({ decisionNo, uscc })
  const url = n % 2 === 0 ? server.url : other.url
  const common = { changeId: newJti(), dataset, reason: '录入有误', documentNo: '汝质监更〔2026〕1号' }
  const submit = (records: QualityRow[]) =>
    mutate('submitRecords', { dataset, batchId: newJti(), records }, url)
  switch (kind) {
    case 'submit':
      return void (await submit([row(n), row(by)]))
    case 'rename':
      return void (await submit([row(n, { name: `汝宁市更名${by}号有限公司` })]))
    case 'correct':
      return void (await mutate(
        'correctRecord',
        { ...common, sourceKey: keyOf(row(n)), record: row(n, { reason: `更正${by}` }) },
        url,
      ))
    case 'withdraw':
      return void (await mutate(
        'withdrawRecord',
        { ...common, sourceKey: keyOf(row(n)), decidedOn: '2026-05-06' },
        url,
      ))
    default:
      return void (await mutate(
        'supersedeRecord',
        { ...common, sourceKey: keyOf(row(n)), supersededBy: keyOf(row(by)) },
        url,
      ))
  }
}

async function feed(): Promise<{ position: number; dataset: string }[]> {
  const { rows } = await exchange.database.pool.query(
    `SELECT e.position, d.code AS dataset FROM feed_event e JOIN record r ON r.id = e.record_id
       JOIN dataset d ON d.id = r.dataset_id ORDER BY e.position`,
  )
  return rows
}

describe('the change feed', () => {
  it('misses nothing while writers commit in any order, and replayed is what listings answers', async () => {
    let base = 0
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 60 }), async (acts) => {
        base += 100
        const follower = emptyMirror()
        follower.upTo = 0
        let isWriting = true
        const following = (async () => {
          while (isWriting) {
            await replay(ndrc, follower, 7)
            await delay(3)
          }
          await replay(ndrc, follower, 7)
        })()
        await Promise.all(
          acts.map(async (one) => {
            await delay(one.wait)
            await perform(one, base)
          }),
        )
        isWriting = false
        await following

        const all = await feed()
        expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1))
        expect(follower.told).toEqual(
          all.filter(({ dataset }) => dataset !== closed).map(({ position }) => position),
        )
        const expected = await answered(ndrc)
        expect(inForce(follower)).toEqual(expected)
        expect(inForce(await replay(ndrc))).toEqual(expected)
        expect(inForce(await replay(qts))).toEqual(await answered(qts))
      }),
      { numRuns: 8, endOnFailure: true, interruptAfterTimeLimit: 50_000 },
    )
    expect((await answered(ndrc)).length).toBeGreaterThan(10)
  }, 60_000)

  it('has no gap and shows nothing twice where transactions are rolled back', async () => {
    const from = await server.app.feedPosition()
    const { rows } = await exchange.database.pool.query('SELECT id, subject_id FROM record LIMIT 1')
    const [entry] = rows
    const seen: number[] = []
    let isWriting = true
    const reading = (async () => {
      for (let upTo = from; isWriting || upTo < (await server.app.feedPosition()); await delay(1)) {
        const next = await page(qts, upTo, 5)
        seen.push(...next.changes.map(({ position }) => position))
        upTo = next.upTo
      }
    })()
    let committed = 0
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        transaction(exchange.database.pool, async (client) => {
          await delay((index * 7) % 11)
          const kind = 'RECORD_STORED' as const
          const one = { kind, recordId: entry.id, subjectId: entry.subject_id, listingId: null }
          await appendToFeed(client, [one, one])
          await delay(index % 3)
          if (index % 4 === 0) throw new RangeError('rolled back')
          committed += 2
        }).catch(() => {}),
      ),
    )
    isWriting = false
    await reading
    expect(seen).toEqual(Array.from({ length: committed }, (_, index) => from + 1 + index))
  })

  it('tells a new name to those who hold a listing of the subject, and to no others', async () => {
    const [one, two] = [
      qualityRow(9_001),
      qualityRow(9_001, { decisionNo: '汝质监失信〔2026〕乙1号', name: '新名有限公司' }),
    ]
    await mutate('submitRecords', { dataset: open, batchId: newJti(), records: [one] }, server.url)
    const from = (await replay(ndrc)).upTo
    await mutate('submitRecords', { dataset: closed, batchId: newJti(), records: [two] }, server.url)
    const { changes } = await page(ndrc, from, 10)
    expect(changes).toMatchObject([{ kind: 'LISTING_CHANGED', subject: { name: '新名有限公司' } }])
  })

  it('tells a tombstone by its numbers alone', async () => {
    const row = qualityRow(9_002)
    await mutate('submitRecords', { dataset: open, batchId: newJti(), records: [row] }, server.url)
    const from = (await replay(ndrc)).upTo
    await perform({ kind: 'withdraw', dataset: open, n: 2, by: 1, endsOn: '2029-03-19', wait: 0 }, 9_000)
    const { changes } = await page(ndrc, from, 10)
    expect(changes.map(({ kind }) => kind)).toEqual(['RECORD_WITHDRAWN', 'LISTING_ENDED'])
    for (const { subject, listing, record, listingId } of changes) {
      expect({ subject, listing, record }).toEqual({ subject: null, listing: null, record: null })
      expect(listingId).not.toBeNull()
    }
    // Whoever begins later is not told either of whom it was.
    const later = await replay(ndrc)
    expect(JSON.stringify([...later.held.values()])).not.toContain(inventedUscc(9_002))
    const whole = await page(ndrc, from - 2, 10)
    expect(JSON.stringify(whole)).not.toContain(inventedUscc(9_002))
  })

  it('advances over what the reader may not see, and refuses what is no position', async () => {
    const from = (await replay(ndrc)).upTo
    await mutate(
      'submitRecords',
      { dataset: closed, batchId: newJti(), records: [qualityRow(9_003)] },
      server.url,
    )
    expect(await page(ndrc, from, 10)).toEqual({ changes: [], upTo: from + 2, position: from + 2 })
    for (const after of [-1, from + 1_000]) {
      await expect(page(ndrc, after, 10)).rejects.toThrow('INPUT_INVALID')
    }
    await expect(page(ndrc, 0, 0)).rejects.toThrow('INPUT_INVALID')
    await expect(page(ndrc, 0, 501)).rejects.toThrow('INPUT_INVALID')
  })
})
