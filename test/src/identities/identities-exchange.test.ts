import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { newJti, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, type QualityRow, qualityRow } from '../../support/quality-rows.ts'

/** Decisions about who is who, over the wire: what is merged is answered as one, then as now, and comes apart again whole. */

let exchange: TestExchange
let server: RunningServer
let aic: TestDepartment
let qts: TestDepartment
let pboc: TestDepartment
let ndrc: TestDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  aic = await exchange.department(server, 'AIC', { kind: foundingKinds.AIC })
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  pboc = await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC, roles: ['ENQUIRER'] })
  ndrc = await exchange.department(server, 'NDRC', {
    kind: foundingKinds.NDRC,
    roles: ['PROVIDER', 'ENQUIRER', 'CREDIT_OFFICE'],
  })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

const asOf = '2026-04-01'

/** The last character made wrong: the form of a code, but not its check. */
function mistyped(n: number): string {
  const value = inventedUscc(n)
  return value.slice(0, 17) + (value.endsWith('0') ? '1' : '0')
}

type Outcome = Record<string, unknown> & { code?: string }

async function mutate(by: TestDepartment, field: string, selection: string, input: object): Promise<Outcome> {
  const name = field.charAt(0).toUpperCase() + field.slice(1)
  const answer = await by.query(
    server.url,
    `mutation ($i: ${name}Input!) { ${field}(input: $i) { ... on ${name}Success { ${selection} } ... on Refusal { code legalBasis concerns } } }`,
    { i: input },
  )
  const { data, errors } = answer.json as { data?: Record<string, Outcome>; errors?: unknown }
  const outcome = data?.[field]
  if (!outcome) throw new TypeError(JSON.stringify(errors))
  return outcome
}

async function submit(rows: readonly QualityRow[]): Promise<Outcome> {
  const { batch } = await mutate(qts, 'submitRecords', 'batch { accepted unchanged held rejected }', {
    dataset: 'QTS_DISHONEST',
    batchId: newJti(),
    records: rows,
  })
  return batch as Outcome
}

const number = (by: TestDepartment, identifier: string, decision: string, actionId = newJti()) =>
  mutate(by, 'decideDoubtfulNumber', 'number { uscc decision by }', {
    actionId,
    identifier,
    decision,
    reason: '早期试点代码，营业执照原件如此',
  })

const proposal =
  'proposal { id kind verdict subjects { uscc name schemes } events { type by suspicion verdict ground reason } }'

async function propose(one: string, other: string, by = qts): Promise<string> {
  const outcome = await mutate(by, 'proposeIdentity', proposal, {
    actionId: newJti(),
    one: { identifier: one },
    other: { identifier: other },
    reason: '营业执照换发后代码不同',
  })
  const { id } = (outcome.proposal ?? {}) as { id?: string }
  if (id === undefined) throw new TypeError(JSON.stringify(outcome))
  return id
}

const judge = (proposalId: string, verdict: string, by = aic, change: object = {}) =>
  mutate(by, 'judgeIdentity', proposal, {
    actionId: newJti(),
    proposalId,
    verdict,
    reason: '核对登记档案',
    ...(verdict === 'SAME' ? { ground: 'NUMBER_REPLACED', documentNo: '汝市监换〔2026〕1号' } : {}),
    ...change,
  })

const withdraw = (proposalId: string, by = aic) =>
  mutate(by, 'withdrawJudgement', proposal, { actionId: newJti(), proposalId, reason: '误认' })

type Screened = {
  outcome: string
  subject: { uscc: string; name: string; otherUsccs: string[] } | null
  warnings: { code: string }[]
  listings: { id: string; decisionNo: string }[]
}

