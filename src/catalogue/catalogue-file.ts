import { z } from 'zod'
import { isLegalDay } from '../kernel/clock.ts'
import { dayUnits } from '../kernel/working-days.ts'
import { limits } from '../limits.ts'
import { type CalendarYear, calendarFaults } from './calendar-year.ts'
import { overlappingPeriods } from './clock-rules.ts'
import { definitionSchema } from './definition.ts'
import { ambiguousWordings, fieldTermSchema } from './field-terms.ts'
import { businessMatters, measureClasses, measureStatuses } from './measures.ts'
import { grades, ruleCategories } from './publication-rules.ts'

/** A file of catalogue rows: calendar, dated rules, field terms, list types, measures, datasets. `admin catalogue import` loads it. */

const text = z.string().min(1).max(2_000)
const code = z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/)
const day = z.string().refine(isLegalDay, 'expected a day, YYYY-MM-DD')

export const listNatures = ['SERIOUS_DISHONESTY', 'TRUSTWORTHY', 'KEY_ATTENTION', 'JOINT_PUNISHMENT'] as const
export type ListNature = (typeof listNatures)[number]

const months = z.int().min(1).max(limits.ruleMonths)
const dated = { effectiveFrom: day, effectiveTo: day.nullable().default(null) }
const endsAfterItBegins = (row: { effectiveFrom: string; effectiveTo: string | null }) =>
  row.effectiveTo === null || row.effectiveFrom <= row.effectiveTo

const listRule = z
  .strictObject({
    ...dated,
    termMonths: months.nullable(),
    earlyExitMonths: months.nullable(),
    objectionClock: code.nullable(),
    responseClock: code.nullable().default(null),
    feedbackClock: code.nullable().default(null),
    legalBasis: z.array(text).min(1),
  })
  .refine(endsAfterItBegins, 'ends before it begins')

const listType = z.strictObject({
  code,
  name: text,
  /** Black (严重失信), red (守信), a mere hint (重点关注), or objects of joint punishment (联合惩戒对象). */
  nature: z.enum(listNatures),
  field: text,
  scope: z.enum(['NATIONAL', 'PROVINCIAL', 'CITY']),
  basis: z.array(text),
  determinedBy: text,
  /** What holds for its memberships, all of it: rows that the file leaves out are gone. */
  rules: z.array(listRule),
  status: z.enum(['DRAFT', 'ACTIVE', 'RETIRED']),
  effectiveFrom: day,
  effectiveTo: day.nullable().default(null),
})

const listTypes = z.array(listType).superRefine((types, context) => {
  types.forEach(({ code, status, rules }, position) => {
    const path = [position, 'rules']
    refuseOverlaps(
      rules.map((rule) => ({ ...rule, code })),
      context,
      path,
    )
    if (status === 'ACTIVE' && rules.length === 0)
      context.addIssue({ code: 'custom', path, message: `${code}: an active list needs a rule` })
  })
})

const publicationRule = z
  .strictObject({
    category: z.enum(ruleCategories),
    grade: z.enum(grades),
    ...dated,
    shown: z.boolean(),
    minMonths: months.nullable(),
    maxMonths: months.nullable(),
    legalBasis: z.array(text).min(1),
  })
  .refine(endsAfterItBegins, 'ends before it begins')
  .refine(
    ({ minMonths, maxMonths }) => minMonths === null || maxMonths === null || minMonths <= maxMonths,
    'the minimum is longer than the maximum',
  )

const publicationRules = z.array(publicationRule).superRefine((rules, context) =>
  refuseOverlaps(
    rules.map((rule) => ({ ...rule, code: `${rule.category} ${rule.grade}` })),
    context,
  ),
)

const penaltyGrade = z
  .strictObject({ kind: text, grade: z.enum(grades), ...dated, legalBasis: z.array(text).min(1) })
  .refine(endsAfterItBegins, 'ends before it begins')

const penaltyGrades = z.array(penaltyGrade).superRefine((rows, context) =>
  refuseOverlaps(
    rows.map((row) => ({ ...row, code: row.kind })),
    context,
  ),
)

