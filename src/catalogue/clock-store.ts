import { z } from 'zod'
import { cachedReading } from '../kernel/cached-reading.ts'
import type { Queryable } from '../kernel/database.ts'
import { dayUnits } from '../kernel/working-days.ts'
import { limits } from '../limits.ts'
import type { DeadlineRules } from './clock-rules.ts'

const row = z.object({
  clocks: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      days: z.int(),
      unit: z.enum(dayUnits),
      effectiveFrom: z.string(),
      effectiveTo: z.string().nullable(),
      legalBasis: z.array(z.string()),
    }),
  ),
  years: z.array(z.int()),
  days: z.array(z.tuple([z.string(), z.enum(['HOLIDAY', 'WORKDAY'])])),
})

// One statement, so that rules and calendar are of one moment.
const selectDeadlineRules = `
  SELECT
    (SELECT coalesce(json_agg(json_build_object(
        'code', code, 'name', name, 'days', days, 'unit', unit, 'effectiveFrom', effective_from,
        'effectiveTo', effective_to, 'legalBasis', legal_basis) ORDER BY code, effective_from), '[]')
       FROM clock_rule) AS clocks,
    (SELECT coalesce(json_agg(year), '[]') FROM calendar_year) AS years,
    (SELECT coalesce(json_agg(json_build_array(day, kind)), '[]') FROM calendar_day) AS days`

export type DeadlineRulesReader = { current(): Promise<DeadlineRules> }

/** Clocks and calendar, as old at most as the catalogue may be. */
export function createDeadlineRulesReader(
  database: Queryable,
  monotonicNow: () => number,
): DeadlineRulesReader {
  async function read(): Promise<DeadlineRules> {
    const { rows } = await database.query(selectDeadlineRules)
    const { clocks, years, days } = row.parse(rows[0])
    return { clocks, calendar: { years: new Set(years), departures: new Map(days) } }
  }
  return { current: cachedReading(read, limits.catalogueCacheTtl, monotonicNow) }
}
