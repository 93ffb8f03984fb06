import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { createDeadlineRulesReader } from '../../../src/catalogue/clock-store.ts'
import type { Caller } from '../../../src/departments/caller.ts'
import { addMonths, legalDay } from '../../../src/kernel/clock.ts'
import { transaction } from '../../../src/kernel/database.ts'
import { vaultOf } from '../../../src/kernel/key-file.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { eventsOf, findListing, type StoredEvent } from '../../../src/listings/listing-store.ts'
import {
  applyEvent,
  type Grounds,
  type Membership,
  type MembershipEvent,
} from '../../../src/listings/membership.ts'
import { createMembershipService } from '../../../src/listings/membership-service.ts'
import { storeListings } from '../../../src/listings/record-listing-store.ts'
import type { SubjectReference } from '../../../src/subjects/subject-store.ts'
import type { TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, type QualityRow, qualityRow } from '../../support/quality-rows.ts'

/** Acts and records that come in an order, on a day or in a number in which nobody honest sends them. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let pboc: TestDepartment

const today = legalDay(new Date())

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  pboc = await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

let counter = 0
const id = () => `attack-${++counter}`

async function mutate(field: string, type: string, selection: string, input: object) {
  const answer = await qts.query(
    server.url,
    `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} ... on Refusal { code message } } }`,
    { input },
  )
  const { data, errors } = answer.json as { data?: Record<string, Record<string, unknown>>; errors?: unknown }
  const outcome = data?.[field]
  if (!outcome) throw new TypeError(JSON.stringify(errors))
  return outcome
}

const rowOf = (n: number, change: QualityRow = {}) =>
  qualityRow(n, {
    listedOn: '2025-03-20',
    noticedOn: '2025-02-20',
    endsOn: addMonths(today, 12),
    ...change,
  })

const submit = (...records: QualityRow[]) =>
  mutate(
    'submitRecords',
    'SubmitRecordsInput',
    '... on SubmitRecordsSuccess { batch { accepted unchanged rejected problems { code } } }',
    { dataset: 'QTS_DISHONEST', batchId: id(), records },
  )

const act = (listingId: number, event: string, more: object = {}) =>
  mutate(
    'changeListing',
    'ChangeListingInput',
    '... on ChangeListingSuccess { listing { phase exitKind exitedOn } }',
    {
      actionId: id(),
      listingId: String(listingId),
      event,
      documentNo: '汝质监〔2026〕1号',
      reason: '依法办理',
      ...more,
    },
  )

async function notice(n: number, name = `汝宁市虚构${n}号食品有限公司`): Promise<number> {
  const outcome = await mutate(
    'giveListingNotice',
    'GiveListingNoticeInput',
    '... on GiveListingNoticeSuccess { listing { id } }',
    {
      actionId: id(),
      dataset: 'QTS_DISHONEST',
      identifier: inventedUscc(n),
      name,
      grade: '一般',
      reason: '监督抽查不合格；可在期限内陈述申辩。',
      documentNo: `汝质监告〔2026〕${n}号`,
      noticedOn: '2025-02-20',
    },
  )
  return Number((outcome.listing as { id: string }).id)
}

async function listedAs(n: number): Promise<number> {
  const { rows } = await exchange.database.pool.query(
    'SELECT l.id FROM listing l JOIN subject s ON s.id = l.subject_id WHERE s.uscc = $1 ORDER BY l.id',
    [inventedUscc(n)],
  )
  return rows[0].id
}

async function list(n: number, change: QualityRow = {}): Promise<number> {
  expect(await submit(rowOf(n, change))).toMatchObject({ batch: { accepted: 1 } })
  return listedAs(n)
}

/** What a dataset whose rows name a day of exit may say of the listing next. */
async function restate(listingId: number, change: { exitedOn: string | null }): Promise<void> {
  const { pool } = exchange.database
  const [listing, { datasets }] = await Promise.all([
    findListing(pool, listingId),
    server.app.catalogue.current(),
  ])
  const dataset = datasets.find(({ code }) => code === 'QTS_DISHONEST')
  if (!listing?.listedOn || listing.recordId === null || !dataset) throw new TypeError('a listing')
  const { subjectId, listedOn, endsOn, decisionNo, reason, grade, recordId, listTypeCode } = listing
  const draft = { recordId, subjectId, listedOn, endsOn, decisionNo, reason, grade, ...change }
  await transaction(pool, (client) => storeListings(client, dataset, listTypeCode, [draft], today))
}

async function outcomeOf(n: number, asOf = today): Promise<string | undefined> {
  const answer = await pboc.query(
    server.url,
    'query ($i: ScreenInput!) { screen(input: $i) { results { outcome } } }',
    { i: { purpose: '核查', asOf, subjects: [{ identifier: inventedUscc(n) }] } },
  )
  return (answer.json as { data: { screen: { results: { outcome: string }[] } } }).data.screen.results[0]
    ?.outcome
}

