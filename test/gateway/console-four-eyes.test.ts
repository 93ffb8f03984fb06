import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { createPendingActService } from '../../src/acts/pending-act-service.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { limits } from '../../src/limits.ts'
import { consoleCode, TestOfficer } from '../support/console.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc } from '../support/quality-rows.ts'

let exchange: TestExchange
let server: RunningServer
let officer: TestOfficer
let reviewer: TestOfficer
let another: TestOfficer

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC })
  await importFoundingCatalogue(exchange)
  // The replica may have read the catalogue while it was empty, and keeps that for a second.
  await vi.waitUntil(async () => (await server.app.catalogue.current()).datasets.length > 0, 5_000)
  const seat = (department: string, ...roles: ('OFFICER' | 'REVIEWER')[]) =>
    TestOfficer.signedIn(exchange, server, { department, roles })
  officer = await seat('QTS', 'OFFICER', 'REVIEWER')
  reviewer = await seat('QTS', 'REVIEWER')
  another = await seat('PBOC', 'REVIEWER')
})
afterAll(() => exchange[Symbol.asyncDispose]())

let counter = 0
const nextId = () => `four-eyes-${++counter}`

/** A notice that was given long ago, so that it may be decided. */
async function noticed(): Promise<string> {
  const n = ++counter
  const outcome = await officer.get<{ listing: { id: string } }>(
    `mutation ($input: GiveListingNoticeInput!) { giveListingNotice(input: $input) {
       ... on GiveListingNoticeSuccess { listing { id } } ... on Refusal { code message } } }`,
    {
      input: {
        actionId: nextId(),
        dataset: 'QTS_DISHONEST',
        identifier: inventedUscc(n),
        name: `汝宁市虚构${n}号食品有限公司`,
        grade: '一般',
        reason: '监督抽查不合格；可在期限内陈述申辩。',
        documentNo: `汝质监告〔2026〕${n}号`,
        noticedOn: '2025-02-20',
      },
    },
  )
  return outcome.listing.id
}

const decide = (listingId: string, more: object = {}) => ({
  actionId: nextId(),
  listingId,
  event: 'DECIDED',
  documentNo: '汝质监〔2026〕1号',
  decisionNo: `汝质监决〔2026〕${listingId}号`,
  reason: '依法办理',
  ...more,
})

const propose = (who: TestOfficer, input: object, id = nextId()) =>
  who.ask(
    `mutation ($input: ProposeActInput!) { proposeAct(input: $input) {
       __typename ... on ProposeActSuccess { act { id state mayDecide summary { name value } } } ... on Refusal { code message } } }`,
    { input: { id, operation: 'CHANGE_LISTING', variables: { input }, note: '请复核' } },
  )

async function proposed(listingId: string, more: object = {}): Promise<string> {
  const { json } = await propose(officer, decide(listingId, more))
  return (json.data as { proposeAct: { act: { id: string } } }).proposeAct.act.id
}

const conclude = (who: TestOfficer, id: string, decision = 'APPROVE', reason = '同意') =>
  who.ask(
    `mutation ($input: DecideActInput!) { decideAct(input: $input) {
       __typename ... on DecideActSuccess { act { state decidedBy { id } } } ... on Refusal { code message } } }`,
    { input: { id, decision, reason } },
  )

async function phaseOf(listingId: string): Promise<string> {
  const { rows } = await exchange.database.pool.query('SELECT phase FROM listing WHERE id = $1', [listingId])
  return rows[0].phase
}

const stateOf = async (id: string): Promise<string> =>
  (await exchange.database.pool.query('SELECT state FROM pending_act WHERE id = $1', [id])).rows[0].state

