import type { Officer, OfficerRole } from './officer.ts'

/** Everything that the console lets somebody do. A root field of the console names one of these or is not there. */
export const consoleActions = [
  'dashboard.read',
  'catalogue.read',

  'department.read',
  'department.register',
  'department.rename',
  'department.enrol',
  'department.suspend',
  'department.merge',
  'department.grant',

  'officer.read',
  'officer.manage',
  'officer.recover',

  'dataset.draft',
  'dataset.publish',
  'measureCatalogue.change',

  'batch.read',
  'batch.submit',
  'batch.confirm',
  'record.read',
  'record.change',
  'record.withdraw',

  'subject.lookUp',
  'certificate.print',

  'listing.read',
  'listing.propose',
  'listing.decide',
  'remedy.read',
  'objection.decide',
  'repair.decide',
  'task.read',
  'task.answer',
  'measure.change',
  'identity.read',
  'identity.propose',
  'identity.judge',

  'act.read',
  'act.propose',
  'act.decide',

  'audit.read',
] as const
export type ConsoleAction = (typeof consoleActions)[number]

const everybody: readonly OfficerRole[] = [
  'CITY_ADMINISTRATOR',
  'OFFICER',
  'REVIEWER',
  'AUDITOR',
  'HELP_DESK',
]
const administrator: readonly OfficerRole[] = ['CITY_ADMINISTRATOR']
const officer: readonly OfficerRole[] = ['OFFICER']
const reviewer: readonly OfficerRole[] = ['REVIEWER']
/** Who does or checks the department's work sees its contents; the help desk sees the states of cases only. */
const workers: readonly OfficerRole[] = ['OFFICER', 'REVIEWER', 'AUDITOR']
const workersAndHelp: readonly OfficerRole[] = [...workers, 'HELP_DESK']

/** Who may do what. The department's own rights (datasets, grants) are asked as well, of the service that acts. */
export const rolesFor: Record<ConsoleAction, readonly OfficerRole[]> = {
  'dashboard.read': everybody,
  'catalogue.read': everybody,

  'department.read': ['CITY_ADMINISTRATOR', 'AUDITOR', 'HELP_DESK'],
  'department.register': administrator,
  'department.rename': administrator,
  'department.enrol': administrator,
  'department.suspend': administrator,
  'department.merge': administrator,
  'department.grant': administrator,

  'officer.read': ['CITY_ADMINISTRATOR', 'AUDITOR'],
  'officer.manage': administrator,
  'officer.recover': administrator,

  'dataset.draft': ['CITY_ADMINISTRATOR', 'OFFICER'],
  'dataset.publish': administrator,
  'measureCatalogue.change': administrator,

  'batch.read': ['CITY_ADMINISTRATOR', ...workersAndHelp],
  'batch.submit': officer,
  'batch.confirm': ['OFFICER', 'REVIEWER'],
  'record.read': workers,
  'record.change': officer,
  'record.withdraw': officer,

  'subject.lookUp': ['OFFICER', 'REVIEWER'],
  'certificate.print': officer,

  'listing.read': workersAndHelp,
  'listing.propose': officer,
  'listing.decide': officer,
  'remedy.read': workersAndHelp,
  'objection.decide': officer,
  'repair.decide': officer,
  'task.read': workersAndHelp,
  'task.answer': officer,
  'measure.change': officer,
  'identity.read': workers,
  'identity.propose': officer,
  'identity.judge': officer,

  'act.read': workers,
  'act.propose': officer,
  'act.decide': reviewer,

  'audit.read': ['AUDITOR'],
}

/** Four eyes (双人复核): an officer only proposes these, another person of her department decides. */
const ofTwoPersons: readonly ConsoleAction[] = [
  'record.change',
  'record.withdraw',
  'identity.judge',
  'listing.decide',
  'repair.decide',
  'measure.change',
]

export const needsSecondPerson = (action: ConsoleAction): boolean => ofTwoPersons.includes(action)

export const mayDo = (who: Pick<Officer, 'roles'>, action: ConsoleAction): boolean =>
  rolesFor[action].some((role) => who.roles.includes(role))

/** What a page may offer (`viewerCan`). */
export const allowedActions = (who: Pick<Officer, 'roles'>): ConsoleAction[] =>
  consoleActions.filter((action) => mayDo(who, action))

/** The second person decides an act of her own department, and never her own. */
export const mayDecideFor = (
  reviewer: Pick<Officer, 'id' | 'roles' | 'department'>,
  proposed: { officerId: string; departmentId: number },
): boolean =>
  mayDo(reviewer, 'act.decide') &&
  reviewer.id !== proposed.officerId &&
  reviewer.department.id === proposed.departmentId
