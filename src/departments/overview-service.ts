import type pg from 'pg'
import type { Clock } from '../kernel/clock.ts'
import { limits } from '../limits.ts'
import type { Department } from './department.ts'
import {
  type DepartmentOverview,
  type DepartmentTraffic,
  departmentCoded,
  readDivisions,
  readOverviews,
  readTraffic,
} from './overview-store.ts'

export type Health = DepartmentTraffic & { since: Date }

/** What administrators see of departments: their facts, keys and grants, and whether their systems work. */
export type OverviewService = {
  list(): Promise<DepartmentOverview[]>
  find(code: string): Promise<DepartmentOverview | null>
  /** Of all departments, since `limits.healthDays` ago: one reading of the log for as many as are asked about. */
  health(): Promise<(code: string) => Health>
  department(code: string): Promise<Department | null>
  divisions(): Promise<{ code: string; name: string; statistical: boolean }[]>
}

export function createOverviewService(parts: { pool: pg.Pool; clock: Clock }): OverviewService {
  const { pool, clock } = parts
  return {
    list: () => readOverviews(pool, null),
    find: async (code) => (await readOverviews(pool, code))[0] ?? null,
    async health() {
      const since = new Date(clock.now().getTime() - limits.healthDays * 86_400_000)
      const traffic = await readTraffic(pool, since)
      return (code) => ({ since, ...(traffic.get(code) ?? { answered: 0, refused: 0, lastAt: null }) })
    },
    department: (code) => departmentCoded(pool, code),
    divisions: () => readDivisions(pool),
  }
}
