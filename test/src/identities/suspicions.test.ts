import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { vaultOf } from '../../../src/kernel/key-file.ts'
import { currentResidentId } from '../../../src/subjects/identifiers.ts'
import { resolveSubjects, type SubjectReference } from '../../../src/subjects/subject-store.ts'
import { newJti, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc } from '../../support/quality-rows.ts'

/** What the exchange itself suspects, and who is asked about it. */

let exchange: TestExchange
let server: RunningServer
let aic: TestDepartment
let ndrc: TestDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  aic = await exchange.department(server, 'AIC', { kind: foundingKinds.AIC })
  ndrc = await exchange.department(server, 'NDRC', {
    kind: foundingKinds.NDRC,
    roles: ['PROVIDER', 'ENQUIRER', 'CREDIT_OFFICE'],
  })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

const organisation = (
  uscc: string,
  name: string,
  otherNumbers: Extract<SubjectReference, { kind: 'ORGANISATION' }>['otherNumbers'] = [],
): SubjectReference => ({ kind: 'ORGANISATION', uscc, name, otherNumbers })
const person = (number: string, name: string): SubjectReference => ({
  kind: 'PERSON',
  scheme: 'RESIDENT_ID',
  number,
  name,
})
function mistyped(n: number): string {
  const value = inventedUscc(n)
  return value.slice(0, 17) + (value.endsWith('0') ? '1' : '0')
}
const registration = (value: string) => [{ scheme: 'REGISTRATION_NUMBER' as const, value }]
const [oldNumber, unrelated] = ['412801701231451', '412801701231452']

type Pair = { id: string; kind: string; verdict: string | null; names: string[]; suspicion: string | null }

async function queue(by: TestDepartment): Promise<Pair[]> {
  const answer = await by.query(
    server.url,
    '{ identityProposals(first: 100) { edges { node { id kind verdict subjects { uscc name schemes } events { suspicion } } } } }',
  )
  const { data } = answer.json as {
    data: {
      identityProposals: {
        edges: {
          node: {
            id: string
            kind: string
            verdict: string | null
            subjects: { name: string }[]
            events: { suspicion: string | null }[]
          }
        }[]
      }
    }
  }
  expect(answer.body).not.toContain(oldNumber)
  return data.identityProposals.edges.map(({ node: { subjects, events, ...pair } }) => ({
    ...pair,
    names: subjects.map(({ name }) => name),
    suspicion: events[0]?.suspicion ?? null,
  }))
}