const measureTrigger = z.strictObject({
  listType: code,
  grades: z.array(text).min(1).nullable().default(null),
})

/** One version of a measure; entries of the same code are its other versions. */
const measure = z
  .strictObject({
    code,
    ...dated,
    name: text,
    content: text,
    class: z.enum(measureClasses),
    target: text,
    status: z.enum(measureStatuses).default('ACTIVE'),
    reducesRights: z.boolean(),
    legalBasis: z.array(text),
    /** Kinds of departments that apply it; empty: every department. */
    departmentKinds: z.array(z.string()),
    matters: z.array(z.enum(businessMatters)),
    triggers: z.array(measureTrigger).min(1),
    decisionText: text,
    documentNeeded: z.boolean(),
  })
  .refine(endsAfterItBegins, 'ends before it begins')
  .refine(
    ({ triggers }) => new Set(triggers.map(({ listType }) => listType)).size === triggers.length,
    'a list triggers it twice',
  )

const measures = z.array(measure).superRefine((rows, context) => {
  const live = rows.filter(({ status }) => status !== 'DRAFT')
  refuseOverlaps(live, context)
  const places = rows.map(({ code, effectiveFrom }) => `${code} ${effectiveFrom}`)
  for (const place of places.filter((entry, position) => places.indexOf(entry) !== position))
    context.addIssue({ code: 'custom', message: `${place}: the version is given twice` })
})

const dataset = z.strictObject({
  code,
  department: z.string(),
  listType: code.nullable().default(null),
  status: z.enum(['DRAFT', 'ACTIVE', 'RETIRED']),
  definition: definitionSchema,
})

/** What a department proposes: who provides it and whether it is in use is not for the proposal to say. */
export const datasetDraftSchema = dataset.pick({ code: true, listType: true, definition: true })

const clock = z
  .strictObject({
    code,
    name: text,
    days: z.int().min(0).max(limits.clockDays),
    unit: z.enum(dayUnits),
    legalBasis: z.array(text).min(1),
    effectiveFrom: day,
    effectiveTo: day.nullable().default(null),
  })
  .refine(endsAfterItBegins, 'ends before it begins')

const clocks = z.array(clock).superRefine((rows, context) => refuseOverlaps(rows, context))

function refuseOverlaps(
  rows: readonly { code: string; effectiveFrom: string; effectiveTo: string | null }[],
  context: z.RefinementCtx,
  path: PropertyKey[] = [],
): void {
  for (const [row, next] of overlappingPeriods(rows)) {
    const message = `${row.code}: the periods from ${row.effectiveFrom} and from ${next.effectiveFrom} overlap`
    context.addIssue({ code: 'custom', path, message })
  }
}

/** Days of one year that depart from Monday to Friday, as the State Council's notice gives them. */
const calendarYear: z.ZodType<CalendarYear> = z.strictObject({
  year: z.int().min(1949).max(2200),
  notice: text,
  /** Days off: one day, or the first and the last with `/` between them. */
  holidays: z.array(z.string()).min(1),
  /** Weekend days on which one works. */
  workdays: z.array(z.string()),
})

const calendar = z.array(calendarYear).superRefine((years, context) => {
  for (const { path, message } of calendarFaults(years)) context.addIssue({ code: 'custom', path, message })
})

const fieldTerms = z.array(fieldTermSchema).superRefine((terms, context) => {
  for (const message of ambiguousWordings(terms)) context.addIssue({ code: 'custom', message })
})

export const catalogueFileSchema = z.strictObject({
  calendar: calendar.default([]),
  clocks: clocks.default([]),
  fieldTerms: fieldTerms.default([]),
  listTypes: listTypes.default([]),
  publicationRules: publicationRules.default([]),
  penaltyGrades: penaltyGrades.default([]),
  measures: measures.default([]),
  datasets: z.array(dataset).default([]),
})

export type CatalogueFile = z.infer<typeof catalogueFileSchema>