async function screen(subject: { identifier?: string; name?: string }, moment: object = {}, by = pboc) {
  const answer = await by.query(
    server.url,
    `query ($i: ScreenInput!) { screen(input: $i) { dataVersion results { outcome subject { uscc name otherUsccs }
       warnings { code } listings { id decisionNo } candidates { uscc reasons } } } }`,
    { i: { purpose: '复核', asOf, subjects: [subject], ...moment } },
  )
  const { data } = answer.json as { data: { screen: { dataVersion: number; results: Screened[] } } }
  const [result] = data.screen.results
  if (!result) throw new TypeError('one result for one subject')
  return { version: data.screen.dataVersion, ...result }
}

const decisions = ({ listings }: Pick<Screened, 'listings'>) =>
  listings.map(({ decisionNo }) => decisionNo).toSorted()
const decisionNo = (n: number) => qualityRow(n).decisionNo

async function look(identifier: string) {
  const answer = await pboc.query(
    server.url,
    `query ($id: String!) { subject(identifier: $id) { uscc otherUsccs names { name }
       listings(asOf: "${asOf}") { edges { node { listing { decisionNo } subject { uscc otherUsccs } } } }
       records { edges { node { subject { uscc } } } } } }`,
    { id: identifier },
  )
  const { data } = answer.json as {
    data: {
      subject: {
        uscc: string
        otherUsccs: string[]
        names: { name: string }[]
        listings: { edges: { node: { listing: { decisionNo: string }; subject: { uscc: string } } }[] }
        records: { edges: unknown[] }
      }
    }
  }
  return data.subject
}

type Change = {
  position: number
  kind: string
  listingId: string
  subject: { uscc: string; otherUsccs: string[] } | null
  listing: { decisionNo: string } | null
}

async function changesAfter(after: number, by = pboc): Promise<Change[]> {
  const answer = await by.query(
    server.url,
    `query ($after: Int!) { changes(after: $after, first: 500) { changes { position kind listingId
       subject { uscc otherUsccs } listing { decisionNo } } } }`,
    { after },
  )
  return (answer.json as { data: { changes: { changes: Change[] } } }).data.changes.changes
}

/** What a follower that began at 0 holds: of each listing the subject it is shown under. */
async function mirrored(): Promise<Record<string, unknown>> {
  const held = new Map<string, unknown>()
  for (const { listingId, listing, subject } of await changesAfter(0)) {
    if (listing === null) held.delete(listingId)
    else held.set(listingId, subject)
  }
  return Object.fromEntries(held)
}

async function listings(): Promise<Record<string, unknown>> {
  const answer = await pboc.query(
    server.url,
    '{ listings(first: 500) { edges { node { listing { id } subject { uscc otherUsccs } } } } }',
  )
  const { data } = answer.json as {
    data: { listings: { edges: { node: { listing: { id: string }; subject: unknown } }[] } }
  }
  return Object.fromEntries(data.listings.edges.map(({ node }) => [node.listing.id, node.subject]))
}

async function queue(by: TestDepartment, args: string): Promise<{ id: string; verdict: string | null }[]> {
  const answer = await by.query(
    server.url,
    `{ identityProposals(first: 100${args}) { edges { node { id verdict } } } }`,
  )
  const { data } = answer.json as {
    data: { identityProposals: { edges: { node: { id: string; verdict: string | null } }[] } }
  }
  return data.identityProposals.edges.map(({ node }) => node)
}

