import type pg from 'pg'
import { type ListNature, listNatures } from '../catalogue/catalogue-file.ts'
import { cachedReading } from '../kernel/cached-reading.ts'
import { addMonths, type LegalDay } from '../kernel/clock.ts'
import { addCalendarDays } from '../kernel/working-days.ts'
import { limits } from '../limits.ts'
import type { TimelinessRow, TimelinessService } from '../timeliness/timeliness-service.ts'
import type { PublicCounts } from './public-counts-service.ts'
import { openDatasets, type PublicWorldReader } from './public-world-service.ts'
import { divisionNames, type PublishedCount } from './publicity-store.ts'

export type PublicCounters = {
  organisations: number
  licences: number
  penalties: number
  cases: number
  listed: { nature: ListNature; records: number }[]
  departments: number
  datasets: number
}

export type Tally = {
  licences: number
  penalties: number
  cases: number
  adverse: number
  trustworthy: number
}

export type PublicStatistics = {
  asOf: LegalDay
  byMonth: (Tally & { month: string })[]
  byDivision: (Tally & { division: string; name: string | null })[]
  /** By the field (领域) of the list type. */
  byField: { field: string; nature: ListNature; records: number }[]
  /** How timely departments were with what is public, in the last twelve months. */
  timeliness: TimelinessRow[]
}

/** Counts of what is published today; what is shown to nobody is counted for nobody. */
export type PublicStatisticsService = {
  counters(): Promise<PublicCounters>
  byListType(): Promise<Map<string, number>>
  statistics(): Promise<PublicStatistics>
}

export function createPublicStatisticsService(parts: {
  pool: pg.Pool
  world: PublicWorldReader
  counts: PublicCounts
  timeliness: Pick<TimelinessService, 'timeliness'>
  monotonicNow: () => number
}): PublicStatisticsService {
  const { pool } = parts
  let ofDay: { day: LegalDay; read: () => Promise<TimelinessRow[]> } | null = null

  /** It goes through a year of records, and is no news of any one of them. */
  function timelinessOf(day: LegalDay): Promise<TimelinessRow[]> {
    if (ofDay?.day !== day) {
      const year = { from: addCalendarDays(addMonths(day, -12), 1), to: day }
      const read = () => parts.timeliness.timeliness(year)
      ofDay = { day, read: cachedReading(read, limits.publicTimelinessLifetime, parts.monotonicNow) }
    }
    return ofDay.read()
  }

  return {
    async counters() {
      const world = await parts.world()
      const { counts, organisations } = await parts.counts(world)
      const open = openDatasets(world)
      const { licences, penalties, cases } = tally(counts)
      return {
        organisations,
        licences,
        penalties,
        cases,
        listed: listNatures.map((nature) => ({
          nature,
          records: sum(counts, (row) => row.nature === nature),
        })),
        departments: new Set(open.map(({ dataset }) => dataset.departmentId)).size,
        datasets: open.length,
      }
    },

    async byListType() {
      const { counts } = await parts.counts(await parts.world())
      const byCode = Map.groupBy(counts, ({ listType }) => listType)
      return new Map(
        [...byCode].flatMap(([code, rows]) =>
          code === null ? [] : [[code, sum(rows, () => true)] as const],
        ),
      )
    },

    async statistics() {
      const world = await parts.world()
      const [{ counts }, names, timeliness] = await Promise.all([
        parts.counts(world),
        divisionNames(pool),
        timelinessOf(world.day),
      ])
      // Basic information has no month: its day is that of the latest change.
      const dated = counts.filter(({ kind }) => kind !== 'REGISTRATION')
      const open = new Set(openDatasets(world).map(({ dataset }) => dataset.code))
      const fieldOf = new Map(world.catalogue.listTypes.map(({ code, field }) => [code, field]))
      const listed = counts.flatMap(({ listType, nature, records }) =>
        listType === null || nature === null
          ? []
          : [{ field: fieldOf.get(listType) ?? listType, nature, records }],
      )
      return {
        asOf: world.day,
        byMonth: grouped(dated, ({ month }) => month).map(([month, rows]) => ({ month, ...tally(rows) })),
        byDivision: grouped(dated, ({ division }) => division).map(([division, rows]) => ({
          division,
          name: names.get(division) ?? null,
          ...tally(rows),
        })),
        byField: grouped(listed, ({ field, nature }) => JSON.stringify([field, nature])).flatMap(
          ([, rows]) => {
            const [first] = rows
            return first ? [{ field: first.field, nature: first.nature, records: sum(rows, () => true) }] : []
          },
        ),
        timeliness: timeliness.filter(({ dataset }) => open.has(dataset)),
      }
    },
  }
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): [string, T[]][] {
  return [...Map.groupBy(rows, keyOf)].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function sum<T extends { records: number }>(rows: readonly T[], counts: (row: T) => boolean): number {
  return rows.reduce((total, row) => total + (counts(row) ? row.records : 0), 0)
}

function tally(rows: readonly PublishedCount[]): Tally {
  return {
    licences: sum(rows, ({ kind }) => kind === 'LICENCE'),
    penalties: sum(rows, ({ kind }) => kind === 'PENALTY'),
    cases: sum(rows, ({ isCase }) => isCase),
    adverse: sum(rows, ({ nature }) => nature !== null && nature !== 'TRUSTWORTHY'),
    trustworthy: sum(rows, ({ nature }) => nature === 'TRUSTWORTHY'),
  }
}