/** The event as it was written. The grounds of a listing are kept in it but for the reason, which the state keeps. */
function readEvent({ type, effectiveOn: on, recordedAt, data }: StoredEvent): MembershipEvent {
  switch (type) {
    case 'LISTED': {
      const publishedOn = (data.publishedOn ?? null) as string | null
      return { type, on, grounds: groundsOf(data), recordedOn: legalDay(recordedAt), publishedOn }
    }
    case 'CORRECTED':
      return { type, on, grounds: groundsOf(data), recordedOn: legalDay(recordedAt) }
    case 'NOTICED':
      return { type, on, subjectId: Number(data.subjectId), grade: String(data.grade), reason: '' }
    case 'DECIDED':
      return { type, on, decisionNo: String(data.decisionNo) }
    default:
      return { type, on }
  }
}

function groundsOf({
  subjectId,
  listedOn,
  endsOn,
  exitedOn,
  grade,
  decisionNo,
}: StoredEvent['data']): Grounds {
  return { subjectId, listedOn, endsOn, exitedOn, grade, decisionNo, reason: '' } as Grounds
}

/** Holds the row against a replay of its events; returns the types of these. */
async function replayed(listingId: number): Promise<string[]> {
  const { pool } = exchange.database
  const [row, events] = await Promise.all([findListing(pool, listingId), eventsOf(pool, listingId)])
  const state = events.map(readEvent).reduce<Membership | null>(applyEvent, null)
  expect({ ...row, reason: '' }).toMatchObject({ ...state, reason: '' })
  return events.map(({ type }) => type)
}

describe('an exit by an act', () => {
  it('outlives the same row sent with another reason', async () => {
    const listingId = await list(101)
    expect(await act(listingId, 'REMOVED')).toMatchObject({ listing: { phase: 'ENDED' } })
    expect(await outcomeOf(101)).toBe('CLEAR')
    await submit(rowOf(101, { reason: '监督抽查不合格，措辞更正。' }))
    expect(await outcomeOf(101)).toBe('CLEAR')
    await restate(listingId, { exitedOn: addCalendarDays(today, 40) })
    expect(await outcomeOf(101)).toBe('CLEAR')
    expect(await findListing(exchange.database.pool, listingId)).toMatchObject({
      phase: 'ENDED',
      exitKind: 'REMOVED',
      exitedOn: today,
    })
    await restate(listingId, { exitedOn: addCalendarDays(today, -1) })
    await server.app.memberships.noteEnded()
    expect(await findListing(exchange.database.pool, listingId)).toMatchObject({
      exitedOn: addCalendarDays(today, -1),
    })
    expect(await replayed(listingId)).toEqual(['LISTED', 'REMOVED', 'CORRECTED', 'CORRECTED', 'CORRECTED'])
  })

  it('is not one that the record named by mistake: that is taken back', async () => {
    const listingId = await list(105)
    await restate(listingId, { exitedOn: addCalendarDays(today, -5) })
    expect(await outcomeOf(105)).toBe('CLEAR')
    await restate(listingId, { exitedOn: null })
    expect(await outcomeOf(105)).toBe('LISTED')
    await restate(listingId, { exitedOn: addCalendarDays(today, 5) })
    expect(await act(listingId, 'REMOVED')).toMatchObject({ listing: { phase: 'ENDED', exitedOn: today } })
    await restate(listingId, { exitedOn: null })
    expect(await outcomeOf(105)).toBe('CLEAR')
    await replayed(listingId)
  })

  it('outlives a correction of the record', async () => {
    const listingId = await list(102)
    await act(listingId, 'REMOVED')
    const { decisionNo, uscc } = rowOf(102)
    const corrected = await mutate(
      'correctRecord',
      'CorrectRecordInput',
      '... on CorrectRecordSuccess { change { kind } }',
      {
        changeId: id(),
        dataset: 'QTS_DISHONEST',
        sourceKey: { decisionNo, uscc },
        reason: '更正措辞',
        documentNo: '汝质监更〔2026〕1号',
        record: rowOf(102, { reason: '更正后的事由。' }),
      },
    )
    expect(corrected).toMatchObject({ change: { kind: 'CORRECTED' } })
    expect(await outcomeOf(102)).toBe('CLEAR')
    expect(await replayed(listingId)).toEqual(['LISTED', 'REMOVED', 'CORRECTED'])
  })

  it('of wrongful listing is final', async () => {
    const listingId = await list(103)
    expect(await act(listingId, 'WRONGFUL', { on: '2025-01-01', apology: '特此致歉。' })).toMatchObject({
      listing: { phase: 'ENDED', exitKind: 'WRONGFUL', exitedOn: '2025-01-01' },
    })
    expect(await submit(rowOf(103, { reason: '再报。' }))).toMatchObject({ batch: { rejected: 1 } })
    expect(await outcomeOf(103)).toBe('UNKNOWN')
    await replayed(listingId)
  })

  it('is not before the listing', async () => {
    const listingId = await list(104)
    expect(await act(listingId, 'REMOVED', { on: '2025-03-19' })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    })
    expect(await outcomeOf(104)).toBe('LISTED')
  })
})

