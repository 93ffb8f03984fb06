import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { createActTargetService } from '../../src/acts/act-target-service.ts'
import { createPendingActService } from '../../src/acts/pending-act-service.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { limits } from '../../src/limits.ts'
import { type ConsoleAnswer, consoleCode, TestOfficer } from '../support/console.ts'
import type { TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { catalogueSeen, foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../support/quality-rows.ts'

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let officer: TestOfficer
let reviewer: TestOfficer
let another: TestOfficer

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC })
  await exchange.department(server, 'AIC', { kind: foundingKinds.AIC })
  await importFoundingCatalogue(exchange)
  await server.app.registry.addDivision('tester', { code: elsewhere, name: '县', statistical: false })
  await catalogueSeen(server)
  const seat = (department: string, ...roles: ('OFFICER' | 'REVIEWER')[]) =>
    TestOfficer.signedIn(exchange, server, { department, roles })
  officer = await seat('QTS', 'OFFICER', 'REVIEWER')
  reviewer = await seat('QTS', 'REVIEWER')
  another = await seat('PBOC', 'REVIEWER')
})
afterAll(() => exchange[Symbol.asyncDispose]())

const elsewhere = '419877'
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

const proposeDocument = `mutation ($input: ProposeActInput!) { proposeAct(input: $input) {
  __typename ... on ProposeActSuccess { act { id state mayDecide summary { name value } } } ... on Refusal { code message } } }`

const proposeAs = (who: TestOfficer, operation: string, input: object, id = nextId()) =>
  who.ask(proposeDocument, { input: { id, operation, variables: { input }, note: '请复核' } })
const propose = (who: TestOfficer, input: object, id = nextId()) =>
  proposeAs(who, 'CHANGE_LISTING', input, id)

function actIn({ json, body }: ConsoleAnswer): string {
  const id = (json.data as { proposeAct: { act?: { id: string } } }).proposeAct.act?.id
  if (id === undefined) throw new TypeError(body)
  return id
}