describe('subjects that look like one', () => {
  beforeAll(async () => {
    const references = [
      organisation(mistyped(1), '汝宁市虚构甲商贸有限公司'),
      organisation(inventedUscc(2), '汝宁市虚构甲商贸有限公司'),
      // Names that sound codes share are no suspicion: a name is free again after a year.
      organisation(inventedUscc(3), '汝宁市虚构乙商贸有限公司'),
      organisation(inventedUscc(4), '汝宁市虚构乙商贸有限公司'),
      organisation(inventedUscc(5), '汝宁市虚构丙商贸有限公司', registration('419800000000012')),
      organisation(inventedUscc(6), '汝宁市虚构丁商贸有限公司', registration('419800000000012')),
      // What many bear is a placeholder.
      ...Array.from({ length: 11 }, (_, index) =>
        organisation(inventedUscc(20 + index), `汝宁市虚构${index}号店`, registration('419800000000020')),
      ),
      person(oldNumber, '演示甲'),
      person(currentResidentId(oldNumber), '演示甲'),
      person(unrelated, '演示乙'),
    ]
    await resolveSubjects(exchange.database.pool, vaultOf(exchange.keyFile), references, {
      nameIsRegistered: false,
    })
  })

  it('are proposed once, each kind to whoever judges it', async () => {
    expect(await server.app.suspicions.propose()).toEqual({ subjects: 20, proposed: 3 })
    expect(await server.app.suspicions.propose()).toEqual({ subjects: 20, proposed: 0 })
    const organisations = await queue(aic)
    expect(organisations.map(({ id: _id, ...pair }) => pair)).toEqual([
      {
        kind: 'ORGANISATION',
        verdict: null,
        names: ['汝宁市虚构甲商贸有限公司', '汝宁市虚构甲商贸有限公司'],
        suspicion: 'SAME_NAME_DOUBTFUL_CODE',
      },
      {
        kind: 'ORGANISATION',
        verdict: null,
        names: ['汝宁市虚构丙商贸有限公司', '汝宁市虚构丁商贸有限公司'],
        suspicion: 'SAME_OTHER_NUMBER',
      },
    ])
    expect((await queue(ndrc)).map(({ id: _id, ...pair }) => pair)).toEqual([
      { kind: 'PERSON', verdict: null, names: ['演示甲', '演示甲'], suspicion: 'LEGACY_NUMBER' },
    ])
  })

  it('are not proposed again once they were judged different, or are one', async () => {
    const [first, second] = await queue(aic)
    const [persons] = await queue(ndrc)
    const judge = async (by: TestDepartment, id: string | undefined, input: object) => {
      const answer = await by.query(
        server.url,
        'mutation ($i: JudgeIdentityInput!) { judgeIdentity(input: $i) { ... on JudgeIdentitySuccess { proposal { verdict } } ... on Refusal { code } } }',
        { i: { actionId: newJti(), proposalId: id, reason: '核对', ...input } },
      )
      return (answer.json as { data: { judgeIdentity: unknown } }).data.judgeIdentity
    }
    const same = { verdict: 'SAME', ground: 'LEGACY_NUMBER' }
    expect(await judge(aic, persons?.id, same)).toEqual({ code: 'IDENTITY_NOT_YOURS' })
    expect(await judge(ndrc, persons?.id, same)).toEqual({ proposal: { verdict: 'SAME' } })
    expect(await judge(aic, first?.id, { verdict: 'SAME', ground: 'NUMBER_MISTYPED' })).toEqual({
      proposal: { verdict: 'SAME' },
    })
    expect(await judge(aic, second?.id, { verdict: 'DIFFERENT' })).toEqual({
      proposal: { verdict: 'DIFFERENT' },
    })
    expect(await server.app.suspicions.propose()).toEqual({ subjects: 20, proposed: 0 })

    // The sound code stands for the mistyped one, the number of today for that of before, whichever came first.
    const { rows } = await exchange.database.pool.query(
      `SELECT s.uscc, c.uscc AS canonical FROM subject s JOIN subject c ON c.id = s.canonical_id ORDER BY s.id`,
    )
    expect(rows).toEqual([
      { uscc: mistyped(1), canonical: inventedUscc(2) },
      { uscc: inventedUscc(2), canonical: inventedUscc(2) },
      { uscc: null, canonical: null },
      { uscc: null, canonical: null },
    ])
  })

  it('are withdrawn and numbers accepted by an administrator, who leaves a trace', async () => {
    const [first] = await queue(aic)
    const withdrawn = { type: 'WITHDRAWN' as const, reason: '登记机关来函' }
    expect(await server.app.identities.administer('tester', Number(first?.id), withdrawn)).toMatchObject({
      verdict: null,
    })
    const input = {
      identifier: mistyped(50),
      scheme: null,
      decision: 'ACCEPTED' as const,
      reason: '原件如此',
    }
    expect(await server.app.doubtfulNumbers.administer('tester', input)).toMatchObject({ uscc: mistyped(50) })
    const events = await exchange.database.prisma.administrationEvent.findMany({
      where: { actor: 'tester', action: { in: ['IDENTITY_WITHDRAWN', 'DOUBTFUL_NUMBER_ACCEPTED'] } },
      orderBy: { id: 'asc' },
      select: { action: true, target: true, facts: true },
    })
    expect(events).toEqual([
      { action: 'IDENTITY_WITHDRAWN', target: first?.id, facts: withdrawn },
      { action: 'DOUBTFUL_NUMBER_ACCEPTED', target: mistyped(50), facts: { reason: '原件如此' } },
    ])
  })
})
