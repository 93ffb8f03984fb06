import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { Department } from '../departments/department.ts'
import { type Membership, type MembershipEventType, transitions } from './membership.ts'

/**
 * Who brings about what. 谁认定、谁负责: only the determining department acts on its memberships. Records establish,
 * correct, withdraw and supersede them; cases dispute, settle and repair them; the calendar ends them.
 */
export const bringers = {
  NOTICED: 'DETERMINING_DEPARTMENT',
  OBJECTED: 'DETERMINING_DEPARTMENT',
  DECIDED: 'DETERMINING_DEPARTMENT',
  DROPPED: 'DETERMINING_DEPARTMENT',
  PUBLISHED: 'DETERMINING_DEPARTMENT',
  SUSPENDED: 'DETERMINING_DEPARTMENT',
  RESUMED: 'DETERMINING_DEPARTMENT',
  REMOVED: 'DETERMINING_DEPARTMENT',
  WRONGFUL: 'DETERMINING_DEPARTMENT',
  LISTED: 'RECORD',
  CORRECTED: 'RECORD',
  WITHDRAWN: 'RECORD',
  SUPERSEDED: 'RECORD',
  DISPUTED: 'CASE',
  DISPUTE_SETTLED: 'CASE',
  REPAIRED: 'CASE',
  EXPIRED: 'CALENDAR',
} as const satisfies Record<MembershipEventType, 'DETERMINING_DEPARTMENT' | 'RECORD' | 'CASE' | 'CALENDAR'>

/** Acts of a department on a membership that is there. */
export const departmentEvents = [
  'OBJECTED',
  'DECIDED',
  'DROPPED',
  'PUBLISHED',
  'SUSPENDED',
  'RESUMED',
  'REMOVED',
  'WRONGFUL',
] as const
export type DepartmentEvent = (typeof departmentEvents)[number]

/** Acts that the phase of a membership allows its determining department; what else speaks against them the act itself tells. */
export const nextEvents = (phase: Membership['phase']): DepartmentEvent[] =>
  departmentEvents.filter((event) => transitions[event].from.includes(phase))

export function mayDo(
  department: Department,
  event: MembershipEventType,
  dataset: Pick<CatalogueDataset, 'departmentId'>,
): boolean {
  return (
    bringers[event] === 'DETERMINING_DEPARTMENT' &&
    dataset.departmentId === department.id &&
    department.roles.includes('PROVIDER')
  )
}