describe('the right to decide', () => {
  it('is the registrar’s for organisations; others may ask, and see what they asked', async () => {
    await submit([qualityRow(1), qualityRow(2)])
    const asked = {
      actionId: newJti(),
      one: { identifier: inventedUscc(1) },
      other: { identifier: inventedUscc(2) },
      reason: '疑似换发',
    }
    expect(await mutate(pboc, 'proposeIdentity', proposal, asked)).toMatchObject({
      code: 'IDENTITY_NOT_YOURS',
    })
    const id = await propose(inventedUscc(1), inventedUscc(2))
    for (const by of [qts, ndrc, pboc]) {
      expect(await judge(id, 'SAME', by)).toEqual({
        code: 'IDENTITY_NOT_YOURS',
        legalBasis: '河南省社会信用条例第十六条',
        concerns: [],
      })
      expect(await withdraw(id, by)).toMatchObject({ code: 'IDENTITY_NOT_YOURS' })
      expect(await number(by, mistyped(1), 'ACCEPTED')).toMatchObject({ code: 'IDENTITY_NOT_YOURS' })
    }
    const open = { id, verdict: null }
    expect(await queue(aic, '')).toEqual([open])
    expect(await queue(qts, ', state: OPEN')).toEqual([open])
    expect(await queue(ndrc, '')).toEqual([])
    expect(await queue(pboc, '')).toEqual([])
    expect(await queue(aic, ', kind: PERSON')).toEqual([])
    expect(decisions(await screen({ identifier: inventedUscc(1) }))).toEqual([decisionNo(1)])
  })

  it('does not tell who is known to others alone, nor merge what is no pair', async () => {
    const ask = (one: string, other: string, by = qts) =>
      mutate(by, 'proposeIdentity', proposal, {
        actionId: newJti(),
        one: { identifier: one },
        other: { identifier: other },
        reason: '疑似',
      })
    expect(await ask(inventedUscc(1), inventedUscc(900))).toMatchObject({ code: 'SUBJECT_NOT_FOUND' })
    expect(await ask(inventedUscc(1), inventedUscc(1))).toMatchObject({ code: 'INPUT_INVALID' })
    expect(await ask('x', inventedUscc(1))).toMatchObject({ code: 'INPUT_INVALID' })
    expect(await judge('4711', 'DIFFERENT')).toMatchObject({ code: 'IDENTITY_PROPOSAL_NOT_FOUND' })
  })
})

describe('a doubtful code', () => {
  it('is held, accepted from an officer’s decision on, and held again once that is withdrawn', async () => {
    const row = (n: number) =>
      qualityRow(10, { uscc: mistyped(10), decisionNo: `汝质监失信〔2026〕疑${n}号` })
    expect(await submit([row(1)])).toEqual({ accepted: 0, unchanged: 0, held: 1, rejected: 0 })
    expect(await number(aic, inventedUscc(10), 'ACCEPTED')).toMatchObject({ code: 'INPUT_INVALID' })
    const actionId = newJti()
    const accepted = { number: { uscc: mistyped(10), decision: 'ACCEPTED', by: 'AIC' } }
    expect(await number(aic, mistyped(10), 'ACCEPTED', actionId)).toEqual(accepted)
    expect(await number(aic, mistyped(10), 'ACCEPTED', actionId)).toEqual(accepted)
    expect(await number(aic, mistyped(11), 'ACCEPTED', actionId)).toMatchObject({ code: 'ACTION_ID_REUSED' })
    expect(await submit([row(2)])).toMatchObject({ accepted: 1, held: 0 })
    expect(await number(aic, mistyped(10), 'WITHDRAWN')).toMatchObject({ number: { decision: 'WITHDRAWN' } })
    expect(await number(aic, mistyped(10), 'WITHDRAWN')).toMatchObject({ code: 'IDENTITY_NOT_JUDGED' })
    // Its subject exists by now, and still the next row waits.
    expect(await submit([row(3)])).toMatchObject({ accepted: 0, held: 1 })

    const waiting = await exchange.database.prisma.heldRow.findFirstOrThrow({
      where: { status: 'WAITING' },
      orderBy: { id: 'desc' },
    })
    await server.app.submissions.decideHeld('tester', Number(waiting.id), 'ACCEPTED', '原件如此')
    expect(await submit([row(4)])).toMatchObject({ accepted: 1, held: 0 })
    const [latest] = await server.app.doubtfulNumbers.latest()
    expect(latest).toMatchObject({
      uscc: mistyped(10),
      decision: 'ACCEPTED',
      by: 'tester',
      reason: '原件如此',
    })
  })
})

