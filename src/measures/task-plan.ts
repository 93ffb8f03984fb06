import type { LegalDay } from '../kernel/clock.ts'
import { addCalendarDays } from '../kernel/working-days.ts'
import { isInForce, type Membership } from '../listings/membership.ts'
import type { LiftReason, TaskPhase } from './task.ts'

/** Which tasks there have to be, and what makes those that there are so. Pure; planned again, it plans nothing. */

export type PlannedListing = Pick<
  Membership,
  'listedOn' | 'endsOn' | 'exitedOn' | 'suspensions' | 'grade'
> & {
  id: number
  listTypeCode: string
  datasetId: number
}

export type BoundDepartment = {
  id: number
  kind: string
  /** Whether it bears duties; one that was closed bears none. */
  bearing: boolean
  closed: boolean
}

export type ExistingTask = {
  id: number
  listingId: number
  measureCode: string
  departmentId: number
  phase: TaskPhase
}

export type PlanWorld = {
  departments: readonly BoundDepartment[]
  /** Codes of the measures that bind departments of the kind, for a list and a grade. */
  binding(kind: string, listing: Pick<PlannedListing, 'listTypeCode' | 'grade'>): readonly string[]
  /** Whether the department may know of records of the dataset. */
  maySee(departmentId: number, datasetId: number): boolean
  day: LegalDay
}

export type TaskKey = Pick<ExistingTask, 'listingId' | 'measureCode' | 'departmentId'>

export type TaskPlan = {
  deliver: TaskKey[]
  reopen: number[]
  /** `from`: the day from which the department is to lift it. */
  lift: { taskId: number; reason: LiftReason; overOn: LegalDay; from: LegalDay }[]
  /** Of departments that were closed. */
  release: number[]
}

export function planTasks(
  listings: readonly PlannedListing[],
  tasks: readonly ExistingTask[],
  world: PlanWorld,
): TaskPlan {
  const plan: TaskPlan = { deliver: [], reopen: [], lift: [], release: [] }
  const departments = new Map(world.departments.map((department) => [department.id, department]))
  const byListing = Map.groupBy(tasks, ({ listingId }) => listingId)
  for (const listing of listings) {
    const inForce = isInForce(listing, world.day)
    const bound = inForce ? boundBy(listing, world) : new Map<string, TaskKey>()
    for (const task of byListing.get(listing.id) ?? []) {
      const isBound = bound.delete(keyOf(task))
      const closed = departments.get(task.departmentId)?.closed ?? true
      if (isBound) {
        if (isOver(task.phase) && world.maySee(task.departmentId, listing.datasetId))
          plan.reopen.push(task.id)
      } else if (closed) {
        if (task.phase !== 'LIFTED') plan.release.push(task.id)
      } else if (!isOver(task.phase)) {
        const reason: LiftReason = inForce ? 'UNBOUND' : 'LISTING_OVER'
        const overOn = inForce ? world.day : overOnOf(listing, world.day)
        // Nobody could lift before being told: an end decided backwards is due from the day it became known.
        plan.lift.push({ taskId: task.id, reason, overOn, from: world.day > overOn ? world.day : overOn })
      }
    }
    // A department that may not know of the listing is told nothing; one that was told keeps its task.
    for (const key of bound.values())
      if (world.maySee(key.departmentId, listing.datasetId)) plan.deliver.push(key)
  }
  return plan
}

const isOver = (phase: TaskPhase) => phase === 'LIFTING' || phase === 'LIFTED'
const keyOf = ({ measureCode, departmentId }: Omit<TaskKey, 'listingId'>) => `${departmentId} ${measureCode}`

function boundBy(listing: PlannedListing, world: PlanWorld): Map<string, TaskKey> {
  const bound = new Map<string, TaskKey>()
  for (const { id, kind, bearing } of world.departments) {
    if (!bearing) continue
    for (const measureCode of world.binding(kind, listing)) {
      const key = { listingId: listing.id, measureCode, departmentId: id }
      bound.set(keyOf(key), key)
    }
  }
  return bound
}

/** The first day on which it was over, of those that have come; else today. */
function overOnOf({ endsOn, exitedOn, suspensions }: PlannedListing, day: LegalDay): LegalDay {
  const ends = [
    exitedOn,
    endsOn === null ? null : addCalendarDays(endsOn, 1),
    ...suspensions.filter(({ until }) => until === null || day < until).map(({ from }) => from),
  ]
  const come = ends.flatMap((end) => (end !== null && end <= day ? [end] : []))
  return come.toSorted()[0] ?? day
}
