import { isLegalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'

/** Pages of the public surface, by the place of the last row: however far one reads, a page costs the same. Pure. */

export type PageRequest = { first: number | null; after: string | null }

export type PublicPage<T> = {
  rows: { cursor: string; node: T }[]
  hasNextPage: boolean
  /** Counted only when asked for. */
  total(): Promise<number>
}

export function pageSize({ first }: PageRequest): number {
  const { normal, max } = limits.publicPageSize
  const size = first ?? normal
  if (size < 1 || size > max)
    throw new Refusal('INPUT_INVALID', `first 须为 1–${max} (first: 1 to ${max} rows of a page)`)
  return size
}

/** Of `size + 1` rows the last only tells that there are more. */
export function pageOf<R, T>(
  rows: readonly R[],
  size: number,
  cursorOf: (row: R) => string,
  viewOf: (row: R) => T | null,
  total: () => Promise<number>,
): PublicPage<T> {
  return {
    rows: rows.slice(0, size).flatMap((row) => {
      const node = viewOf(row)
      return node === null ? [] : [{ cursor: cursorOf(row), node }]
    }),
    hasNextPage: rows.length > size,
    total,
  }
}

const invalidCursor = () =>
  new Refusal('INPUT_INVALID', '游标无效 (after: expected a cursor of an earlier page)')

export const dayCursor = ({ day, recordId }: { day: string; recordId: number }) => `${day}.${recordId}`

export function readDayCursor(cursor: string | null): { day: string; recordId: number } | null {
  if (cursor === null) return null
  const [, day, id] = /^(\d{4}-\d{2}-\d{2})\.(\d{1,15})$/.exec(cursor) ?? []
  if (day === undefined || !isLegalDay(day)) throw invalidCursor()
  return { day, recordId: Number(id) }
}

export const rankCursor = ({ rank, uscc }: { rank: number; uscc: string }) => `${rank}.${uscc}`

export function readRankCursor(cursor: string | null): { rank: number; uscc: string } | null {
  if (cursor === null) return null
  const [, rank, uscc] = /^([0-2])\.([0-9A-Z]{18})$/.exec(cursor) ?? []
  if (uscc === undefined) throw invalidCursor()
  return { rank: Number(rank), uscc }
}