test('an officer alone decides nothing on a listing', async () => {
  const listingId = await noticed()
  const answer = await officer.ask(
    `mutation ($input: ChangeListingInput!) { changeListing(input: $input) { __typename ... on Refusal { code } } }`,
    { input: decide(listingId) },
  )
  expect(consoleCode(answer)).toBe('FOUR_EYES_REQUIRED')
  expect(await phaseOf(listingId)).toBe('NOTICED')
  // What she tried is in the log all the same.
  expect((await exchange.logRows()).at(-1)?.leaf).toMatchObject({
    operation: 'mutation changeListing',
    outcome: 'FOUR_EYES_REQUIRED',
  })
})

test('what needs one person is not proposed', async () => {
  const listingId = await noticed()
  const { decisionNo: _, ...input } = decide(listingId, { event: 'OBJECTED' })
  expect(consoleCode(await propose(officer, input))).toBe('INPUT_INVALID')
})

test('another person of the department decides, and then it happens, with both names', async () => {
  const listingId = await noticed()
  const input = decide(listingId)
  const first = await propose(officer, input, 'kept')
  const act = (first.json.data as { proposeAct: { act: { id: string; summary: unknown } } }).proposeAct.act
  expect(act).toMatchObject({ state: 'PENDING', mayDecide: false })
  expect(act.summary).toContainEqual({ name: 'decisionNo', value: input.decisionNo })
  expect(await phaseOf(listingId)).toBe('NOTICED')
  // Sent again, it is the same act; the id for something else is refused.
  const again = await propose(officer, input, 'kept')
  expect((again.json.data as { proposeAct: { act: { id: string } } }).proposeAct.act.id).toBe(act.id)
  expect(consoleCode(await propose(officer, { ...input, reason: '另一理由' }, 'kept'))).toBe(
    'ACTION_ID_REUSED',
  )

  const seen = await reviewer.get<{ edges: { node: { id: string; mayDecide: boolean } }[] }>(
    '{ pendingActs { edges { node { id mayDecide } } } }',
  )
  expect(seen.edges.map(({ node }) => node)).toContainEqual({ id: act.id, mayDecide: true })
  const answer = await conclude(reviewer, act.id)
  expect(answer.json.data).toEqual({
    decideAct: { __typename: 'DecideActSuccess', act: { state: 'APPROVED', decidedBy: { id: reviewer.id } } },
  })
  expect(await phaseOf(listingId)).toBe('DECIDED')
  const { rows } = await exchange.database.pool.query(
    `SELECT a.officer_id, a.operation, a.jti, p.proposed_by FROM officer_act a JOIN pending_act p ON p.id = a.pending_act_id
      WHERE p.id = $1`,
    [act.id],
  )
  const leaf = (await exchange.logRows()).at(-1)
  expect(rows).toEqual([
    {
      officer_id: reviewer.id,
      operation: 'mutation decideAct changeListing',
      jti: leaf?.jti,
      proposed_by: officer.id,
    },
  ])
  expect(leaf?.leaf).toMatchObject({
    kid: `officer:${reviewer.id}`,
    operation: 'mutation decideAct changeListing',
  })
})

test('many who approve at once let it happen once', async () => {
  const listingId = await noticed()
  const id = await proposed(listingId)
  const third = await TestOfficer.signedIn(exchange, server, { department: 'QTS', roles: ['REVIEWER'] })
  const replica = await exchange.replica()
  const elsewhere = await TestOfficer.signedIn(exchange, replica, { department: 'QTS', roles: ['REVIEWER'] })
  const answers = await Promise.all([reviewer, third, elsewhere, reviewer].map((who) => conclude(who, id)))
  expect(answers.map(consoleCode).sort()).toEqual(['ACT_STATE', 'ACT_STATE', 'ACT_STATE', null])
  const { rows } = await exchange.database.pool.query(
    `SELECT count(*) FROM listing_event WHERE listing_id = $1 AND type = 'DECIDED'`,
    [listingId],
  )
  expect(rows).toEqual([{ count: 1 }])
  expect(consoleCode(await conclude(reviewer, id))).toBe('ACT_STATE')
})

