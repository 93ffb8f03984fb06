import { describe, expect, it } from 'vitest'
import { mayJudge, mayPropose } from '../../../src/identities/identity-policy.ts'
import {
  decide,
  type Ground,
  isSound,
  type JudgedPair,
  type SubjectNumberFact,
  type Verdict,
} from '../../../src/identities/judgement.ts'
import { checkResidentId, currentResidentId } from '../../../src/subjects/identifiers.ts'
import { inventedUscc } from '../../support/quality-rows.ts'

const code = (n: number): SubjectNumberFact => ({ scheme: 'USCC', value: inventedUscc(n) })
const mistyped = (n: number): SubjectNumberFact => {
  const value = inventedUscc(n)
  return { scheme: 'USCC', value: value.slice(0, 17) + (value.endsWith('0') ? '1' : '0') }
}
const resident = (value: string): SubjectNumberFact => ({ scheme: 'RESIDENT_ID', value })
const passport: SubjectNumberFact = { scheme: 'PASSPORT', value: 'E12345678' }

function pair(
  kind: JudgedPair['kind'],
  low: SubjectNumberFact,
  high: SubjectNumberFact,
  change: Partial<JudgedPair> = {},
): JudgedPair {
  const numbers = { low: [low], high: [high] }
  return { proposalId: 5, kind, low: 1, high: 2, verdict: null, numbers, links: [], ...change }
}
const judged = (verdict: Verdict, ground: Ground | null = null, documentNo: string | null = null) =>
  ({ type: 'JUDGED', verdict, ground, documentNo, reason: '核对营业执照' }) as const

describe('who may decide who is who', () => {
  const registry: Parameters<typeof mayJudge>[2] = {
    datasets: [
      { departmentId: 1, status: 'ACTIVE', definition: { subject: { nameIsRegistered: true } } },
      { departmentId: 2, status: 'DRAFT', definition: { subject: { nameIsRegistered: true } } },
      { departmentId: 3, status: 'ACTIVE', definition: { subject: { nameIsRegistered: false } } },
    ],
  }

  it.each([
    [1, ['PROVIDER'], { ORGANISATION: true, PERSON: false, propose: true }],
    [1, ['ENQUIRER'], { ORGANISATION: false, PERSON: false, propose: false }],
    [2, ['PROVIDER'], { ORGANISATION: false, PERSON: false, propose: true }],
    [3, ['PROVIDER', 'ENQUIRER'], { ORGANISATION: false, PERSON: false, propose: true }],
    [4, ['CREDIT_OFFICE'], { ORGANISATION: false, PERSON: true, propose: true }],
    [4, [], { ORGANISATION: false, PERSON: false, propose: false }],
  ] as const)('department %i with %j', (id, roles, expected) => {
    const department = { id, roles: [...roles] }
    expect({
      ORGANISATION: mayJudge(department, 'ORGANISATION', registry),
      PERSON: mayJudge(department, 'PERSON', registry),
      propose: mayPropose(department),
    }).toEqual(expected)
  })
})