describe('the end of a term that was noted', () => {
  it('stays noted, once, when the row is corrected', async () => {
    const listingId = await list(111, { endsOn: '2026-09-19' })
    await server.app.memberships.noteEnded()
    await submit(rowOf(111, { endsOn: '2026-09-19', reason: '措辞更正。' }))
    await server.app.memberships.noteEnded()
    expect(await replayed(listingId)).toEqual(['LISTED', 'EXPIRED', 'CORRECTED'])
  })

  it('is taken back where the correction extends the term', async () => {
    const listingId = await list(112, { endsOn: '2026-09-19' })
    await server.app.memberships.noteEnded()
    await submit(rowOf(112))
    expect(await outcomeOf(112)).toBe('LISTED')
    expect(await findListing(exchange.database.pool, listingId)).toMatchObject({ phase: 'LISTED' })
    await replayed(listingId)
  })
})

describe('two decisions under one number', () => {
  const decide = (n: number, listingId: number) =>
    act(listingId, 'DECIDED', { on: '2025-03-18', decisionNo: rowOf(n).decisionNo })

  it('are refused', async () => {
    const [first, second] = [await notice(121), await notice(121)]
    expect(await decide(121, first)).toMatchObject({ listing: { phase: 'DECIDED' } })
    expect(await decide(121, second)).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' })
    await act(first, 'DROPPED')
    expect(await decide(121, second)).toMatchObject({ listing: { phase: 'DECIDED' } })
  })

  it('that are there already hold up no batch: the earlier is fulfilled', async () => {
    const [first, second] = [await notice(122), await notice(122)]
    await decide(122, first)
    await exchange.database.pool.query(
      "UPDATE listing SET phase = 'DECIDED', decision_no = $2 WHERE id = $1",
      [second, rowOf(122).decisionNo],
    )
    expect(await submit(rowOf(122), rowOf(123))).toMatchObject({ batch: { accepted: 2 } })
    expect(await findListing(exchange.database.pool, first)).toMatchObject({ phase: 'LISTED' })
    expect(await findListing(exchange.database.pool, second)).toMatchObject({ phase: 'DECIDED' })
    expect(await replayed(first)).toEqual(['NOTICED', 'DECIDED', 'LISTED'])
    await replayed(await listedAs(123))
  })
})

describe('suspensions', () => {
  it('are not erased by a resumption dated before them', async () => {
    const listingId = await list(131)
    await act(listingId, 'SUSPENDED', { on: '2026-05-01' })
    expect(await act(listingId, 'RESUMED', { on: '2025-05-01' })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    })
    expect(await outcomeOf(131)).toBe('CLEAR')
    await replayed(listingId)
  })

  it('are not cut off by a later one that reaches into them', async () => {
    const listingId = await list(132)
    await act(listingId, 'SUSPENDED', { on: '2026-02-01' })
    await act(listingId, 'RESUMED', { on: '2026-05-01' })
    for (const on of ['2026-01-01', '2026-03-01', '2026-05-01'])
      expect(await act(listingId, 'SUSPENDED', { on })).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' })
    expect(await act(listingId, 'SUSPENDED', { on: '2026-06-01' })).toMatchObject({
      listing: { phase: 'LISTED' },
    })
    expect(await act(listingId, 'RESUMED', { on: '2026-03-01' })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    })
    await act(listingId, 'RESUMED', { on: '2026-07-01' })
    expect(await outcomeOf(132, '2026-04-01')).toBe('CLEAR')
    expect(await outcomeOf(132, '2026-05-15')).toBe('LISTED')
    expect(await replayed(listingId)).toEqual(['LISTED', 'SUSPENDED', 'RESUMED', 'SUSPENDED', 'RESUMED'])
  })
})

