import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { Department } from '../departments/department.ts'
import {
  type CasePhase,
  caseTransitions,
  type RemedyEvent,
  type RemedyEventType,
  type RemedyKind,
} from './remedy.ts'

/**
 * Who may do what with a case (谁认定、谁修复). PROVIDER: the department that determined what the record says.
 * CREDIT_OFFICE: the credit authority (信用主管部门), which runs the platform. OPENER: took the application in.
 */
export const parties = ['PROVIDER', 'CREDIT_OFFICE', 'OPENER'] as const
export type Party = (typeof parties)[number]

/** What departments bring about; receipt and escalation are no acts on a case. */
export type CaseAct = Exclude<RemedyEventType, 'RECEIVED' | 'ESCALATED'>

export const caseActs = [
  'ACCEPTED',
  'REFUSED',
  'SENT_TO_PROVIDER',
  'ANSWERED',
  'INSPECTION_BEGAN',
  'INSPECTION_ENDED',
  'UPHELD',
  'REJECTED',
  'GRANTED',
  'DENIED',
  'WITHDRAWN',
] as const satisfies readonly CaseAct[]

export const caseParties: Readonly<Record<RemedyKind, Partial<Readonly<Record<CaseAct, readonly Party[]>>>>> =
  {
    OBJECTION: {
      ACCEPTED: ['PROVIDER', 'CREDIT_OFFICE'],
      REFUSED: ['PROVIDER', 'CREDIT_OFFICE'],
      SENT_TO_PROVIDER: ['CREDIT_OFFICE'],
      ANSWERED: ['PROVIDER'],
      INSPECTION_BEGAN: ['PROVIDER', 'CREDIT_OFFICE'],
      INSPECTION_ENDED: ['PROVIDER', 'CREDIT_OFFICE'],
      UPHELD: ['PROVIDER', 'CREDIT_OFFICE'],
      REJECTED: ['PROVIDER', 'CREDIT_OFFICE'],
      WITHDRAWN: ['OPENER', 'CREDIT_OFFICE'],
    },
    REPAIR: {
      ACCEPTED: ['PROVIDER', 'CREDIT_OFFICE'],
      REFUSED: ['PROVIDER', 'CREDIT_OFFICE'],
      GRANTED: ['PROVIDER'],
      DENIED: ['PROVIDER'],
      WITHDRAWN: ['OPENER', 'CREDIT_OFFICE'],
    },
  }

/** Before the provider answered, only it can say that its record is wrong, and only the platform that it itself is. */
export function partiesFor(
  kind: RemedyKind,
  phase: CasePhase,
  event: Extract<RemedyEvent, { type: CaseAct }>,
): readonly Party[] {
  if (event.type === 'UPHELD' && phase === 'ACCEPTED')
    return event.outcome === 'PLATFORM' ? ['CREDIT_OFFICE'] : ['PROVIDER']
  return caseParties[kind][event.type] ?? []
}

export function partiesOf(
  department: Pick<Department, 'id' | 'roles'>,
  dataset: Pick<CatalogueDataset, 'departmentId'>,
  openerId: number,
): Set<Party> {
  const standing = new Set<Party>()
  if (dataset.departmentId === department.id && department.roles.includes('PROVIDER'))
    standing.add('PROVIDER')
  if (department.roles.includes('CREDIT_OFFICE')) standing.add('CREDIT_OFFICE')
  if (openerId === department.id) standing.add('OPENER')
  return standing
}

export const mayBring = (standing: ReadonlySet<Party>, allowed: readonly Party[]): boolean =>
  allowed.some((party) => standing.has(party))

/** What a department with this standing may bring about in that phase; of UPHELD more is asked of the decision itself. */
export const nextActs = (kind: RemedyKind, phase: CasePhase, standing: ReadonlySet<Party>): CaseAct[] =>
  caseActs.filter(
    (act) =>
      caseTransitions[kind][act]?.from.includes(phase) === true &&
      mayBring(standing, caseParties[kind][act] ?? []),
  )

/** Any of them may follow a case; what was found and who applied is for those who work on it. */
export const mayFollow = (standing: ReadonlySet<Party>): boolean => standing.size > 0
export const maySeeDetails = (standing: ReadonlySet<Party>): boolean =>
  standing.has('PROVIDER') || standing.has('CREDIT_OFFICE')

/** Takes applications in: whoever works on cases, and whoever asks and so meets the subject. */
export const mayOpen = (department: Pick<Department, 'roles'>): boolean =>
  department.roles.includes('ENQUIRER') ||
  department.roles.includes('CREDIT_OFFICE') ||
  department.roles.includes('PROVIDER')

/** Works on cases of its records, or of any. */
export const mayWorkOnCases = (department: Pick<Department, 'roles'>): boolean =>
  department.roles.includes('CREDIT_OFFICE') || department.roles.includes('PROVIDER')