async function store(row: object): Promise<void> {
  const taken = await qts.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { ... on SubmitRecordsSuccess { batch { accepted } } } }`,
    { input: { dataset: 'QTS_DISHONEST', batchId: nextId(), records: [row] } },
  )
  expect(taken.body).toContain('"accepted":1')
}
const withdrawal = (n: number) => ({
  changeId: nextId(),
  dataset: 'QTS_DISHONEST',
  sourceKey: { decisionNo: qualityRow(n).decisionNo, uscc: inventedUscc(n) },
  decidedOn: '2026-04-01',
  reason: '决定被撤销',
  documentNo: '汝质监撤〔2026〕1号',
})
const proposedWithdrawal = async (n: number) =>
  actIn(await proposeAs(officer, 'WITHDRAW_RECORD', withdrawal(n)))
async function recordOf(n: number) {
  const { rows } = await exchange.database.pool.query(
    `SELECT r.version, r.status FROM record r JOIN subject s ON s.id = r.subject_id WHERE s.uscc = $1`,
    [inventedUscc(n)],
  )
  return rows[0]
}

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
    const dropping = await proposed(listingId, { event: 'DROPPED', decisionNo: null })
    expect(consoleCode(await conclude(reviewer, dropping))).toBeNull()
    const id = await proposed(listingId)
    expect(consoleCode(await conclude(reviewer, id))).toBe('TRANSITION_NOT_ALLOWED')
    expect(await stateOf(id)).toBe('PENDING')
  })

  test('where what it is about has changed since; it goes on waiting', async () => {
    const listingId = await noticed()
    const [id, second] = [
      await proposed(listingId),
      await proposed(listingId, { event: 'DROPPED', decisionNo: null }),
    ]
    expect(consoleCode(await conclude(reviewer, second))).toBeNull()
    expect(await phaseOf(listingId)).toBe('DROPPED')
    expect(consoleCode(await conclude(reviewer, id))).toBe('ACT_TARGET_CHANGED')
    expect(await stateOf(id)).toBe('PENDING')
  })

  test('where the record of that number became another one; nobody approves what she did not see', async () => {
    const n = 7_000
    await store(qualityRow(n))
    const id = await proposedWithdrawal(n)
    const act = await reviewer.get<{ edges: { node: { id: string; target: unknown } }[] }>(
      '{ pendingActs { edges { node { id target { name value } } } } }',
    )
    expect(act.edges.find(({ node }) => node.id === id)?.node.target).toEqual(
      expect.arrayContaining([
        { name: 'uscc', value: inventedUscc(n) },
        { name: 'recordVersion', value: '1' },
        { name: 'recordStatus', value: 'ACTIVE' },
      ]),
    )
    await store({ ...qualityRow(n), reason: '另一事由' })
    expect(consoleCode(await conclude(reviewer, id))).toBe('ACT_TARGET_CHANGED')
    expect([await recordOf(n), await stateOf(id)]).toEqual([{ version: 2, status: 'ACTIVE' }, 'PENDING'])
    // Proposed anew, as it is now, it happens.
    expect(consoleCode(await conclude(reviewer, await proposedWithdrawal(n)))).toBeNull()
    expect(await recordOf(n)).toEqual({ version: 3, status: 'WITHDRAWN' })
  })
})

test('one officer alone changes no record: a correction is proposed, and another person decides', async () => {
  const n = 7_001
  await store(qualityRow(n))
  const input = {
    changeId: nextId(),
    dataset: 'QTS_DISHONEST',
    sourceKey: { decisionNo: qualityRow(n).decisionNo, uscc: inventedUscc(n) },
    record: { ...qualityRow(n), reason: '更正后的事由' },
    reason: '文书有误',
    documentNo: '汝质监更〔2026〕1号',
  }
  const alone = await officer.ask(
    `mutation ($input: CorrectRecordInput!) { correctRecord(input: $input) { __typename ... on Refusal { code } } }`,
    { input },
  )
  expect([consoleCode(alone), await recordOf(n)]).toEqual([
    'FOUR_EYES_REQUIRED',
    { version: 1, status: 'ACTIVE' },
  ])
  const id = actIn(await proposeAs(officer, 'CORRECT_RECORD', input))
  expect(consoleCode(await conclude(officer, id))).toBe('ACT_NOT_YOURS')
  expect(consoleCode(await conclude(reviewer, id))).toBeNull()
  expect(await recordOf(n)).toEqual({ version: 2, status: 'ACTIVE' })
})

test('records are not submitted at the console: that would list at once', async () => {
  const answer = await officer.ask(
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { __typename } }`,
    { input: { dataset: 'QTS_DISHONEST', batchId: 'b', records: [] } },
  )
  expect(answer.body).toContain('submitRecords')
  expect(answer.json.data).toBeUndefined()
})

test('two subjects become one, or two again, by two persons of the registrar', async () => {
  const [n, m] = [7_002, 7_003]
  await store(qualityRow(n))
  await store(qualityRow(m))
  const seat = (...roles: ('OFFICER' | 'REVIEWER')[]) =>
    TestOfficer.signedIn(exchange, server, { department: 'AIC', roles })
  const [one, two] = [await seat('OFFICER'), await seat('REVIEWER')]
  const { rows } = await exchange.database.pool.query(
    `INSERT INTO identity_proposal (kind, low_id, high_id)
     SELECT 'ORGANISATION', min(id), max(id) FROM subject WHERE uscc = ANY ($1) RETURNING id`,
    [[inventedUscc(n), inventedUscc(m)]],
  )
  const proposalId = String(rows[0].id)
  await exchange.database.pool.query(
    `INSERT INTO identity_event (proposal_id, seq, type, data, actor) VALUES ($1, 1, 'PROPOSED', '{"suspicion":"REPORTED","reason":"同一企业"}', 'tester')`,
    [proposalId],
  )
  const judged = {
    actionId: nextId(),
    proposalId,
    verdict: 'SAME',
    ground: 'NUMBER_REPLACED',
    documentNo: '汝市监〔2026〕1号',
    reason: '换发代码',
  }
  const alone = await one.ask(
    `mutation ($input: JudgeIdentityInput!) { judgeIdentity(input: $input) { __typename ... on Refusal { code } } }`,
    { input: judged },
  )
  expect(consoleCode(alone)).toBe('FOUR_EYES_REQUIRED')
  const verdict = async () =>
    (await exchange.database.pool.query('SELECT verdict FROM identity_proposal WHERE id = $1', [proposalId]))
      .rows[0].verdict
  expect(await verdict()).toBeNull()
  expect(consoleCode(await conclude(two, actIn(await proposeAs(one, 'JUDGE_IDENTITY', judged))))).toBeNull()
  expect(await verdict()).toBe('SAME')
  const withdrawn = { actionId: nextId(), proposalId, reason: '判断有误' }
  const undone = await proposeAs(one, 'WITHDRAW_JUDGEMENT', withdrawn)
  expect(consoleCode(await conclude(two, actIn(undone)))).toBeNull()
  expect(await verdict()).toBeNull()
})