describe('a running suspension', () => {
  const supersede = async (n: number, of: QualityRow, by: QualityRow) =>
    expect(
      await mutate(
        'supersedeRecord',
        'SupersedeRecordInput',
        '... on SupersedeRecordSuccess { change { kind } }',
        {
          changeId: id(),
          dataset: 'QTS_DISHONEST',
          sourceKey: { decisionNo: of.decisionNo, uscc: inventedUscc(n) },
          supersededBy: { decisionNo: by.decisionNo, uscc: by.uscc },
          reason: '重新认定',
          documentNo: `汝质监代〔2026〕${n}号`,
        },
      ),
    ).toMatchObject({ change: { kind: 'SUPERSEDED' } })

  it('goes over to the listing of the record that takes its place', async () => {
    const suspended = await list(161)
    await act(suspended, 'SUSPENDED', { on: '2026-05-01' })
    const later = rowOf(161, { decisionNo: '汝质监失信〔2026〕乙161号', listedOn: '2026-06-01' })
    await submit(later)
    expect(await outcomeOf(161)).toBe('LISTED')
    await supersede(161, rowOf(161), later)
    expect(await outcomeOf(161)).toBe('CLEAR')
    const { rows } = await exchange.database.pool.query('SELECT id FROM listing WHERE decision_no = $1', [
      later.decisionNo,
    ])
    expect(await findListing(exchange.database.pool, rows[0].id)).toMatchObject({
      phase: 'LISTED',
      suspensions: [{ from: '2026-06-01', until: null }],
    })
    expect(await replayed(rows[0].id)).toEqual(['LISTED', 'SUSPENDED'])
    expect(await replayed(suspended)).toEqual(['LISTED', 'SUSPENDED', 'SUPERSEDED'])
  })

  it('goes over to nobody else', async () => {
    await act(await list(162), 'SUSPENDED', { on: '2026-05-01' })
    await list(163)
    await supersede(162, rowOf(162), rowOf(163))
    expect(await outcomeOf(163)).toBe('LISTED')
  })
})

describe('an act without a day', () => {
  it('repeated after midnight is the same act, and stays as it was first done', async () => {
    const { pool } = exchange.database
    const parts = {
      pool,
      vault: vaultOf(exchange.keyFile),
      catalogue: server.app.catalogue,
      deadlineRules: createDeadlineRulesReader(pool, () => performance.now()),
    }
    const { rows } = await pool.query("SELECT id, code, roles FROM department WHERE code = 'QTS'")
    const caller = {
      department: rows[0],
      kid: 'k',
      request: { claim: async () => {}, note: () => {}, found: () => {} },
    } as unknown as Caller
    let now = new Date()
    const service = createMembershipService({ ...parts, clock: { now: () => now } })
    const proposal = {
      actionId: id(),
      dataset: 'QTS_DISHONEST',
      subject: {
        kind: 'ORGANISATION',
        uscc: inventedUscc(141),
        name: '某公司',
        otherNumbers: [],
      } as SubjectReference,
      grade: '一般',
      reason: '某事由',
      on: null,
      documentNo: '某告〔2026〕1号',
    } as const
    const noticed = await service.notice(caller, proposal)
    const dropped = {
      actionId: id(),
      listingId: noticed.id,
      type: 'DROPPED',
      on: null,
      documentNo: '某不〔2026〕1号',
      reason: '不予列入',
    } as const
    await service.act(caller, dropped)
    const before = await eventsOf(pool, noticed.id)
    now = new Date(now.getTime() + 86_400_000)
    expect((await service.notice(caller, proposal)).id).toBe(noticed.id)
    expect(await service.act(caller, dropped)).toMatchObject({ id: noticed.id, phase: 'DROPPED' })
    expect(await eventsOf(pool, noticed.id)).toEqual(before)
    expect(before.map(({ effectiveOn }) => effectiveOn)).toEqual([today, today])
    await expect(service.act(caller, { ...dropped, on: today })).rejects.toMatchObject({
      code: 'ACTION_ID_REUSED',
    })
  })
})

describe('a notice', () => {
  const namesOf = async (n: number) => {
    const { rows } = await exchange.database.pool.query(
      `SELECT s.name, coalesce(json_agg(n.name) FILTER (WHERE n.name IS NOT NULL), '[]') AS names
         FROM subject s LEFT JOIN subject_name n ON n.subject_id = s.id WHERE s.uscc = $1 GROUP BY s.id`,
      [inventedUscc(n)],
    )
    return rows[0]
  }

  it('renames nobody', async () => {
    await list(151)
    const before = await namesOf(151)
    await notice(151, '汝宁市冒名有限公司')
    expect(await namesOf(151)).toEqual(before)
  })

  it('names nobody who is new; the record does', async () => {
    const listingId = await notice(152, '汝宁市告知书上的名称')
    expect(await namesOf(152)).toEqual({ name: '', names: [] })
    const [event] = await eventsOf(exchange.database.pool, listingId)
    expect(event?.data).toMatchObject({ name: '汝宁市告知书上的名称' })
    await list(152)
    expect(await namesOf(152)).toEqual({ name: rowOf(152).name, names: [rowOf(152).name] })
  })
})