describe('two subjects judged the same', () => {
  it('stay known for then where only records mention them', async () => {
    const register = (n: number) =>
      mutate(aic, 'submitRecords', 'batch { accepted }', {
        dataset: 'AIC_REGISTRATION',
        batchId: newJti(),
        records: [
          {
            name: qualityRow(n).name,
            uscc: inventedUscc(n),
            entityType: '有限责任公司',
            status: '存续',
            establishedOn: '2012-03-08',
            approvedOn: '2012-03-08',
            operatesUntil: '2099-12-31',
            legalRepresentative: '赵示例',
            registeredCapital: '50',
            address: '汝宁市虚拟路10号',
            city: '汝宁',
            registrar: '汝宁市工商行政管理局',
          },
        ],
      })
    for (const n of [70, 71]) expect(await register(n)).toEqual({ batch: { accepted: 1 } })
    const id = await propose(inventedUscc(70), inventedUscc(71), aic)
    const before = await screen({ identifier: inventedUscc(71) })
    await judge(id, 'SAME')
    const after = await screen({ identifier: inventedUscc(71) })
    await withdraw(id)
    const at = async (version: number) => {
      const { outcome, subject } = await screen({ identifier: inventedUscc(71) }, { knownAtVersion: version })
      return { outcome, uscc: subject?.uscc }
    }
    expect(await at(before.version)).toEqual({ outcome: 'CLEAR', uscc: inventedUscc(71) })
    expect(await at(after.version)).toEqual({ outcome: 'CLEAR', uscc: inventedUscc(70) })
    expect(await at(await server.app.feedPosition())).toEqual({ outcome: 'CLEAR', uscc: inventedUscc(71) })
  })

  it('are answered as one by either code, as they were before for then, and come apart again', async () => {
    const [right, wrong] = [inventedUscc(20), mistyped(20)]
    await number(aic, wrong, 'ACCEPTED')
    await submit([qualityRow(21, { uscc: wrong, name: '汝宁市虚构旧名食品有限公司' })])
    await submit([qualityRow(20)])
    const before = await screen({ identifier: right })
    expect(decisions(before)).toEqual([decisionNo(20)])

    const id = await propose(wrong, right)
    const merged = await judge(id, 'SAME', aic, { ground: 'NUMBER_MISTYPED', documentNo: null })
    expect(merged).toEqual({
      proposal: {
        id,
        kind: 'ORGANISATION',
        verdict: 'SAME',
        subjects: [
          { uscc: wrong, name: '汝宁市虚构旧名食品有限公司', schemes: [] },
          { uscc: right, name: qualityRow(20).name, schemes: [] },
        ],
        events: [
          {
            type: 'PROPOSED',
            by: 'QTS',
            suspicion: 'REPORTED',
            verdict: null,
            ground: null,
            reason: '营业执照换发后代码不同',
          },
          {
            type: 'JUDGED',
            by: 'AIC',
            suspicion: null,
            verdict: 'SAME',
            ground: 'NUMBER_MISTYPED',
            reason: '核对登记档案',
          },
        ],
      },
    })

    const both = [decisionNo(20), decisionNo(21)].toSorted()
    const one = { uscc: right, name: qualityRow(20).name, otherUsccs: [wrong] }
    const byRight = await screen({ identifier: right, name: '汝宁市虚构旧名食品有限公司' })
    const byWrong = await screen({ identifier: wrong })
    expect(byRight).toMatchObject({ outcome: 'LISTED', subject: one, warnings: [] })
    expect(byWrong).toMatchObject({ outcome: 'LISTED', subject: one })
    expect(byWrong.warnings.map(({ code }) => code)).toEqual(['IDENTIFIER_CHECKSUM', 'SUBJECT_MERGED'])
    expect([decisions(byRight), decisions(byWrong)]).toEqual([both, both])
    expect(await screen({ name: '汝宁市虚构旧名食品有限公司' })).toMatchObject({
      outcome: 'AMBIGUOUS',
      candidates: [{ uscc: right, reasons: expect.arrayContaining(['SAME_NAME']) }],
    })
    const subject = await look(wrong)
    expect(subject).toMatchObject({ uscc: right, otherUsccs: [wrong] })
    expect(subject.names.map(({ name }) => name).toSorted()).toEqual(
      [qualityRow(20).name, '汝宁市虚构旧名食品有限公司'].toSorted(),
    )
    expect(
      subject.listings.edges.map(({ node }) => [node.listing.decisionNo, node.subject.uscc]).toSorted(),
    ).toEqual(both.map((no) => [no, right]))
    expect(subject.records.edges).toHaveLength(2)

    // What was known then is what was said then, also once it is apart again.
    const then = { knownAtVersion: before.version }
    const since = { knownAtVersion: byRight.version }
    const asTold = async () => ({
      earlier: [
        decisions(await screen({ identifier: right }, then)),
        decisions(await screen({ identifier: wrong }, then)),
      ],
      since: [
        decisions(await screen({ identifier: right }, since)),
        decisions(await screen({ identifier: wrong }, since)),
      ],
      subject: (await screen({ identifier: wrong }, since)).subject,
    })
    const told = { earlier: [[decisionNo(20)], [decisionNo(21)]], since: [both, both], subject: one }
    expect(await asTold()).toEqual(told)

    const changes = await changesAfter(before.version)
    expect(changes.filter(({ kind }) => kind.startsWith('SUBJECT'))).toMatchObject(
      [decisionNo(21), decisionNo(20)].map((no) => ({
        kind: 'SUBJECT_MERGED',
        subject: { uscc: right, otherUsccs: [wrong] },
        listing: { decisionNo: no },
      })),
    )
    expect(await mirrored()).toEqual(await listings())

    expect(await withdraw(id)).toMatchObject({ proposal: { verdict: null } })
    const apart = await screen({ identifier: wrong })
    expect(decisions(apart)).toEqual([decisionNo(21)])
    expect(apart.subject).toEqual({ uscc: wrong, name: '汝宁市虚构旧名食品有限公司', otherUsccs: [] })
    expect(decisions(await screen({ identifier: right }))).toEqual([decisionNo(20)])
    expect(await asTold()).toEqual(told)
    expect((await changesAfter(byRight.version)).map(({ kind, subject }) => [kind, subject?.uscc])).toEqual([
      ['SUBJECT_SPLIT', wrong],
      ['SUBJECT_SPLIT', right],
    ])
    expect(await mirrored()).toEqual(await listings())

    // A record of one that comes in while they are merged stays with it when they are apart.
    await judge(id, 'SAME')
    await submit([qualityRow(22, { uscc: wrong })])
    expect(decisions(await screen({ identifier: right }))).toEqual([...both, decisionNo(22)].toSorted())
    await judge(id, 'UNSURE')
    expect(decisions(await screen({ identifier: right }))).toEqual([decisionNo(20)])
    expect(decisions(await screen({ identifier: wrong }))).toEqual(
      [decisionNo(21), decisionNo(22)].toSorted(),
    )
    expect(await mirrored()).toEqual(await listings())
  })

  it('repeats under one action id, and does nothing twice', async () => {
    await submit([qualityRow(30), qualityRow(31)])
    const id = await propose(inventedUscc(30), inventedUscc(31))
    const actionId = newJti()
    const first = await judge(id, 'SAME', aic, { actionId })
    const position = await server.app.feedPosition()
    expect(await judge(id, 'SAME', aic, { actionId })).toEqual(first)
    expect(await server.app.feedPosition()).toBe(position)
    expect(await judge(id, 'DIFFERENT', aic, { actionId, ground: null, documentNo: null })).toMatchObject({
      code: 'ACTION_ID_REUSED',
    })
    // The same pair asked about again is the same question.
    expect(await propose(inventedUscc(31), inventedUscc(30))).toBe(id)
  })

  it('are the same through others, until a contradiction is named by its judgements', async () => {
    await submit([40, 41, 42].map((n) => qualityRow(n)))
    const [a, b, c] = [inventedUscc(40), inventedUscc(41), inventedUscc(42)]
    const [ab, bc, ac] = [await propose(a, b), await propose(b, c), await propose(a, c)]
    await judge(ab, 'SAME')
    await judge(bc, 'SAME')
    const all = [40, 41, 42].map(decisionNo).toSorted()
    for (const code of [a, b, c]) {
      expect(decisions(await screen({ identifier: code }))).toEqual(all)
      expect((await screen({ identifier: code })).subject).toMatchObject({
        uscc: a,
        otherUsccs: [b, c].toSorted(),
      })
    }
    const position = await server.app.feedPosition()
    expect(await judge(ac, 'DIFFERENT')).toEqual({
      code: 'IDENTITY_CONTRADICTION',
      legalBasis: null,
      concerns: [ab, bc, ac],
    })
    expect(await server.app.feedPosition()).toBe(position)

    await withdraw(ab)
    expect(await judge(ac, 'DIFFERENT')).toMatchObject({ proposal: { verdict: 'DIFFERENT' } })
    expect(await judge(ab, 'SAME')).toMatchObject({ code: 'IDENTITY_CONTRADICTION', concerns: [ab, bc, ac] })
    expect(decisions(await screen({ identifier: a }))).toEqual([decisionNo(40)])
    expect(decisions(await screen({ identifier: c }))).toEqual([41, 42].map(decisionNo).toSorted())
    expect(await mirrored()).toEqual(await listings())
  })

  it('judged at once, never end in a contradiction', async () => {
    await submit([50, 51, 52].map((n) => qualityRow(n)))
    const [a, b, c] = [inventedUscc(50), inventedUscc(51), inventedUscc(52)]
    const [ab, bc, ac] = [await propose(a, b), await propose(b, c), await propose(a, c)]
    const outcomes = await Promise.all([judge(ab, 'SAME'), judge(bc, 'SAME'), judge(ac, 'DIFFERENT')])
    expect(outcomes.map(({ code }) => code ?? 'JUDGED').toSorted()).toEqual([
      'IDENTITY_CONTRADICTION',
      'JUDGED',
      'JUDGED',
    ])
    expect(await mirrored()).toEqual(await listings())
  })

  it('without a record that is shared are known to be so from a position on all the same', async () => {
    await submit([qualityRow(60), qualityRow(61)])
    const id = await propose(inventedUscc(60), inventedUscc(61))
    for (const n of [60, 61]) {
      await mutate(qts, 'withdrawRecord', 'change { recordId }', {
        changeId: newJti(),
        dataset: 'QTS_DISHONEST',
        sourceKey: { decisionNo: decisionNo(n), uscc: inventedUscc(n) },
        reason: '复议撤销',
        documentNo: '汝质监撤〔2026〕1号',
        decidedOn: '2026-05-06',
      })
    }
    const before = await screen({ identifier: inventedUscc(61) }, {}, qts)
    await judge(id, 'SAME')
    // What fell is not told again: beside the other it would say whom it was about.
    expect(await changesAfter(before.version)).toEqual([])
    const after = await screen({ identifier: inventedUscc(61) }, {}, qts)
    expect(after.version).toBe(before.version + 1)
    expect(after.subject).toMatchObject({ uscc: inventedUscc(60) })
    expect(
      (await screen({ identifier: inventedUscc(61) }, { knownAtVersion: before.version }, qts)).subject,
    ).toMatchObject({ uscc: inventedUscc(61) })
    expect((await screen({ identifier: inventedUscc(61) })).outcome).toBe('UNKNOWN')
  })
})
