import type { LegalDay } from '../kernel/clock.ts'
import { type Dated, rowOn } from './dated-rows.ts'

/** Rules of publication periods (公示期), as they stood for a time. Pure. */

/** 轻微、一般、严重, from the lightest. */
export const grades = ['MINOR', 'ORDINARY', 'SERIOUS'] as const
export type Grade = (typeof grades)[number]

export const publishedCategories = ['PENALTY', 'LIST'] as const
export type PublishedCategory = (typeof publishedCategories)[number]
/** DISCLOSURE: the ceiling (披露期限) over all others, told by its `maxMonths`. */
export const ruleCategories = [...publishedCategories, 'DISCLOSURE'] as const
export type RuleCategory = (typeof ruleCategories)[number]

export type PublicationRule = Dated & {
  category: RuleCategory
  grade: Grade
  shown: boolean
  /** Months before which publication is not ended by repair; null: at any time. */
  minMonths: number | null
  /** Months after which publication stops of itself; null: the rule knows none. */
  maxMonths: number | null
  legalBasis: string[]
}

/** The gravity of a kind of penalty. The exchange format carries kinds as text, so a kind is a word of that text. */
export type PenaltyGrade = Dated & { kind: string; grade: Grade; legalBasis: string[] }

export type PublicationRules = {
  publicationRules: readonly PublicationRule[]
  penaltyGrades: readonly PenaltyGrade[]
}

export function publicationRuleOn(
  { publicationRules }: PublicationRules,
  category: RuleCategory,
  grade: Grade,
  day: LegalDay,
): PublicationRule | null {
  return rowOn(
    publicationRules.filter((rule) => rule.category === category && rule.grade === grade),
    day,
  )
}

/** What the rules of the day say of kinds of penalties, the gravest first. */
export function gravestFirst({ penaltyGrades }: PublicationRules, day: LegalDay): PenaltyGrade[] {
  const byKind = [...Map.groupBy(penaltyGrades, ({ kind }) => kind).values()]
  return byKind
    .flatMap((rows) => rowOn(rows, day) ?? [])
    .toSorted((a, b) => gravity(b.grade) - gravity(a.grade))
}

/** The row of the gravest among the kinds; null: no rule of the day names any of them. */
export function gravestOn(
  rules: PublicationRules,
  kinds: readonly string[],
  day: LegalDay,
): PenaltyGrade | null {
  return gravestFirst(rules, day).find(({ kind: word }) => kinds.some((kind) => kind.includes(word))) ?? null
}

const gravity = (grade: Grade) => grades.indexOf(grade)
