import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { legalDay } from '../../src/kernel/clock.ts'
import type { OfficerRole } from '../../src/officers/officer.ts'
import { consoleCode, TestOfficer } from '../support/console.ts'
import { TestExchange } from '../support/exchange.ts'
import { catalogueSeen, foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../support/quality-rows.ts'

/** Who reads what is said of subjects at the console, and that the log keeps who did. */

let exchange: TestExchange
let server: RunningServer
const seats = new Map<OfficerRole, TestOfficer>()
const seat = (role: OfficerRole) => seats.get(role) as TestOfficer

const telling = {
  grounds: '申请人所述事由',
  contact: '13900000000',
  documentNo: '410101199001011234',
  reason: '告知所述事由',
  reasons: '申请人来函撤回',
}
let caseCode = ''
let listingId = ''

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  const qts = await exchange.department(server, 'QTS', {
    kind: foundingKinds.QTS,
    roles: ['PROVIDER', 'ENQUIRER'],
  })
  await importFoundingCatalogue(exchange)
  await catalogueSeen(server)
  for (const role of ['OFFICER', 'HELP_DESK', 'AUDITOR', 'CITY_ADMINISTRATOR'] as const)
    seats.set(role, await TestOfficer.signedIn(exchange, server, { department: 'QTS', roles: [role] }))
  await qts.query(
    server.url,
    'mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { __typename } }',
    {
      input: {
        dataset: 'QTS_DISHONEST',
        batchId: 'b1',
        records: [qualityRow(1)],
      },
    },
  )
  const officer = seat('OFFICER')
  const opened = await officer.get<{ receipt: { code: string } }>(
    `mutation ($input: OpenRemedyInput!) { openRemedy(input: $input) {
       ... on RemedySuccess { receipt { code } } ... on Refusal { code message } } }`,
    {
      input: {
        openingId: 'o1',
        kind: 'OBJECTION',
        dataset: 'QTS_DISHONEST',
        sourceKey: { decisionNo: qualityRow(1).decisionNo, uscc: inventedUscc(1) },
        channel: 'CONSOLE',
        receivedOn: legalDay(new Date()),
        grounds: telling.grounds,
        applicant: {
          name: '孙演示',
          contact: telling.contact,
          relation: 'AGENT',
          documentNo: telling.documentNo,
        },
      },
    },
  )
  caseCode = opened.receipt.code
  await officer.get(
    `mutation ($input: ReasonedRemedyInput!) { withdrawRemedy(input: $input) { ... on RemedySuccess { receipt { code } } } }`,
    { input: { actionId: 'a1', code: caseCode, reasons: telling.reasons } },
  )
  const noticed = await officer.get<{ listing: { id: string } }>(
    `mutation ($input: GiveListingNoticeInput!) { giveListingNotice(input: $input) {
       ... on GiveListingNoticeSuccess { listing { id } } ... on Refusal { code message } } }`,
    {
      input: {
        actionId: 'n1',
        dataset: 'QTS_DISHONEST',
        identifier: inventedUscc(2),
        name: '汝宁市虚构2号食品有限公司',
        grade: '一般',
        reason: telling.reason,
        documentNo: '汝质监告〔2026〕1号',
        noticedOn: '2026-02-20',
      },
    },
  )
  listingId = noticed.listing.id
})
afterAll(() => exchange[Symbol.asyncDispose]())

const question = `query ($code: String!, $id: ID!) {
  remedy(code: $code) { phase grounds applicant { name contact documentNo } history { type details } }
  managedListing(id: $id) { phase reason events { type data } }
}`
const asks = (who: TestOfficer) => who.ask(question, { code: caseCode, id: listingId })

