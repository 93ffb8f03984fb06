import type { LegalDay } from '../kernel/clock.ts'

/** A row that holds for a time; `effectiveTo` is the last day on which it is in force. */
export type Dated = { effectiveFrom: LegalDay; effectiveTo: LegalDay | null }

/** The row in force on the day; rows of one thing never overlap, so there is at most one. */
export function rowOn<T extends Dated>(rows: readonly T[], day: LegalDay): T | null {
  return (
    rows.find((row) => row.effectiveFrom <= day && (row.effectiveTo === null || day <= row.effectiveTo)) ??
    null
  )
}
