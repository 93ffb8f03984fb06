import { createHash } from 'node:crypto'
import { inForceOn, isShared } from '../enquiries/listing-sql.ts'
import { likeLiteral } from '../kernel/like-pattern.ts'
import type { NameQuestion } from './search-question.ts'

/** The conditions of a search as SQL text, which the statements of the stores are put together from. */

export type SearchScope = {
  /** Datasets whose records the asker may know of, and those of its own. */
  datasetIds: readonly number[]
  ownDatasetIds: readonly number[]
  /** The beginning of a division code; null: anywhere. */
  division: string | null
  listType: string | null
  /** Only subjects with a listing in force on that day; null: any. */
  inForceOn: string | null
}

/** Collects the values of a statement and names their places; PostgreSQL wants none that the statement does not use. */
export class Values {
  readonly all: unknown[] = []

  add(value: unknown): string {
    this.all.push(value)
    return `$${this.all.length}`
  }

  /**
   * The statement, prepared where many searches say the same but for the values: reading it takes as long as running it.
   * Others are so various that a connection would keep too many.
   */
  statement(text: string, isUsual: boolean): { text: string; values: unknown[]; name?: string } {
    const statement = { text, values: this.all }
    return isUsual ? { ...statement, name: createHash('sha256').update(text).digest('base64url') } : statement
  }

  /** Added when it is first used. */
  later(value: unknown): () => string {
    let place: string | null = null
    return () => {
      place ??= this.add(value)
      return place
    }
  }
}

/** The conditions of one question in SQL, about the alias of a row of searchable_name. */
export function conditionsOf(values: Values, question: NameQuestion) {
  const exact = values.later(question.exact)
  const begins = values.later(question.exact.map((text) => `${likeLiteral(text)}%`))
  const heads = values.later(question.heads)
  const spelledHeads = question.terms.flatMap(({ spellings }) =>
    spellings.flatMap(({ head, grams }) => (head ? [values.later([head, ...grams])] : [])),
  )
  const terms = question.terms.map(({ literal, literalGrams, spellings }) => ({
    literal: values.later(`%${likeLiteral(literal)}%`),
    literalGrams: literalGrams.length > 0 ? values.later(literalGrams) : null,
    spellings: spellings.map(({ grams, pattern, isPatternNeeded }) => ({
      grams: values.later(grams),
      pattern: isPatternNeeded ? values.later(pattern) : null,
    })),
  }))
  const cores = coreConditions(values, question)
  const headConditions = (n: string) => [
    `${n}.grams && ${heads()}::text[]`,
    ...spelledHeads.map((grams) => `${n}.grams @> ${grams()}::text[]`),
    `${n}.subject_id = ANY (ARRAY(SELECT m.subject_id FROM subject_name m WHERE m.key = ANY (${exact()}::text[])))`,
  ]
  return {
    // CASE keeps the planner from estimating conditions that no index is meant to answer, which takes it longer than the search.
    matches: (n: string) =>
      allOf(
        terms.map(({ literal, spellings }) =>
          spellings.length === 0
            ? `${n}.name_key LIKE ${literal()}`
            : judged([
                `${n}.name_key LIKE ${literal()}`,
                ...spellings.map(({ grams, pattern }) =>
                  allOf([
                    `${n}.grams @> ${grams()}::text[]`,
                    ...(pattern ? [`${n}.reading ~ ${pattern()}`] : []),
                  ]),
                ),
              ]),
        ),
      ),
    /** What can be looked up in the index; `matches` is judged of what that finds. */
    hasGrams: (n: string) =>
      allOf(
        terms.flatMap(({ literalGrams, spellings }) => {
          const sets = [...(literalGrams ? [literalGrams] : []), ...spellings.map(({ grams }) => grams)]
          return sets.length > 0 ? [anyOf(sets.map((grams) => `${n}.grams @> ${grams()}::text[]`))] : []
        }),
      ),
    /** Place in `searchTiers`. */
    tier: (n: string) => `
      CASE WHEN ${anyOf([`${n}.core = ANY (${exact()}::text[])`, `${n}.name_key = ANY (${exact()}::text[])`, ...cores.whole(n)])} THEN 0
           WHEN ${n}.trade_name = ANY (${exact()}::text[]) THEN 1
           WHEN ${anyOf([`${n}.core LIKE ANY (${begins()}::text[])`, ...cores.begins(n)])} THEN 2
           ELSE 3 END`,
    /** Names of the first tiers, found without reading those of the last. */
    isHead: (n: string) => anyOf(headConditions(n)),
    isNoHead: (n: string) => `NOT ${judged(headConditions(n))}`,
  }
}

