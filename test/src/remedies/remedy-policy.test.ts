import { describe, expect, it } from 'vitest'
import type { DepartmentRole } from '../../../src/departments/department.ts'
import type { RemedyKind } from '../../../src/remedies/remedy.ts'
import {
  type CaseAct,
  caseParties,
  mayBring,
  mayFollow,
  mayOpen,
  maySeeDetails,
  mayWorkOnCases,
  type Party,
  partiesFor,
  partiesOf,
} from '../../../src/remedies/remedy-policy.ts'

const department = (id: number, ...roles: DepartmentRole[]) => ({ id, roles })
const [provider, office, forwarder, stranger] = [
  department(1, 'PROVIDER', 'ENQUIRER'),
  department(2, 'ENQUIRER', 'CREDIT_OFFICE'),
  department(3, 'ENQUIRER'),
  department(4, 'PROVIDER', 'ENQUIRER'),
]
const dataset = { departmentId: 1 }
const standing = (who: ReturnType<typeof department>) => partiesOf(who, dataset, forwarder.id)

/** Provider, credit office, forwarder, another provider: `+` may. */
const matrix: Record<RemedyKind, Partial<Record<CaseAct, string>>> = {
  OBJECTION: {
    ACCEPTED: '++--',
    REFUSED: '++--',
    SENT_TO_PROVIDER: '-+--',
    ANSWERED: '+---',
    INSPECTION_BEGAN: '++--',
    INSPECTION_ENDED: '++--',
    UPHELD: '++--',
    REJECTED: '++--',
    WITHDRAWN: '-++-',
  },
  REPAIR: { ACCEPTED: '++--', REFUSED: '++--', GRANTED: '+---', DENIED: '+---', WITHDRAWN: '-++-' },
}

describe('who may', () => {
  it('is as the matrix says, and nobody else', () => {
    for (const kind of ['OBJECTION', 'REPAIR'] as const) {
      const declared = Object.entries(caseParties[kind]).map(([act, allowed]) => [
        act,
        [provider, office, forwarder, stranger]
          .map((who) => (mayBring(standing(who), allowed ?? []) ? '+' : '-'))
          .join(''),
      ])
      expect(Object.fromEntries(declared)).toEqual(matrix[kind])
    }
  })

  it.each<['CORRECT' | 'REMOVE' | 'PLATFORM', 'ACCEPTED' | 'ANSWERED', readonly Party[]]>([
    ['CORRECT', 'ACCEPTED', ['PROVIDER']],
    ['REMOVE', 'ACCEPTED', ['PROVIDER']],
    ['PLATFORM', 'ACCEPTED', ['CREDIT_OFFICE']],
    ['CORRECT', 'ANSWERED', ['PROVIDER', 'CREDIT_OFFICE']],
    ['REMOVE', 'ANSWERED', ['PROVIDER', 'CREDIT_OFFICE']],
  ])('%s in %s: %s', (outcome, phase, allowed) => {
    const event = { type: 'UPHELD', outcome, reasons: '', documentNo: '', apology: null } as const
    expect(partiesFor('OBJECTION', phase, event)).toEqual(allowed)
  })

  it('follows a case, and sees its details', () => {
    const all = [provider, office, forwarder, stranger].map(standing)
    expect(all.map(mayFollow)).toEqual([true, true, true, false])
    expect(all.map(maySeeDetails)).toEqual([true, true, false, false])
  })

  it('a provider that lost the role works on nothing', () => {
    expect([...partiesOf(department(1, 'ENQUIRER'), dataset, 3)]).toEqual([])
  })

  it.each<[DepartmentRole[], boolean, boolean]>([
    [[], false, false],
    [['ENQUIRER'], true, false],
    [['PROVIDER'], true, true],
    [['CREDIT_OFFICE'], true, true],
  ])('%s opens %s, works %s', (roles, opens, works) => {
    expect([mayOpen({ roles }), mayWorkOnCases({ roles })]).toEqual([opens, works])
  })
})
