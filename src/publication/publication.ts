import type { Disclosure } from '../catalogue/definition.ts'
import { dayAfterMonths } from '../catalogue/list-rules.ts'
import {
  type Grade,
  gravestOn,
  type PublicationRule,
  type PublicationRules,
  type PublishedCategory,
  publicationRuleOn,
} from '../catalogue/publication-rules.ts'
import { addMonths, type LegalDay } from '../kernel/clock.ts'
import { addCalendarDays } from '../kernel/working-days.ts'
import { exitKinds } from '../listings/membership.ts'

/**
 * Publication (公示): whether what a record says may be shown to the public on a day, and until when. Pure. Nothing of it
 * is stored: the rule in force on the day asked about decides, so a rule once imported moves all that hangs on it.
 */

/** What ends publication before its time: the exit or withdrawal of what is published, or the end of a membership. */
export const stopKinds = [...exitKinds, 'EXPIRED'] as const
export type StopKind = (typeof stopKinds)[number]
/** `on`: the first day on which it is not published. */
export type Stop = { on: LegalDay; kind: StopKind }

export const publicationReasons = [
  /** Published within its period. */
  'PUBLISHED',
  /** Published on after the maximum: not corrected, or still on the list. */
  'HELD_UNCORRECTED',
  'HELD_LISTED',
  /** Not published: before the document that determines it. */
  'NOT_DETERMINED_YET',
  /** Not published: its dataset is not for the public. */
  'DATASET_NOT_PUBLIC',
  /** Not published: nothing tells its gravity, or no rule is known; for want of a rule nothing is shown. */
  'GRADE_UNKNOWN',
  'NO_RULE',
  /** Not published: information of this gravity is not. */
  'NOT_SHOWN',
  /** Masked while a court-approved plan runs. */
  'SUSPENDED',
  'MAXIMUM_REACHED',
  'CEILING_REACHED',
  ...stopKinds,
] as const
export type PublicationReason = (typeof publicationReasons)[number]

export type PublicationFacts = {
  category: PublishedCategory
  sharing: Disclosure
  gradeGiven: Grade | null
  penaltyKinds: readonly string[]
  /** The day of the document that determines it: 自司法、行政公务文书认定之日起. */
  determinedOn: LegalDay
  /** Null: not known, or its dataset does not hold what is uncorrected. */
  corrected: boolean | null
  /** The membership that rests on the record, on the day asked about. */
  listing: 'NONE' | 'IN_FORCE' | 'SUSPENDED'
  /** From when the rules of the list itself allow early removal; null: they set no day. */
  earlyExitOn: LegalDay | null
  stopped: Stop | null
}

export type Publication = {
  grade: Grade | null
  shown: boolean
  from: LegalDay
  /** The first day on which repair may end it; null: no rule tells. */
  earliestRepairOn: LegalDay | null
  /** The last day as things stand: of what is held uncorrected, the ceiling. Null: not shown, or until it leaves the list. */
  until: LegalDay | null
  published: boolean
  reason: PublicationReason
  legalBasis: string[]
}

/** The kinds of a penalty (处罚类别), which the exchange format joins by ；. */
export const penaltyKindsOf = (text: string): string[] =>
  text
    .split(/[；;、，,]/)
    .map((kind) => kind.trim())
    .filter((kind) => kind !== '')

export function publicationOn(rules: PublicationRules, facts: PublicationFacts, day: LegalDay): Publication {
  const { determinedOn: from, category } = facts
  // What the authority says of its own case wins over what kinds of penalties say of cases in general.
  const byKind = facts.gradeGiven === null ? gravestOn(rules, facts.penaltyKinds, day) : null
  const grade = facts.gradeGiven ?? byKind?.grade ?? null
  const rule = grade && publicationRuleOn(rules, category, grade, day)
  const ceiling = grade && publicationRuleOn(rules, 'DISCLOSURE', grade, day)
  const bounds = { maximum: lastDay(rule, from), ceiling: lastDay(ceiling, from) }
  const reason = reasonOn(facts, grade, rule, bounds, day)
  const bases = [byKind, rule, reason === 'CEILING_REACHED' ? ceiling : null]
  return {
    grade,
    shown: rule?.shown ?? false,
    from,
    earliestRepairOn: rule && later(minimumOver(rule, from), facts.earlyExitOn),
    until: rule?.shown ? untilOf(facts, bounds) : null,
    published: isPublished(reason),
    reason,
    legalBasis: [...new Set(bases.flatMap((row) => row?.legalBasis ?? []))],
  }
}

/** The last day of the maximum and of the ceiling; null: there is none. */
type Bounds = { maximum: LegalDay | null; ceiling: LegalDay | null }

function reasonOn(
  facts: PublicationFacts,
  grade: Grade | null,
  rule: PublicationRule | null,
  bounds: Bounds,
  day: LegalDay,
): PublicationReason {
  const { stopped } = facts
  if (day < facts.determinedOn) return 'NOT_DETERMINED_YET'
  if (stopped && stopped.on <= day) return stopped.kind
  if (facts.sharing !== 'PUBLIC') return 'DATASET_NOT_PUBLIC'
  if (grade === null) return 'GRADE_UNKNOWN'
  if (rule === null) return 'NO_RULE'
  if (!rule.shown) return 'NOT_SHOWN'
  const isOver = { maximum: isPast(bounds.maximum, day), ceiling: isPast(bounds.ceiling, day) }
  switch (facts.listing) {
    case 'SUSPENDED':
      return 'SUSPENDED'
    // Who is listed is published as listed (河南省社会信用条例 art. 36), beyond the ceiling as well (art. 19).
    case 'IN_FORCE':
      return isOver.maximum || isOver.ceiling ? 'HELD_LISTED' : 'PUBLISHED'
    case 'NONE':
      if (!isOver.maximum) return isOver.ceiling ? 'CEILING_REACHED' : 'PUBLISHED'
      if (facts.corrected !== false) return 'MAXIMUM_REACHED'
      return isOver.ceiling ? 'CEILING_REACHED' : 'HELD_UNCORRECTED'
  }
}

function isPublished(reason: PublicationReason): boolean {
  return reason === 'PUBLISHED' || reason === 'HELD_UNCORRECTED' || reason === 'HELD_LISTED'
}

function untilOf(facts: PublicationFacts, bounds: Bounds): LegalDay | null {
  const stop = facts.stopped && addCalendarDays(facts.stopped.on, -1)
  const until = earlier(stop, runsOutOn(facts, bounds))
  return until !== null && until < facts.determinedOn ? null : until
}

/** The last day by the periods alone; null: it does not run out. */
function runsOutOn({ listing, corrected }: PublicationFacts, bounds: Bounds): LegalDay | null {
  if (listing !== 'NONE') return null
  if (corrected === false) return bounds.ceiling
  return earlier(bounds.maximum, bounds.ceiling)
}

/** Months end with the day of the same number, which still belongs to them (民法典 art. 201, 202). */
function lastDay(rule: PublicationRule | null, from: LegalDay): LegalDay | null {
  const months = rule?.maxMonths ?? null
  return months === null ? null : addMonths(from, months)
}

const minimumOver = ({ minMonths }: PublicationRule, from: LegalDay): LegalDay =>
  minMonths === null ? from : dayAfterMonths(from, minMonths)

const isPast = (last: LegalDay | null, day: LegalDay): boolean => last !== null && last < day

const later = (a: LegalDay, b: LegalDay | null): LegalDay => (b !== null && a < b ? b : a)

function earlier(a: LegalDay | null, b: LegalDay | null): LegalDay | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
