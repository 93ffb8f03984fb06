import type { LegalDay } from '../kernel/clock.ts'
import { type Calendar, type DayUnit, type Deadline, deadline } from '../kernel/working-days.ts'

/** A clock (时限): so many days from an event. One code has several rows where the rule changed. */
export type ClockRule = {
  code: string
  name: string
  days: number
  unit: DayUnit
  effectiveFrom: LegalDay
  /** The last day on which it is in force. */
  effectiveTo: LegalDay | null
  legalBasis: string[]
}

/** All that deadlines follow from. They are never stored: a year's notice, once imported, moves all that hang on it. */
export type DeadlineRules = { clocks: ClockRule[]; calendar: Calendar }

export type Due = { rule: ClockRule; on: Deadline }

/** The rule in force on the day of the event decides; null: none was. */
export function ruleOn(clocks: readonly ClockRule[], code: string, day: LegalDay): ClockRule | null {
  return (
    clocks.find(
      (rule) =>
        rule.code === code &&
        rule.effectiveFrom <= day &&
        (rule.effectiveTo === null || day <= rule.effectiveTo),
    ) ?? null
  )
}

export function dueOf(rules: DeadlineRules, code: string, day: LegalDay): Due | null {
  const rule = ruleOn(rules.clocks, code, day)
  return rule && { rule, on: deadline(rules.calendar, rule, day) }
}

type Period = Pick<ClockRule, 'code' | 'effectiveFrom' | 'effectiveTo'>

/** Pairs of rows of one clock that are in force on the same day: on it nobody could say which decides. */
export function overlappingPeriods<T extends Period>(rows: readonly T[]): [T, T][] {
  const overlaps: [T, T][] = []
  for (const periods of Map.groupBy(rows, (row) => row.code).values()) {
    const inOrder = periods.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1))
    inOrder.forEach((row, position) => {
      const next = inOrder[position + 1]
      if (next && (row.effectiveTo === null || next.effectiveFrom <= row.effectiveTo))
        overlaps.push([row, next])
    })
  }
  return overlaps
}