const anyOf = (conditions: readonly string[]) => `(${conditions.join(' OR ')})`
const judged = (conditions: readonly string[]) =>
  `(CASE ${conditions.map((condition) => `WHEN ${condition} THEN true`).join(' ')} ELSE false END)`
const allOf = (conditions: readonly string[]) => `(${conditions.join(' AND ')})`

/** One part, with few ways to read it. */
export const isUsual = ({ terms }: NameQuestion): boolean =>
  terms.length === 1 && terms.every(({ spellings }) => spellings.length <= 2)

/** Whether a core is spelled so, or begins so: as text where that says it, which is quicker than a regular expression. */
function coreConditions(values: Values, question: NameQuestion) {
  const cores = question.terms.flatMap(({ spellings }) => spellings.map(({ core }) => core))
  const conditions = (['PINYIN', 'INITIALS', 'PATTERN'] as const).flatMap((by) => {
    const texts = cores.flatMap((core) => (core.by === by ? [core.text] : []))
    if (texts.length === 0) return []
    if (by === 'PATTERN') {
      const whole = values.later(`^(?:${texts.join('|')})$`)
      const begins = values.later(`^(?:${texts.join('|')})( |$)`)
      return [
        {
          whole: (n: string) => `${n}.pinyin ~ ${whole()}`,
          begins: (n: string) => `${n}.pinyin ~ ${begins()}`,
        },
      ]
    }
    const column = by === 'PINYIN' ? 'pinyin' : 'initials'
    const whole = values.later(texts)
    const begins = values.later(texts.map((text) => (by === 'PINYIN' ? `${text} %` : `${text}%`)))
    return [
      {
        whole: (n: string) => `${n}.${column} = ANY (${whole()}::text[])`,
        begins: (n: string) => `${n}.${column} LIKE ANY (${begins()}::text[])`,
      },
    ]
  })
  return {
    whole: (n: string) => conditions.map((condition) => condition.whole(n)),
    begins: (n: string) => conditions.map((condition) => condition.begins(n)),
  }
}

// A scalar subquery is asked row by row, in the order of the rows, and only until the page is full; EXISTS would be joined.
const is = (query: string) => `(SELECT true ${query} LIMIT 1)`

/** The parts of a name (`NameParts`) out of a row of searchable_name. */
export const partsIn = (n: string) => `
  json_build_object('norm', ${n}.name_key, 'core', ${n}.core, 'tradeName', ${n}.trade_name, 'industry', ${n}.industry,
    'region', ${n}.region, 'regionCode', ${n}.region_code, 'orgForm', ${n}.org_form, 'branch', ${n}.branch,
    'pinyin', ${n}.pinyin, 'initials', ${n}.initials)`

/** Whether the asker may know of the subject, and whether it is among those asked for. */
export function admits(values: Values, scope: SearchScope): (n: string) => string {
  const datasets = values.add(scope.datasetIds)
  const own = values.add(scope.ownDatasetIds)
  const division = scope.division === null ? null : values.add(`${scope.division}%`)
  const listType = scope.listType === null ? null : values.add(scope.listType)
  const day = scope.inForceOn === null ? null : values.add(scope.inForceOn)
  const ofType = listType === null ? '' : `AND l.list_type_code = ${listType}`
  const onDay = day === null ? '' : `AND ${inForceOn(`${day}::date`)}`
  return (n) =>
    [
      is(`FROM record r WHERE r.subject_id = ${n}.subject_id AND r.dataset_id = ANY (${datasets}::int[])
             AND ${isShared('r', own)}`),
      ...(division === null
        ? []
        : [
            is(`FROM subject s WHERE s.id = ${n}.subject_id
                 AND (substr(s.uscc, 3, 6) LIKE ${division} OR EXISTS (
                   SELECT FROM searchable_name d WHERE d.subject_id = s.id AND d.region_code LIKE ${division}))`),
          ]),
      ...(listType === null && day === null
        ? []
        : [
            is(`FROM listing l JOIN record r ON r.id = l.record_id
               WHERE l.subject_id = ${n}.subject_id AND l.dataset_id = ANY (${datasets}::int[])
                 AND ${isShared('r', own)} ${ofType} ${onDay}`),
          ]),
    ].join(' AND ')
}

/** Of a subject with several names that answer, the one that answers best; among equals the name it bears. */
export function isBest(conditions: ReturnType<typeof conditionsOf>, n: string): string {
  const order = (alias: string) => `(${conditions.tier(alias)}, ${alias}.is_former, ${alias}.name_key)`
  return `${is(`FROM searchable_name o WHERE o.subject_id = ${n}.subject_id AND o.name_key <> ${n}.name_key
     AND ${conditions.matches('o')} AND ${order('o')} < ${order(n)}`)} IS NULL`
}
