import { describe, expect, it } from 'vitest'
import type { Department } from '../../../src/departments/department.ts'
import { type OfficerRole, officerRoles, rolesFault } from '../../../src/officers/officer.ts'
import {
  allowedActions,
  type ConsoleAction,
  consoleActions,
  mayDecideFor,
  mayDo,
  needsSecondPerson,
  rolesFor,
} from '../../../src/officers/officer-policy.ts'

const changes = (action: ConsoleAction) => !action.endsWith('.read')

describe('what each role may do', () => {
  it('every action has somebody, and nobody has an action without a role', () => {
    for (const action of consoleActions) expect(rolesFor[action].length, action).toBeGreaterThan(0)
    expect(allowedActions({ roles: [] })).toEqual([])
  })

  it.each<[OfficerRole, (action: ConsoleAction) => boolean]>([
    ['AUDITOR', changes],
    ['HELP_DESK', changes],
    ['HELP_DESK', (action) => action === 'record.read' || action === 'audit.read'],
    ['CITY_ADMINISTRATOR', (action) => /^(listing|repair|objection|act|subject|certificate)\./.test(action)],
    ['OFFICER', (action) => /^(department|officer|audit|act\.decide)/.test(action)],
    [
      'REVIEWER',
      (action) => changes(action) && !['act.decide', 'batch.confirm', 'subject.lookUp'].includes(action),
    ],
  ])('%s has none of what is not hers', (role, forbidden) => {
    expect(allowedActions({ roles: [role] }).filter(forbidden)).toEqual([])
  })

  it('changes of listings, repairs and measures need a second person, who cannot make them alone', () => {
    const ofTwo = consoleActions.filter(needsSecondPerson)
    expect(ofTwo).toEqual(expect.arrayContaining(['listing.decide', 'repair.decide', 'measure.change']))
    for (const action of ofTwo) expect(mayDo({ roles: ['REVIEWER'] }, action), action).toBe(false)
  })
})

describe('the second person', () => {
  const department: Department = {
    id: 1,
    code: 'NDRC',
    name: '发展改革委',
    kind: 'DEVELOPMENT_REFORM',
    status: 'ACTIVE',
    roles: ['PROVIDER'],
  }
  const both = { id: 'a', roles: ['OFFICER', 'REVIEWER'] as const, department }

  it.each([
    ['her own act', { officerId: 'a', departmentId: 1 }, false],
    ['an act of another department', { officerId: 'b', departmentId: 2 }, false],
    ['an act of a colleague', { officerId: 'b', departmentId: 1 }, true],
  ])('%s', (_what, proposed, allowed) => {
    expect(mayDecideFor(both, proposed)).toBe(allowed)
  })

  it('an officer without the role decides nothing', () => {
    const alone = { ...both, roles: ['OFFICER'] as const }
    expect(mayDecideFor(alone, { officerId: 'b', departmentId: 1 })).toBe(false)
  })
})

it.each<[OfficerRole[], ReturnType<typeof rolesFault>]>([
  [[], 'NONE'],
  [['OFFICER', 'REVIEWER'], null],
  [['AUDITOR'], null],
  [['AUDITOR', 'OFFICER'], 'AUDITOR_NOT_ALONE'],
  [['CITY_ADMINISTRATOR', 'HELP_DESK'], null],
  [['CITY_ADMINISTRATOR', 'REVIEWER'], 'ADMINISTRATOR_DECIDES'],
  [[...officerRoles], 'AUDITOR_NOT_ALONE'],
])('roles %j: %s', (roles, fault) => {
  expect(rolesFault(roles)).toBe(fault)
})
