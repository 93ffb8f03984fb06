import { z } from 'zod'
import { isLegalDay } from '../kernel/clock.ts'
import { definitionSchema } from './definition.ts'

/** A file of catalogue rows: list types, measures, datasets. `admin catalogue import` loads it. */

const text = z.string().min(1).max(2_000)
const code = z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/)
const day = z.string().refine(isLegalDay, 'expected a day, YYYY-MM-DD')

export const listNatures = ['SERIOUS_DISHONESTY', 'TRUSTWORTHY', 'KEY_ATTENTION', 'JOINT_PUNISHMENT'] as const
export type ListNature = (typeof listNatures)[number]

const listType = z.strictObject({
  code,
  name: text,
  /** Black (严重失信), red (守信), a mere hint (重点关注), or objects of joint punishment (联合惩戒对象). */
  nature: z.enum(listNatures),
  field: text,
  scope: z.enum(['NATIONAL', 'PROVINCIAL', 'CITY']),
  basis: z.array(text),
  determinedBy: text,
  /** Months in force where a record does not say; null: until it exits. */
  termMonths: z.int().min(1).nullable(),
  status: z.enum(['DRAFT', 'ACTIVE', 'RETIRED']),
  effectiveFrom: day,
  effectiveTo: day.nullable().default(null),
})

const measure = z.strictObject({
  code,
  name: text,
  content: text,
  class: text,
  legalBasis: z.array(text).min(1),
  /** Kinds of departments that apply it; empty: every department. */
  departmentKinds: z.array(z.string()),
  matters: z.array(z.string()),
  triggeredBy: z.array(code).min(1),
  effectiveFrom: day,
  effectiveTo: day.nullable().default(null),
})

const dataset = z.strictObject({
  code,
  department: z.string(),
  listType: code.nullable().default(null),
  status: z.enum(['DRAFT', 'ACTIVE', 'RETIRED']),
  definition: definitionSchema,
})

export const catalogueFileSchema = z.strictObject({
  listTypes: z.array(listType).default([]),
  measures: z.array(measure).default([]),
  datasets: z.array(dataset).default([]),
})

export type CatalogueFile = z.infer<typeof catalogueFileSchema>
