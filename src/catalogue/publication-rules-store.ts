import { z } from 'zod'
import { cachedReading } from '../kernel/cached-reading.ts'
import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { grades, type PublicationRules, ruleCategories } from './publication-rules.ts'

const dated = {
  effectiveFrom: z.string(),
  effectiveTo: z.string().nullable(),
  legalBasis: z.array(z.string()),
}

const row = z.object({
  publicationRules: z.array(
    z.object({
      ...dated,
      category: z.enum(ruleCategories),
      grade: z.enum(grades),
      shown: z.boolean(),
      minMonths: z.int().nullable(),
      maxMonths: z.int().nullable(),
    }),
  ),
  penaltyGrades: z.array(z.object({ ...dated, kind: z.string(), grade: z.enum(grades) })),
})

const selectPublicationRules = `
  SELECT
    (SELECT coalesce(json_agg(json_build_object(
        'category', category, 'grade', grade, 'effectiveFrom', effective_from, 'effectiveTo', effective_to,
        'shown', shown, 'minMonths', min_months, 'maxMonths', max_months, 'legalBasis', legal_basis)
        ORDER BY category, grade, effective_from), '[]') FROM publication_rule) AS "publicationRules",
    (SELECT coalesce(json_agg(json_build_object(
        'kind', kind, 'grade', grade, 'effectiveFrom', effective_from, 'effectiveTo', effective_to,
        'legalBasis', legal_basis) ORDER BY kind, effective_from), '[]') FROM penalty_grade) AS "penaltyGrades"`

/** Publication rules as they stand, also inside a transaction. */
export async function readPublicationRules(database: Queryable): Promise<PublicationRules> {
  const { rows } = await database.query(selectPublicationRules)
  return row.parse(rows[0])
}

export type PublicationRulesReader = { current(): Promise<PublicationRules> }

/** The same, as old at most as the catalogue may be. */
export function createPublicationRulesReader(
  database: Queryable,
  monotonicNow: () => number,
): PublicationRulesReader {
  return {
    current: cachedReading(() => readPublicationRules(database), limits.catalogueCacheTtl, monotonicNow),
  }
}