describe('what is said of a case or listing', () => {
  test.each(['OFFICER', 'AUDITOR'] as const)('%s reads it', async (role) => {
    const { body } = await asks(seat(role))
    for (const text of Object.values(telling)) expect(body).toContain(text)
  })

  test('the help desk reads how far each is, and nothing of it', async () => {
    const { body, json } = await asks(seat('HELP_DESK'))
    expect(json.errors).toBeUndefined()
    expect(json.data).toMatchObject({
      remedy: { phase: 'WITHDRAWN', grounds: null, applicant: null },
      managedListing: { phase: 'NOTICED', reason: '', events: [{ type: 'NOTICED', data: {} }] },
    })
    for (const text of Object.values(telling)) expect(body).not.toContain(text)
  })

  test.each(['HELP_DESK', 'CITY_ADMINISTRATOR'] as const)('%s has no annotated file', async (role) => {
    const answer = await seat(role).send('/console/batches/annotated?batchId=any', { method: 'GET' })
    expect([answer.status, (await answer.json()).errors[0].extensions.code]).toEqual([403, 'FORBIDDEN'])
    // That she tried is in the log.
    expect((await exchange.logRows()).at(-1)?.leaf).toMatchObject({
      operation: 'annotated batch',
      kid: `officer:${seat(role).id}`,
      outcome: 'FORBIDDEN',
    })
  })
})

describe('a reading of subjects', () => {
  test.each<[string, string]>([
    ['records', '{ records { edges { node { id } } } }'],
    ['listings', '{ listings { edges { node { listing { id } } } } }'],
    ['searchSubjects', '{ searchSubjects(query: "虚构") { edges { node { name } } } }'],
  ])('%s wants a purpose, which the log keeps', async (field, asked) => {
    const officer = seat('OFFICER')
    expect(consoleCode(await officer.ask(asked))).toBe('INPUT_INVALID')
    const blank = asked.includes('(')
      ? asked.replace(')', ', purpose: " ")')
      : asked.replace(field, `${field}(purpose: " ")`)
    expect(consoleCode(await officer.ask(blank))).toBe('INPUT_INVALID')
    const answer = await officer.ask(blank.replace('" "', '"日常核查"'))
    expect(answer.json.errors).toBeUndefined()
    expect((await exchange.logRows()).at(-1)?.leaf).toMatchObject({
      operation: `query ${field}`,
      purpose: '日常核查',
      outcome: 'OK',
    })
  })

  test.each(['measureTasks', 'remedies', 'listingProposals', 'identityProposals', 'pendingActs'])(
    'of %s is a leaf of the log',
    async (field) => {
      const answer = await seat('OFFICER').ask(`{ ${field} { edges { node { id: __typename } } } }`)
      expect(answer.headers.get('log-index')).not.toBeNull()
      expect((await exchange.logRows()).at(-1)?.leaf).toMatchObject({ operation: `query ${field}` })
    },
  )

  test('that was refused for want of the right is a leaf as well', async () => {
    const answer = await seat('OFFICER').ask('{ officers { id } }')
    expect(consoleCode(answer)).toBe('FORBIDDEN')
    expect((await exchange.logRows()).at(-1)?.leaf).toMatchObject({
      operation: 'query officers',
      outcome: 'FORBIDDEN',
    })
  })
})

describe('what is asked for is named in the log', () => {
  test.each<[string, string]>([
    ['in a fragment', '{ ...hidden } fragment hidden on Query { pendingActs { edges { node { id } } } }'],
    [
      'in a fragment beside another field',
      '{ viewer { id } ... on Query { pendingActs { edges { node { id } } } } }',
    ],
  ])('so it does not stand %s', async (_where, asked) => {
    const answer = await seat('OFFICER').ask(asked)
    expect([consoleCode(answer), answer.json.data]).toEqual(['ROOTS_NOT_NAMED', undefined])
  })

  test('each name once, however often it is asked for; never more than fit', async () => {
    const twice = await seat('OFFICER').ask(
      '{ b: viewer { id } a: pendingActs { edges { node { id } } } viewer { name } }',
    )
    expect(twice.json.errors).toBeUndefined()
    expect((await exchange.logRows()).at(-1)?.leaf).toMatchObject({ operation: 'query pendingActs,viewer' })
    const lists =
      'departments divisions datasets measures listTypes clocks penaltyGrades publicationRules managedDepartments managedDatasets officers recoveries'
    const pages = 'remedies measureTasks listingProposals identityProposals'
    const asked = `${lists} ${pages}`.split(' ').map((field) => `${field} { __typename }`)
    const many = await seat('AUDITOR').ask(`{ ${asked.join(' ')} }`)
    expect(many.json.data).toBeUndefined()
    expect(many.json.errors?.map(({ extensions }) => extensions?.code)).toContain('ROOTS_NOT_NAMED')
  })
})