describe('grounds for the same', () => {
  const old = '412801701231451'
  const current = currentResidentId(old)
  it.each<[what: string, JudgedPair, Ground | null, documentNo: string | null, code: string | null]>([
    ['no ground', pair('ORGANISATION', code(1), code(2)), null, null, 'INPUT_INVALID'],
    [
      'two sound codes, said to be mistyped',
      pair('ORGANISATION', code(1), code(2)),
      'NUMBER_MISTYPED',
      null,
      'IDENTITY_GROUND_NOT_FITTING',
    ],
    ['one code mistyped', pair('ORGANISATION', mistyped(1), code(2)), 'NUMBER_MISTYPED', null, null],
    [
      'a code replaced, without document',
      pair('ORGANISATION', code(1), code(2)),
      'NUMBER_REPLACED',
      null,
      'DOCUMENT_REQUIRED',
    ],
    [
      'a code replaced',
      pair('ORGANISATION', code(1), code(2)),
      'NUMBER_REPLACED',
      '汝市监换〔2026〕1号',
      null,
    ],
    [
      'organisations by certificates',
      pair('ORGANISATION', code(1), mistyped(2)),
      'OTHER_CERTIFICATE',
      null,
      'IDENTITY_GROUND_NOT_FITTING',
    ],
    [
      'fifteen digits and their eighteen',
      pair('PERSON', resident(old), resident(current)),
      'LEGACY_NUMBER',
      null,
      null,
    ],
    [
      'fifteen digits and others',
      pair('PERSON', resident(old), resident('411702199001011238')),
      'LEGACY_NUMBER',
      null,
      'IDENTITY_GROUND_NOT_FITTING',
    ],
    [
      'identity number and passport',
      pair('PERSON', resident(current), passport),
      'OTHER_CERTIFICATE',
      null,
      null,
    ],
    [
      'two identity numbers',
      pair('PERSON', resident(current), resident('411702199001011238')),
      'OTHER_CERTIFICATE',
      null,
      'IDENTITY_GROUND_NOT_FITTING',
    ],
  ])('%s', (_what, given, ground, documentNo, expected) => {
    let refused: unknown = null
    try {
      expect(decide(given, judged('SAME', ground, documentNo))).toEqual({
        verdict: 'SAME',
        links: [{ proposalId: 5, low: 1, high: 2, verdict: 'SAME' }],
      })
    } catch (error) {
      refused = error
    }
    if (expected === null) expect(refused).toBeNull()
    else expect(refused).toMatchObject({ name: 'Refusal', code: expected })
  })

  it('are only for the same', () => {
    expect(() =>
      decide(pair('ORGANISATION', mistyped(1), code(2)), judged('UNSURE', 'NUMBER_MISTYPED')),
    ).toThrow('ground')
  })

  it('the identity number of eighteen digits is that of fifteen, with century and check character', () => {
    expect(checkResidentId(current)).toEqual({ status: 'valid', value: current, warnings: [] })
    expect(current.slice(0, 6) + current.slice(8, 17)).toBe(old)
    expect(currentResidentId(current)).toBe(current)
  })
})

describe('a judgement', () => {
  const link = (proposalId: number, low: number, high: number, verdict: 'SAME' | 'DIFFERENT' = 'SAME') => ({
    proposalId,
    low,
    high,
    verdict,
  })
  const around = [link(7, 2, 3), link(8, 1, 3, 'DIFFERENT')]

  it('is refused with the chain where it contradicts others', () => {
    const given = pair('ORGANISATION', mistyped(1), code(2), { links: around })
    expect(() => decide(given, judged('SAME', 'NUMBER_MISTYPED'))).toThrow(
      expect.objectContaining({ code: 'IDENTITY_CONTRADICTION', concerns: [5, 7, 8] }),
    )
    const closed = { ...given, links: [link(7, 2, 3), link(9, 1, 3)] }
    expect(() => decide(closed, judged('DIFFERENT'))).toThrow(
      expect.objectContaining({ code: 'IDENTITY_CONTRADICTION', concerns: [9, 7, 5] }),
    )
  })

  it('takes the place of the earlier one of its pair', () => {
    const given = pair('ORGANISATION', mistyped(1), code(2), {
      verdict: 'SAME',
      links: [link(5, 1, 2), link(7, 2, 3)],
    })
    expect(decide(given, judged('DIFFERENT'))).toEqual({
      verdict: 'DIFFERENT',
      links: [link(7, 2, 3), link(5, 1, 2, 'DIFFERENT')],
    })
    expect(decide(given, judged('UNSURE'))).toEqual({ verdict: 'UNSURE', links: [link(7, 2, 3)] })
    expect(decide(given, { type: 'WITHDRAWN', reason: '误认' })).toEqual({
      verdict: null,
      links: [link(7, 2, 3)],
    })
  })

  it('is withdrawn only while it stands', () => {
    const given = pair('ORGANISATION', mistyped(1), code(2))
    expect(() => decide(given, { type: 'WITHDRAWN', reason: '误认' })).toThrow(
      expect.objectContaining({ code: 'IDENTITY_NOT_JUDGED' }),
    )
  })
})

it('a sound number is of the kind in force, and right', () => {
  const numbers: SubjectNumberFact[] = [
    code(1),
    mistyped(1),
    resident('411702199001011238'),
    resident('411702900101123'),
    passport,
  ]
  expect(numbers.map(isSound)).toEqual([true, false, true, false, false])
})
