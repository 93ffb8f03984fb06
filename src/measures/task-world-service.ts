import type pg from 'pg'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { DeadlineRulesReader } from '../catalogue/clock-store.ts'
import type { LegalDay } from '../kernel/clock.ts'
import { type ClockWorld, runningSteps, type TaskDue } from './task-clock.ts'
import type { OverdueGroup, TaskGroup } from './task-store.ts'

/** What the clocks of tasks follow from: read once for as many tasks as are looked at. */

export type TaskClockParts = { pool: pg.Pool; catalogue: CatalogueReader; deadlineRules: DeadlineRulesReader }

export async function readClockWorld(
  parts: TaskClockParts,
  today: LegalDay,
): Promise<{ catalogue: Catalogue; clocks: ClockWorld }> {
  const [catalogue, rules] = await Promise.all([parts.catalogue.current(), parts.deadlineRules.current()])
  const listRules = new Map(catalogue.listTypes.map((type) => [type.code, type.rules]))
  return { catalogue, clocks: { rules, listRules: (code) => listRules.get(code) ?? [], today } }
}

/** Overdue steps of tasks that are timed alike: whole groups are overdue, or none of their tasks is. */
export function overdueGroups(clocks: ClockWorld, groups: readonly TaskGroup[]): OverdueGroup[] {
  return groups.flatMap((group) => {
    const { phase, listTypeCode, startsOn } = group
    const task = { phase, listTypeCode, createdOn: startsOn, liftFrom: phase === 'LIFTING' ? startsOn : null }
    return runningSteps(clocks, task)
      .filter(({ overdue }: TaskDue) => overdue)
      .map(({ step, dueOn }) => ({ ...group, step, dueOn }))
  })
}
