import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { legalDay } from '../../src/kernel/clock.ts'
import { addCalendarDays } from '../../src/kernel/working-days.ts'
import { usccCheckCharacter } from '../../src/subjects/identifiers.ts'
import { consoleCode, TestOfficer } from '../support/console.ts'
import type { TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { qualityRow } from '../support/quality-rows.ts'

/** Two counties of the fictional city, an officer of one of them and one of the whole department. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let whole: TestOfficer
let east: TestOfficer

const today = legalDay(new Date())
const [eastern, western] = ['419821', '419822']

let counter = 0
const nextId = () => `work-${++counter}`

function usccIn(division: string): string {
  const stem = `91${division}MAT${String(++counter).padStart(6, '0')}`
  return stem + usccCheckCharacter(stem)
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  for (const code of [eastern, western])
    await server.app.registry.addDivision('tester', { code, name: `县 ${code}`, statistical: false })
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  await importFoundingCatalogue(exchange)
  // No founding list prescribes a time to object; this one shall.
  await exchange.database.pool.query(
    `UPDATE list_rule SET objection_clock = 'OBJECTION_TOTAL' WHERE list_type_code = 'QUALITY_DISHONEST'`,
  )
  // The replica may have read the catalogue while it was empty, and keeps that for a second.
  await vi.waitUntil(
    async () =>
      (await server.app.catalogue.current()).listTypes.some(({ rules }) =>
        rules.some(({ objectionClock }) => objectionClock !== null),
      ),
    5_000,
  )
  whole = await TestOfficer.signedIn(exchange, server, { department: 'QTS', roles: ['OFFICER'] })
  east = await TestOfficer.signedIn(exchange, server, {
    department: 'QTS',
    roles: ['OFFICER'],
    division: eastern,
  })
})
afterAll(() => exchange[Symbol.asyncDispose]())

async function notice(by: TestOfficer, uscc: string, noticedOn: string): Promise<string> {
  const outcome = await by.get<{ listing: { id: string } }>(
    `mutation ($input: GiveListingNoticeInput!) { giveListingNotice(input: $input) {
       ... on GiveListingNoticeSuccess { listing { id } } ... on Refusal { code message } } }`,
    {
      input: {
        actionId: nextId(),
        dataset: 'QTS_DISHONEST',
        identifier: uscc,
        name: `汝宁市虚构${uscc.slice(-4)}号食品有限公司`,
        grade: '一般',
        reason: '监督抽查不合格',
        documentNo: `汝质监告〔2026〕${++counter}号`,
        noticedOn,
      },
    },
  )
  if (!outcome.listing) throw new TypeError(JSON.stringify(outcome))
  return outcome.listing.id
}

type Page<T> = { edges: { node: T }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
type Allowed = { mutation: string; choice: string | null; secondPerson: boolean }
type Proposal = {
  id: string
  phase: string
  objectUntil: string | null
  subject: { uscc: string }
  events: { type: string }[]
  allowedActions: Allowed[]
}

const proposals = (who: TestOfficer, args: string) =>
  who.get<Page<Proposal>>(
    `{ listingProposals(${args}) { edges { node { id phase objectUntil subject { uscc } events { type }
       allowedActions { mutation choice secondPerson } } } pageInfo { hasNextPage endCursor } } }`,
  )
const idsOf = <T extends { id: string }>({ edges }: Page<T>) => edges.map(({ node }) => node.id)

describe('proposals', () => {
  let [young, old, other] = ['', '', '']
  beforeAll(async () => {
    young = await notice(whole, usccIn(eastern), today)
    old = await notice(whole, usccIn(eastern), addCalendarDays(today, -200))
    other = await notice(whole, usccIn(western), addCalendarDays(today, -200))
  })

  test('come with their clock, their history and what may be done next; what presses comes first', async () => {
    const page = await proposals(whole, 'order: URGENT_FIRST')
    expect(idsOf(page)).toEqual([old, other, young])
    const [first] = page.edges
    expect(first?.node).toMatchObject({ phase: 'NOTICED', events: [{ type: 'NOTICED' }] })
    expect((first?.node.objectUntil ?? today) < today).toBe(true)
    expect(first?.node.allowedActions).toEqual([
      { mutation: 'changeListing', choice: 'OBJECTED', secondPerson: false },
      { mutation: 'changeListing', choice: 'DECIDED', secondPerson: true },
      { mutation: 'changeListing', choice: 'DROPPED', secondPerson: true },
    ])
    const reviewer = await TestOfficer.signedIn(exchange, server, { department: 'QTS', roles: ['REVIEWER'] })
    expect((await proposals(reviewer, 'first: 1')).edges[0]?.node.allowedActions).toEqual([])
  })

  test('pages of one go through all of them, each once, over the seam', async () => {
    const seen: string[] = []
    for (let after: string | null = null; ; ) {
      const page: Page<Proposal> = await proposals(
        whole,
        `order: URGENT_FIRST, first: 1${after === null ? '' : `, after: "${after}"`}`,
      )
      seen.push(...idsOf(page))
      if (!page.pageInfo.hasNextPage) break
      after = page.pageInfo.endCursor
    }
    expect(seen).toEqual([old, other, young])
    const broken = await whole.ask(
      '{ listingProposals(order: URGENT_FIRST, after: "X1") { edges { node { id } } } }',
    )
    expect(consoleCode(broken)).toBe('INPUT_INVALID')
  })

  test('are filtered by their phase', async () => {
    expect(idsOf(await proposals(whole, 'phase: NOTICED'))).toHaveLength(3)
    expect(idsOf(await proposals(whole, 'phase: DECIDED'))).toEqual([])
  })

  test('an officer of a county sees and acts on those of her county alone', async () => {
    expect(idsOf(await proposals(east, 'order: URGENT_FIRST'))).toEqual([old, young])
    const own = await east.get<{ id: string }>(`{ managedListing(id: "${young}") { id } }`)
    expect(own.id).toBe(young)
    const foreign = await east.ask(`{ managedListing(id: "${other}") { id } }`)
    expect(foreign.json).toEqual({ data: { managedListing: null } })
    const change = (who: TestOfficer, listingId: string) =>
      who.ask(
        `mutation ($input: ChangeListingInput!) { changeListing(input: $input) { __typename ... on Refusal { code } } }`,
        {
          input: { actionId: nextId(), listingId, event: 'OBJECTED', documentNo: '申辩书', reason: '已陈述' },
        },
      )
    expect(consoleCode(await change(east, other))).toBe('LISTING_NOT_FOUND')
    expect(consoleCode(await change(whole, other))).toBeNull()
    expect(consoleCode(await change(east, young))).toBeNull()
  })
})

describe('cases and tasks', () => {
  async function listed(division: string): Promise<Record<string, string>> {
    const row = qualityRow(++counter, {
      uscc: usccIn(division),
      noticedOn: '2025-02-20',
      listedOn: '2025-03-20',
    })
    await qts.query(
      server.url,
      `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { __typename } }`,
      { input: { dataset: 'QTS_DISHONEST', batchId: nextId(), records: [row] } },
    )
    return row
  }

  async function opened(row: Record<string, string>, receivedOn: string): Promise<string> {
    const outcome = await whole.get<{ receipt: { code: string } }>(
      `mutation ($input: OpenRemedyInput!) { openRemedy(input: $input) {
         ... on RemedySuccess { receipt { code } } ... on Refusal { code message } } }`,
      {
        input: {
          openingId: nextId(),
          kind: 'OBJECTION',
          dataset: 'QTS_DISHONEST',
          sourceKey: { decisionNo: row.decisionNo, uscc: row.uscc },
          channel: 'CONSOLE',
          applicant: { name: '某乙', contact: '窗口', relation: 'AGENT' },
          grounds: '并非本企业所为',
          receivedOn,
        },
      },
    )
    return outcome.receipt.code
  }

  type Case = { code: string; present: { overdue: boolean } | null; allowedActions: Allowed[] }
  const cases = (who: TestOfficer, args: string) =>
    who.get<Page<Case>>(
      `{ remedies(${args}) { edges { node { code present { overdue dueOn } history { type } allowedActions { mutation choice secondPerson } } }
         pageInfo { hasNextPage endCursor } } }`,
    )
  const codesOf = ({ edges }: Page<Case>) => edges.map(({ node }) => node.code)

  test('overdue ones come first, each with its next steps, and those of a county for its officer', async () => {
    const [first, second, third] = [await listed(eastern), await listed(eastern), await listed(western)]
    const fresh = await opened(first, today)
    const late = await opened(second, addCalendarDays(today, -60))
    const west = await opened(third, addCalendarDays(today, -60))
    const page = await cases(whole, 'order: URGENT_FIRST')
    expect(codesOf(page)).toEqual([late, west, fresh])
    expect(page.edges.map(({ node }) => node.present?.overdue)).toEqual([true, true, false])
    expect(page.edges[2]?.node.allowedActions.map(({ mutation }) => mutation)).toEqual([
      'acceptRemedy',
      'refuseRemedy',
      'withdrawRemedy',
    ])
    expect(codesOf(await cases(east, 'order: URGENT_FIRST'))).toEqual([late, fresh])
    const foreign = await east.ask(`{ remedy(code: "${west}") { code } }`)
    expect(foreign.json).toEqual({ data: { remedy: null } })
    const accept = (who: TestOfficer, code: string) =>
      who.ask(
        `mutation ($input: RemedyActInput!) { acceptRemedy(input: $input) { __typename ... on Refusal { code } } }`,
        { input: { actionId: nextId(), code } },
      )
    expect(consoleCode(await accept(east, west))).toBe('CASE_NOT_FOUND')
    expect(consoleCode(await accept(east, late))).toBeNull()
    const decide = (await cases(whole, 'phase: ACCEPTED')).edges[0]?.node.allowedActions
    expect(decide).toContainEqual({ mutation: 'decideRemedy', choice: 'UPHELD', secondPerson: true })
    expect(decide).toContainEqual({ mutation: 'decideRemedy', choice: 'REJECTED', secondPerson: false })
  })

  test('tasks likewise', async () => {
    type Task = { id: string; subject: { uscc: string } | null; allowedActions: Allowed[] }
    const tasks = (who: TestOfficer) =>
      who.get<Page<Task>>(
        `{ measureTasks(order: URGENT_FIRST, first: 100) { edges { node { id subject { uscc } history { type } due { dueOn }
           allowedActions { mutation choice secondPerson } } } pageInfo { hasNextPage endCursor } } }`,
      )
    await expect.poll(async () => (await tasks(whole)).edges.length, { timeout: 30_000 }).toBeGreaterThan(0)
    const divisionsOf = ({ edges }: Page<Task>) => [
      ...new Set(edges.map(({ node }) => node.subject?.uscc.slice(2, 8))),
    ]
    await expect
      .poll(async () => divisionsOf(await tasks(whole)).sort(), { timeout: 30_000 })
      .toEqual([eastern, western])
    const hers = await tasks(east)
    expect(divisionsOf(hers)).toEqual([eastern])
    expect(hers.edges[0]?.node.allowedActions).toEqual([
      { mutation: 'respondToTask', choice: null, secondPerson: false },
      { mutation: 'reportFeedback', choice: 'IMPLEMENTED', secondPerson: false },
      { mutation: 'reportFeedback', choice: 'NOT_APPLICABLE', secondPerson: false },
    ])
    const foreign = (await tasks(whole)).edges.find(({ node }) => node.subject?.uscc.slice(2, 8) === western)
    const respond = await east.ask(
      `mutation ($input: RespondToTaskInput!) { respondToTask(input: $input) { __typename ... on Refusal { code } } }`,
      { input: { actionId: nextId(), taskId: foreign?.node.id } },
    )
    expect(consoleCode(respond)).toBe('TASK_NOT_FOUND')
  })
})

describe('an auditor', () => {
  test('reads the work of any department, which is in the log; nobody else does', async () => {
    await exchange.department(server, 'NDRC', {
      kind: foundingKinds.NDRC,
      roles: ['CREDIT_OFFICE', 'ENQUIRER'],
    })
    const auditor = await TestOfficer.signedIn(exchange, server, { department: 'NDRC', roles: ['AUDITOR'] })
    const question = '{ batches { edges { node { batchId } } } }'
    const own = await auditor.ask(question)
    expect(consoleCode(own)).toBe('FORBIDDEN')
    const theirs = await auditor.ask(question, {}, { 'x-department': 'QTS' })
    expect(theirs.json.errors).toBeUndefined()
    expect((await exchange.logRows()).at(-1)?.leaf).toMatchObject({
      department: 'NDRC',
      kid: `officer:${auditor.id}`,
      operation: 'query batches',
      purpose: '审计 (audit) QTS',
    })
    for (const [who, code] of [
      [whole, 'NDRC'],
      [auditor, 'NOBODY'],
    ] as const)
      expect((await who.ask(question, {}, { 'x-department': code })).status).toBe(403)
  })
})