describe('it does not happen', () => {
  test('by who proposed it, though she reviews as well', async () => {
    const listingId = await noticed()
    const id = await proposed(listingId)
    expect(consoleCode(await conclude(officer, id))).toBe('ACT_NOT_YOURS')
    expect(consoleCode(await conclude(officer, id, 'REJECT'))).toBe('ACT_NOT_YOURS')
    expect([await phaseOf(listingId), await stateOf(id)]).toEqual(['NOTICED', 'PENDING'])
  })

  test('by another department, which does not even see it', async () => {
    const id = await proposed(await noticed())
    expect(consoleCode(await conclude(another, id))).toBe('ACT_NOT_FOUND')
    const seen = await another.get<{ edges: unknown[] }>(
      '{ pendingActs(filter: ALL) { edges { node { id } } } }',
    )
    expect(seen.edges).toEqual([])
  })

  test('by an officer who does not review', async () => {
    const id = await proposed(await noticed())
    const plain = await TestOfficer.signedIn(exchange, server, { department: 'QTS', roles: ['OFFICER'] })
    expect(consoleCode(await conclude(plain, id))).toBe('FORBIDDEN')
  })

  test('where it was rejected or taken back', async () => {
    const [rejected, takenBack] = [await proposed(await noticed()), await proposed(await noticed())]
    expect(consoleCode(await conclude(reviewer, rejected, 'REJECT', ''))).toBe('INPUT_INVALID')
    expect(consoleCode(await conclude(reviewer, rejected, 'REJECT', '事实不清'))).toBeNull()
    expect(consoleCode(await conclude(officer, takenBack, 'WITHDRAW', '写错文号'))).toBeNull()
    expect(consoleCode(await conclude(reviewer, rejected))).toBe('ACT_STATE')
    expect(consoleCode(await conclude(reviewer, takenBack))).toBe('ACT_STATE')
  })

  test('after its time', async () => {
    const listingId = await noticed()
    const id = await proposed(listingId)
    await exchange.database.pool.query(
      'UPDATE pending_act SET expires_at = $2, proposed_at = $2 WHERE id = $1',
      [id, new Date(Date.now() - 1)],
    )
    expect(consoleCode(await conclude(reviewer, id))).toBe('ACT_STATE')
    const seen = await reviewer.get<{ edges: { node: { id: string; state: string } }[] }>(
      '{ pendingActs(filter: OVER) { edges { node { id state } } } }',
    )
    expect(seen.edges.map(({ node }) => node)).toContainEqual({ id, state: 'EXPIRED' })
    expect(await phaseOf(listingId)).toBe('NOTICED')
  })

  test('where who proposed it was disabled, moved or no officer any more in between', async () => {
    const { pool } = exchange.database
    const leaver = await TestOfficer.signedIn(exchange, server, { department: 'QTS', roles: ['OFFICER'] })
    const listingId = await noticed()
    const { json } = await propose(leaver, decide(listingId))
    const { id } = (json.data as { proposeAct: { act: { id: string } } }).proposeAct.act
    for (const change of [
      `status = 'DISABLED'`,
      `roles = '{REVIEWER}'`,
      `department_id = (SELECT id FROM department WHERE code = 'PBOC')`,
    ]) {
      await pool.query(`UPDATE officer SET ${change} WHERE id = $1`, [leaver.id])
      expect(consoleCode(await conclude(reviewer, id))).toBe('ACT_STATE')
      await pool.query(
        `UPDATE officer SET status = 'ACTIVE', roles = '{OFFICER}', department_id = (SELECT id FROM department WHERE code = 'QTS') WHERE id = $1`,
        [leaver.id],
      )
    }
    expect(await phaseOf(listingId)).toBe('NOTICED')
    expect(consoleCode(await conclude(reviewer, id))).toBeNull()
  })

  test.each([
    [
      'changed in a byte',
      `set_byte(variables, length(variables) - 1, get_byte(variables, length(variables) - 1) # 1)`,
    ],
    [
      'taken from another act',
      `(SELECT o.variables FROM pending_act o WHERE o.id <> a.id AND o.variables IS NOT NULL LIMIT 1)`,
    ],
  ])('where what was proposed was %s', async (_how, forged) => {
    const listingId = await noticed()
    const id = await proposed(listingId)
    await exchange.database.pool.query(`UPDATE pending_act a SET variables = ${forged} WHERE id = $1`, [id])
    expect(consoleCode(await conclude(reviewer, id))).toBe('ACT_UNREADABLE')
    expect(await phaseOf(listingId)).toBe('NOTICED')
    const seen = await reviewer.get<{ edges: { node: { id: string; summary: unknown } }[] }>(
      '{ pendingActs { edges { node { id summary { name } } } } }',
    )
    expect(seen.edges.map(({ node }) => node)).toContainEqual({ id, summary: null })
  })

  test('where the operation beside it was exchanged', async () => {
    const id = await proposed(await noticed())
    await exchange.database.pool.query(`UPDATE pending_act SET operation = 'CONFIRM_LIFTED' WHERE id = $1`, [
      id,
    ])
    expect(consoleCode(await conclude(reviewer, id))).toBe('ACT_UNREADABLE')
  })

  test('where the rules refuse it; it goes on waiting', async () => {
    const listingId = await noticed()
    const [id, second] = [
      await proposed(listingId),
      await proposed(listingId, { event: 'DROPPED', decisionNo: null }),
    ]
    expect(consoleCode(await conclude(reviewer, second))).toBeNull()
    expect(await phaseOf(listingId)).toBe('DROPPED')
    expect(consoleCode(await conclude(reviewer, id))).toBe('TRANSITION_NOT_ALLOWED')
    expect(await stateOf(id)).toBe('PENDING')
  })
})

