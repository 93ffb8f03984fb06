import type pg from 'pg'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addCalendarDays } from '../kernel/working-days.ts'
import { limits } from '../limits.ts'
import {
  type CaseCount,
  countCases,
  countLists,
  countTasks,
  type IntakeDay,
  intakePerDay,
  type ListCount,
  type StoreHealth,
  storeHealth,
  type TaskCount,
} from './dashboard-store.ts'

/** The numbers of the whole exchange (仪表盘), from its own tables at the moment they are asked for. */
export type DashboardService = {
  intake(window: { from: LegalDay; to: LegalDay }): Promise<IntakeDay[]>
  lists(): Promise<ListCount[]>
  tasks(): Promise<TaskCount[]>
  cases(): Promise<CaseCount[]>
  store(): Promise<StoreHealth>
}

export function createDashboardService(parts: { pool: pg.Pool; clock: Clock }): DashboardService {
  const { pool, clock } = parts
  const today = () => legalDay(clock.now())
  return {
    async intake({ from, to }) {
      if (to < from || addCalendarDays(from, limits.timelinessDays) < to)
        throw new Refusal(
          'INPUT_INVALID',
          `起止至多 ${limits.timelinessDays} 天 (from, to: at most ${limits.timelinessDays} days)`,
        )
      return intakePerDay(pool, from, to)
    },
    lists: () => countLists(pool, today()),
    tasks: () => countTasks(pool, today()),
    cases: () => countCases(pool),
    store: () => storeHealth(pool),
  }
}