test('an officer of a county neither proposes nor sees what lies outside it', async () => {
  const n = 7_004
  await store(qualityRow(n))
  const [away, awayReviewer] = await Promise.all(
    (['OFFICER', 'REVIEWER'] as const).map((role) =>
      TestOfficer.signedIn(exchange, server, { department: 'QTS', roles: [role], division: elsewhere }),
    ),
  )
  if (!away || !awayReviewer) throw new TypeError('two seats')
  const code = consoleCode(await proposeAs(away, 'WITHDRAW_RECORD', withdrawal(n)))
  expect(code).toBe('ACT_TARGET_NOT_FOUND')
  const id = await proposedWithdrawal(n)
  expect(consoleCode(await conclude(awayReviewer, id))).toBe('ACT_NOT_FOUND')
  const seen = await awayReviewer.get<{ edges: { node: { id: string } & Record<string, unknown> }[] }>(
    '{ pendingActs { edges { node { id mayDecide summary { value } target { value } note } } } }',
  )
  expect(seen.edges.map(({ node }) => node)).toContainEqual({
    id,
    mayDecide: false,
    summary: null,
    target: null,
    note: null,
  })
})

test('a proposal has a size, and names nobody by number beside its input', async () => {
  const listingId = await noticed()
  const large = await propose(officer, decide(listingId, { decisionNo: '长'.repeat(limits.pendingActBytes) }))
  expect(consoleCode(large)).toBe('INPUT_INVALID')
  const numbered = await officer.ask(proposeDocument, {
    input: {
      id: nextId(),
      operation: 'CHANGE_LISTING',
      variables: { input: decide(listingId) },
      note: '证件 410101 19900101 1234',
    },
  })
  expect(consoleCode(numbered)).toBe('INPUT_INVALID')
  const id = await proposed(listingId)
  const reasoned = await conclude(reviewer, id, 'REJECT', '410101199001011234 不符')
  expect([consoleCode(reasoned), await stateOf(id)]).toEqual(['INPUT_INVALID', 'PENDING'])
  for (let each = 0; each < 21; each += 1) await proposed(listingId)
  const many = await reviewer.get<{ edges: unknown[] }>(
    '{ pendingActs(first: 50) { edges { node { id } } } }',
  )
  expect(many.edges).toHaveLength(limits.pendingActsPerPage)
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
  expect(rows[0].all).not.toContain('请复核')
  await conclude(reviewer, id, 'REJECT', '一望而知的退回理由')
  const { rows: after } = await pool.query('SELECT reason FROM pending_act WHERE id = $1', [id])
  expect(after[0].reason.includes(Buffer.from('一望而知的退回理由'))).toBe(false)
  const clock: Clock = { now: () => new Date(Date.now() + (limits.decidedActDays + 1) * 86_400_000) }
  await createPendingActService({
    pool,
    vault: server.app.vault,
    clock,
    targets: createActTargetService({ clock, catalogue: server.app.catalogue }),
  }).eraseOld()
  expect((await pool.query('SELECT variables FROM pending_act WHERE id = $1', [id])).rows).toEqual([
    { variables: null },
  ])
  expect((await pool.query('SELECT reason FROM pending_act WHERE id = $1', [id])).rows).toEqual([
    { reason: null },
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
