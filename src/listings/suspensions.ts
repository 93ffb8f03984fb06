import type { Suspension } from './membership.ts'

/** Suspensions as the database keeps them: the text of a datemultirange, e.g. `{[2026-01-01,2026-02-01),[2026-05-01,)}`. */

const none = '{}'

export function readSuspensions(multirange: string): Suspension[] {
  if (multirange === none) return []
  return [...multirange.matchAll(/\[(\d{4}-\d{2}-\d{2}),(\d{4}-\d{2}-\d{2})?\)/g)].map(([, from, until]) => ({
    from: from ?? '',
    until: until ?? null,
  }))
}

export const writeSuspensions = (suspensions: readonly Suspension[]) =>
  `{${suspensions.map(({ from, until }) => `[${from},${until ?? ''})`).join(',')}}`
