import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { addMonths, legalDay } from '../../src/kernel/clock.ts'
import { addCalendarDays } from '../../src/kernel/working-days.ts'
import type { TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../support/quality-rows.ts'

/**
 * One enterprise from the prior notice to its repair: the quality bureau lists it, the procurement side sees it, a court
 * suspends it, it objects, and in the end it is repaired. All by signed requests to two replicas.
 */

let exchange: TestExchange
let server: RunningServer
let second: RunningServer
let qts: TestDepartment
let ndrc: TestDepartment
let pboc: TestDepartment

const today = legalDay(new Date())
const enterprise = 9_000
const uscc = inventedUscc(enterprise)
const decisionNo = '汝质监失信〔2026〕甲9号'

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  second = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await exchange.department(server, 'NDRC', {
    kind: foundingKinds.NDRC,
    roles: ['ENQUIRER', 'CREDIT_OFFICE'],
  })
  pboc = await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

let counter = 0
const id = () => `step-${++counter}`

async function mutate(by: TestDepartment, field: string, type: string, selection: string, input: object) {
  const answer = await by.query(
    server.url,
    `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} ... on Refusal { code message legalBasis } } }`,
    { input },
  )
  const { data, errors } = answer.json as { data?: Record<string, Record<string, unknown>>; errors?: unknown }
  const outcome = data?.[field]
  if (!outcome) throw new TypeError(JSON.stringify(errors))
  return outcome
}

const changeListing = (event: string, more: object, by = qts) =>
  mutate(
    by,
    'changeListing',
    'ChangeListingInput',
    '... on ChangeListingSuccess { listing { phase exitKind events { type } } }',
    {
      actionId: id(),
      event,
      documentNo: '汝质监〔2026〕9号',
      reason: '依法办理',
      ...more,
    },
  )

async function screened(by: TestDepartment, moment: { asOf?: string; knownAt?: string } = {}) {
  const answer = await by.query(
    second.url,
    'query ($i: ScreenInput!) { screen(input: $i) { results { outcome listings { id disputedSince repairNotice } measures { code } } } }',
    { i: { purpose: '采购资格审查', subjects: [{ identifier: uscc }], ...moment } },
  )
  const { data } = answer.json as {
    data: {
      screen: {
        results: {
          outcome: string
          listings: { id: string; disputedSince: string | null; repairNotice: string }[]
          measures: object[]
        }[]
      }
    }
  }
  const [result] = data.screen.results
  if (!result) throw new TypeError(answer.body)
  return result
}

describe('from the notice to the repair', () => {
  let listingId = ''
  let knownWhileListed = ''

  it('a notice lists nobody, and only the determining department may act on it', async () => {
    const notice = await mutate(
      qts,
      'giveListingNotice',
      'GiveListingNoticeInput',
      '... on GiveListingNoticeSuccess { listing { id phase } }',
      {
        actionId: id(),
        dataset: 'QTS_DISHONEST',
        identifier: uscc,
        name: `汝宁市虚构${enterprise}号食品有限公司`,
        grade: '一般',
        reason: '监督抽查不合格，复查仍不合格；可在期限内陈述申辩。',
        documentNo: '汝质监告〔2026〕9号',
        noticedOn: '2025-02-20',
      },
    )
    expect(notice).toMatchObject({ listing: { phase: 'NOTICED' } })
    listingId = (notice.listing as { id: string }).id
    expect(await screened(pboc)).toMatchObject({ outcome: 'UNKNOWN' })
    expect(await changeListing('DECIDED', { listingId, on: '2025-03-18', decisionNo }, pboc)).toMatchObject({
      code: 'LISTING_NOT_YOURS',
    })
    expect(await changeListing('SUSPENDED', { listingId, on: '2025-03-18' })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
      legalBasis: expect.stringContaining('信用修复管理办法'),
    })
  })

  it('it is heard, decided, and listed by the record that bears the decision', async () => {
    expect(await changeListing('OBJECTED', { listingId, on: '2025-02-25' })).toMatchObject({
      listing: { phase: 'OBJECTED' },
    })
    expect(await changeListing('DECIDED', { listingId, on: '2025-03-18', decisionNo })).toMatchObject({
      listing: { phase: 'DECIDED' },
    })
    const row = qualityRow(enterprise, {
      decisionNo,
      noticedOn: '2025-02-20',
      listedOn: '2025-03-20',
      endsOn: addMonths(today, 12),
    })
    const sent = await mutate(
      qts,
      'submitRecords',
      'SubmitRecordsInput',
      '... on SubmitRecordsSuccess { batch { accepted } }',
      {
        dataset: 'QTS_DISHONEST',
        batchId: id(),
        records: [row],
      },
    )
    expect(sent).toMatchObject({ batch: { accepted: 1 } })
    const result = await screened(pboc)
    expect(result).toMatchObject({ outcome: 'LISTED', listings: [{ id: listingId, disputedSince: null }] })
    expect(result.measures.length).toBeGreaterThan(0)
    expect(result.listings[0]?.repairNotice).toMatch(/修复.*\(/s)
    expect(await screened(pboc, { asOf: '2025-03-19' })).toMatchObject({ outcome: 'CLEAR' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    knownWhileListed = new Date().toISOString()
    await new Promise((resolve) => setTimeout(resolve, 20))
  })

  it('a court-approved plan suspends it, and it counts again when the plan ends', async () => {
    expect(await changeListing('SUSPENDED', { listingId, on: '2025-06-01' })).toMatchObject({
      listing: { phase: 'LISTED' },
    })
    expect(await screened(pboc)).toMatchObject({ outcome: 'CLEAR', measures: [] })
    expect(await changeListing('RESUMED', { listingId, on: '2025-09-01' })).toMatchObject({
      listing: { phase: 'LISTED' },
    })
    expect(await screened(pboc)).toMatchObject({ outcome: 'LISTED' })
    expect(await screened(pboc, { asOf: '2025-07-01' })).toMatchObject({ outcome: 'CLEAR' })
  })

  it('an objection marks it at once, and its rejection takes the mark away', async () => {
    const open = await mutate(
      ndrc,
      'openRemedy',
      'OpenRemedyInput',
      '... on RemedySuccess { receipt { code phase } }',
      {
        openingId: id(),
        kind: 'OBJECTION',
        listingId,
        applicant: { name: '赵演示', contact: '0396-0000000', relation: 'AGENT' },
        grounds: '并非本企业产品。',
        receivedOn: today,
      },
    )
    const { code } = open.receipt as { code: string }
    expect((await screened(pboc)).listings[0]?.disputedSince).toBe(today)
    const step = (by: TestDepartment, field: string, type: string, more: object = {}) =>
      mutate(by, field, type, '... on RemedySuccess { receipt { phase } }', { actionId: id(), code, ...more })
    await step(ndrc, 'acceptRemedy', 'RemedyActInput')
    await step(ndrc, 'sendRemedyToProvider', 'RemedyActInput')
    expect(
      await step(pboc, 'answerRemedy', 'AnswerRemedyInput', { answer: 'CONFIRMED', reasons: '无权' }),
    ).toMatchObject({ code: 'CASE_NOT_FOUND' })
    await step(qts, 'answerRemedy', 'AnswerRemedyInput', {
      answer: 'CONFIRMED',
      reasons: '经核实产品为其生产',
    })
    expect(
      await step(qts, 'decideRemedy', 'DecideRemedyInput', {
        decision: 'REJECTED',
        reasons: '经核实无误',
        documentNo: '汝质监异〔2026〕9号',
      }),
    ).toMatchObject({
      receipt: { phase: 'REJECTED' },
    })
    expect((await screened(pboc)).listings[0]?.disputedSince).toBeNull()
  })

  it('repair ends the listing, the sharing and the measures at once, and nothing is left in force', async () => {
    const open = await mutate(
      qts,
      'openRemedy',
      'OpenRemedyInput',
      '... on RemedySuccess { receipt { code phase } }',
      {
        openingId: id(),
        kind: 'REPAIR',
        listingId,
        applicant: { name: '赵演示', contact: '0396-0000000', relation: 'SUBJECT' },
        grounds: '已整改并履行全部义务。',
        pledge: { signedOn: today, text: '所交材料真实，如有不实愿承担责任' },
        receivedOn: today,
      },
    )
    const { code } = open.receipt as { code: string }
    const step = (field: string, type: string, more: object = {}) =>
      mutate(qts, field, type, '... on RemedySuccess { receipt { phase } }', {
        actionId: id(),
        code,
        ...more,
      })
    await step('acceptRemedy', 'RemedyActInput')
    expect(
      await step('decideRemedy', 'DecideRemedyInput', {
        decision: 'GRANTED',
        reasons: '已履行全部义务',
        documentNo: '汝质监修〔2026〕9号',
        corrected: true,
        dutiesPerformed: true,
      }),
    ).toMatchObject({ receipt: { phase: 'GRANTED' } })
    expect(await screened(pboc)).toMatchObject({ outcome: 'UNKNOWN', listings: [], measures: [] })
    expect(await screened(pboc, { asOf: addCalendarDays(today, -1) })).toMatchObject({ outcome: 'UNKNOWN' })
    // Its own department still sees that it was listed, and since when no more.
    expect(await screened(qts, { asOf: addCalendarDays(today, -1) })).toMatchObject({ outcome: 'LISTED' })
    expect(await screened(qts)).toMatchObject({ outcome: 'CLEAR' })
    const again = await mutate(
      qts,
      'submitRecords',
      'SubmitRecordsInput',
      '... on SubmitRecordsSuccess { batch { accepted rejected problems { code } } }',
      {
        dataset: 'QTS_DISHONEST',
        batchId: id(),
        records: [qualityRow(enterprise, { decisionNo, noticedOn: '2025-02-20', listedOn: '2025-03-20' })],
      },
    )
    expect(again).toMatchObject({
      batch: { accepted: 0, rejected: 1, problems: [{ code: 'RECORD_REPAIRED' }] },
    })
    const { rows } = await exchange.database.pool.query(
      `SELECT count(*)::int AS n FROM listing l JOIN record r ON r.id = l.record_id JOIN subject s ON s.id = l.subject_id
        WHERE s.uscc = $1 AND (r.status = 'ACTIVE' OR listing_in_force(l.listed_on, l.ends_on, l.exited_on, l.suspended, $2))`,
      [uscc, today],
    )
    expect(rows[0].n).toBe(0)
  })

  it('what one was told then can still be proven: by what the exchange knew then', async () => {
    expect(await screened(pboc, { asOf: today, knownAt: knownWhileListed })).toMatchObject({
      outcome: 'LISTED',
    })
    // The suspension was not known then, though it had effect before.
    expect(await screened(pboc, { asOf: '2025-07-01', knownAt: knownWhileListed })).toMatchObject({
      outcome: 'LISTED',
    })
    const events = await exchange.database.pool.query(
      'SELECT type FROM listing_event WHERE listing_id = $1 ORDER BY seq',
      [listingId],
    )
    expect(events.rows.map(({ type }) => type)).toEqual([
      'NOTICED',
      'OBJECTED',
      'DECIDED',
      'LISTED',
      'SUSPENDED',
      'RESUMED',
      'DISPUTED',
      'DISPUTE_SETTLED',
      'REPAIRED',
    ])
  })
})
