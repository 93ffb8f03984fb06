import { z } from 'zod'
import { grades, publishedCategories } from './publication-rules.ts'

/** What of a dataset's records publication periods (公示期) hang on: a part of its definition. */

const fieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/)

export const publicationPart = z.strictObject({
  category: z.enum(publishedCategories),
  /** The day of the document that determines it; the period runs from there. */
  determinedOn: fieldName,
  /** What the provider says of the gravity. It wins over the kinds of penalty; a value without a grade says nothing. */
  grade: z
    .union([
      z.strictObject({ fixed: z.enum(grades) }),
      z.strictObject({ field: fieldName, gradeOf: z.record(z.string(), z.enum(grades)) }),
    ])
    .optional(),
  /** The kinds of penalty (处罚类别), joined by ；. */
  kinds: fieldName.optional(),
  /**
   * Whether the act was corrected and duties performed. Only a dataset whose authority has it so (行业主管部门规定) names
   * the field: what is not corrected then stays published after the maximum.
   */
  corrected: z.strictObject({ field: fieldName, in: z.array(z.string()).min(1) }).optional(),
  /**
   * Which penalties are cases of infringement and counterfeiting (侵权假冒案件): those whose text holds one of the words,
   * except by the summary procedure (国发〔2014〕6号).
   */
  cases: z
    .strictObject({
      field: fieldName,
      contains: z.array(z.string().min(1)).min(1),
      except: z.strictObject({ field: fieldName, in: z.array(z.string()).min(1) }).optional(),
    })
    .optional(),
  /** The article by which names of natural persons are published, of all records or of cases; without it they are not. */
  personNames: z.strictObject({ of: z.enum(['ALL', 'CASES']), legalBasis: z.string().min(1) }).optional(),
})
export type PublicationPart = z.infer<typeof publicationPart>

export function publicationFields({ determinedOn, grade, kinds, corrected }: PublicationPart): string[] {
  const gradeField = grade && 'field' in grade ? grade.field : undefined
  return [determinedOn, gradeField, kinds, corrected?.field].filter((name) => name !== undefined)
}

type KnownField = { name: string; required: unknown; value: { type: string; codes?: string[] } }

/** What of the part does not fit the fields; that they exist is checked with all other fields. */
export function publicationFaults(
  part: PublicationPart,
  fields: readonly KnownField[],
  lists: 'LISTS' | 'LISTS_NOBODY',
): string[] {
  const { category, determinedOn, grade, kinds, corrected } = part
  const fieldOf = (name: string) => fields.find((field) => field.name === name)
  const codesOnly = (name: string, values: readonly string[]): string[] => {
    const field = fieldOf(name)
    if (!field) return []
    const { codes } = field.value
    if (!codes) return [`${name}: expected a field of type CODE`]
    return values.filter((value) => !codes.includes(value)).map((value) => `${name}: no value ${value}`)
  }
  const day = fieldOf(determinedOn)
  const text = kinds === undefined ? undefined : fieldOf(kinds)
  const caseFields = part.cases ? [part.cases.field, part.cases.except?.field] : []
  return [
    ...caseFields.flatMap((name) => (name === undefined || fieldOf(name) ? [] : [`${name}: no such field`])),
    ...(part.personNames?.of === 'CASES' && !part.cases ? ['personNames of CASES: expected cases'] : []),
    ...(day && (day.value.type !== 'DATE' || day.required !== true)
      ? [`${determinedOn}: expected a date that is required`]
      : []),
    ...(grade === undefined && kinds === undefined ? ['expected grade or kinds'] : []),
    ...(grade && 'field' in grade ? codesOnly(grade.field, Object.keys(grade.gradeOf)) : []),
    ...(text && text.value.type !== 'TEXT' && text.value.type !== 'CODE'
      ? [`${kinds}: expected a field of type TEXT or CODE`]
      : []),
    ...(corrected ? codesOnly(corrected.field, corrected.in) : []),
    ...(category === 'LIST' && lists === 'LISTS_NOBODY' ? ['category LIST: the dataset has no listing'] : []),
  ]
}
