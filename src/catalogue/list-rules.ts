import { addMonths, type LegalDay } from '../kernel/clock.ts'
import { addCalendarDays } from '../kernel/working-days.ts'
import type { Dated } from './dated-rows.ts'

/** What holds for memberships of a list, as the rule stood for a time. Pure. */
export type ListRule = Dated & {
  /** Months in force where a record does not say; null: until it exits. */
  termMonths: number | null
  /** Months after which one may ask for early removal (提前移出); null: the rules know none. */
  earlyExitMonths: number | null
  /** The clock in which the subject may object to the prior notice; null: none is prescribed. */
  objectionClock: string | null
  /** The clocks in which departments respond to a task (响应) and report what they did (反馈); null: none is agreed. */
  responseClock: string | null
  feedbackClock: string | null
  legalBasis: string[]
}

/** Months that a membership lasts which began on the day, where the record does not say; null: until it exits. */
export type TermOn = (listedOn: LegalDay) => number | null

/** Of what lists nobody, or by rules that know no term. */
export const noTerm: TermOn = () => null

/**
 * The rule in force on the day of listing decides. A rule stands until the next one is dated, and what was listed before
 * the first is judged by that one: for want of a rule nobody stays listed without end.
 */
export function listRuleOn(rules: readonly ListRule[], day: LegalDay): ListRule | null {
  const inOrder = rules.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1))
  return inOrder.findLast(({ effectiveFrom }) => effectiveFrom <= day) ?? inOrder[0] ?? null
}

export const termBy =
  (rules: readonly ListRule[]): TermOn =>
  (listedOn) =>
    listRuleOn(rules, listedOn)?.termMonths ?? null

/** The first day after so many months: they end with the day of the same number (民法典 art. 201, 202). */
export const dayAfterMonths = (day: LegalDay, months: number): LegalDay =>
  addCalendarDays(addMonths(day, months), 1)

/** The first day on which early removal may be asked for; null: the rule knows none. */
export function earlyExitOn(rule: ListRule | null, listedOn: LegalDay): LegalDay | null {
  const months = rule?.earlyExitMonths ?? null
  return months === null ? null : dayAfterMonths(listedOn, months)
}