test.each<[string, object]>([
  [
    'an unknown field',
    { actionId: 'a', listingId: '1', event: 'DECIDED', documentNo: 'd', reason: 'r', other: 1 },
  ],
  ['a missing field', { actionId: 'a', listingId: '1', event: 'DECIDED', documentNo: 'd' }],
  [
    'a value of no such kind',
    { actionId: 'a', listingId: '1', event: 'EATEN', documentNo: 'd', reason: 'r' },
  ],
])('variables with %s are refused when they are proposed, and not repeated', async (_what, input) => {
  const answer = await propose(officer, { ...input, documentNo: '身份证 410101199001011234' })
  expect(consoleCode(answer)).toBe('INPUT_INVALID')
  expect(answer.body).not.toContain('410101199001011234')
})

test('what was proposed is kept encrypted, and erased some time after it is over', async () => {
  const { pool } = exchange.database
  const id = await proposed(await noticed(), { reason: '极易辨认的理由' })
  const { rows } = await pool.query(
    'SELECT variables, pending_act::text AS all FROM pending_act WHERE id = $1',
    [id],
  )
  expect(rows[0].variables.includes(Buffer.from('极易辨认的理由'))).toBe(false)
  await conclude(reviewer, id, 'REJECT', '不同意')
  const clock: Clock = { now: () => new Date(Date.now() + (limits.decidedActDays + 1) * 86_400_000) }
  await createPendingActService({ pool, vault: server.app.vault, clock }).eraseOld()
  expect((await pool.query('SELECT variables FROM pending_act WHERE id = $1', [id])).rows).toEqual([
    { variables: null },
  ])
})

test('nobody, not even by SQL, approves what she proposed herself', async () => {
  const id = await proposed(await noticed())
  await expect(
    exchange.database.pool.query(
      `UPDATE pending_act SET state = 'APPROVED', decided_by = proposed_by, decided_at = now() WHERE id = $1`,
      [id],
    ),
  ).rejects.toMatchObject({ code: '23514' })
})
