import type pg from 'pg'
import { limits } from '../limits.ts'
import { countsByIndex } from './indexed-store.ts'
import type { PublicIndex } from './public-index-service.ts'
import type { PublicWorld } from './public-world-service.ts'
import { countsOfPublished, type PublishedCount, type PublishedFilter } from './publicity-store.ts'

export type Counts = { counts: PublishedCount[]; organisations: number }

/** Counts of all that is published of organisations: made once for a position of the feed, and kept until it moves. */
export type PublicCounts = (world: PublicWorld) => Promise<Counts>

export function createPublicCounts(parts: {
  pool: pg.Pool
  index: PublicIndex
  monotonicNow: () => number
}): PublicCounts {
  const { pool } = parts
  let kept: { basis: string; position: number; at: number; counts: Promise<Counts> } | null = null

  return async (world) => {
    const position = await parts.index.reach(world)
    if (position === null) return countsOfPublished(pool, world.published, null)
    const now = parts.monotonicNow()
    // Sheets, rules and the day.
    const basis = world.published.join()
    // Under a stream of changes they are made once in a while: no entry shows in them, and none stays for them.
    const isFresh =
      kept?.position === position || (kept !== null && now - kept.at < limits.publicCountsLifetime)
    if (kept?.basis === basis && isFresh) return kept.counts
    const mine = { basis, position, at: now, counts: countsByIndex(pool, world.day) }
    kept = mine
    mine.counts.catch(() => {
      if (kept === mine) kept = null
    })
    return mine.counts
  }
}

/** Of a filter by kinds and lists alone the total follows from the counts; null: it has to be counted. */
export function totalFrom(filter: PublishedFilter, { counts }: Counts): number | null {
  const { subject, division, department, from, to, text } = filter
  if ([subject, division, department, from, to, text].some((value) => value !== null)) return null
  const isIn = ({ kind, nature, listType, isCase }: PublishedCount) =>
    (filter.kinds.length === 0 || filter.kinds.includes(kind)) &&
    (filter.natures.length === 0 || (nature !== null && filter.natures.includes(nature))) &&
    (filter.listType === null || filter.listType === listType) &&
    (isCase || !filter.casesOnly)
  return counts.reduce((total, row) => total + (isIn(row) ? row.records : 0), 0)
}
