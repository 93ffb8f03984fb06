import { createHash } from 'node:crypto'
import { inForceOn, isShared } from '../enquiries/listing-sql.ts'
import { likeLiteral } from '../kernel/like-pattern.ts'
import type { NameParts } from '../names/name-parts.ts'
import type { NameQuestion, Spelling } from './search-question.ts'

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
   * A value that is none of the planner's business. Seeing it, the planner takes the index for cheaper and so plans anew
   * each time, which takes as long as the search; not seeing it, it keeps one plan for all values.
   */
  unseen(value: unknown, type: string): string {
    return `(SELECT ${this.add(value)}::${type})::${type}`
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
  later(value: unknown, type: string): () => string {
    let place: string | null = null
    return () => {
      place ??= this.unseen(value, type)
      return place
    }
  }
}

/** The conditions of one question in SQL, about the alias of a row of searchable_name. */
export function conditionsOf(values: Values, question: NameQuestion) {
  const exact = values.later(question.exact, 'text[]')
  const begins = values.later(
    question.exact.map((text) => `${likeLiteral(text)}%`),
    'text[]',
  )
  const heads = values.later(question.heads, 'text[]')
  const spelledHeads = question.terms.flatMap(({ spellings }) =>
    spellings.flatMap((spelling) =>
      spelling.head === null || commonHeadOf(question, spelling)
        ? []
        : [values.later([spelling.head, ...spelling.grams], 'text[]')],
    ),
  )
  const terms = question.terms.map(({ literal, literalGrams, spellings }) => ({
    literal: values.later(`%${likeLiteral(literal)}%`, 'text'),
    literalGrams: literalGrams.length > 0 ? values.later(literalGrams, 'text[]') : null,
    spellings: spellings.map(({ grams, pattern, isPatternNeeded }) => ({
      grams: values.later(grams, 'text[]'),
      pattern: isPatternNeeded ? values.later(pattern, 'text') : null,
    })),
  }))
  const cores = coreConditions(values, question)
  const tier = (n: string) => `
      CASE WHEN ${anyOf([`${n}.core = ANY (${exact()})`, `${n}.name_key = ANY (${exact()})`, ...cores.whole(n)])} THEN 0
           WHEN ${n}.trade_name = ANY (${exact()}) THEN 1
           WHEN ${anyOf([`${n}.core LIKE ANY (${begins()})`, ...cores.begins(n)])} THEN 2
           ELSE 3 END`
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
                  allOf([`${n}.grams @> ${grams()}`, ...(pattern ? [`${n}.reading ~ ${pattern()}`] : [])]),
                ),
              ]),
        ),
      ),
    /** What can be looked up in the index; `matches` is judged of what that finds. */
    hasGrams: (n: string) =>
      allOf(
        terms.flatMap(({ literalGrams, spellings }) => {
          const sets = [...(literalGrams ? [literalGrams] : []), ...spellings.map(({ grams }) => grams)]
          return sets.length > 0 ? [anyOf(sets.map((grams) => `${n}.grams @> ${grams()}`))] : []
        }),
      ),
    /** Place in `searchTiers`. */
    tier,
    /**
     * What can be looked up of the names of the first tiers, without reading those of the last; those with one of
     * `commonHeads` are not among it.
     */
    hasHead: (n: string) =>
      anyOf([
        `${n}.grams && ${heads()}`,
        ...spelledHeads.map((grams) => `${n}.grams @> ${grams()}`),
        `${n}.subject_id = ANY (ARRAY(SELECT m.subject_id FROM subject_name m WHERE m.key = ANY (${exact()})))`,
      ]),
    commonHeads: question.terms.flatMap(({ spellings }) =>
      spellings.flatMap((spelling) => {
        const head = commonHeadOf(question, spelling)
        return head ? [{ column: head.column, text: values.later(head.text, 'text') }] : []
      }),
    ),
  }
}

/** A beginning that so many cores have that they stand in an index of their own, in the order of the answers. */
function commonHeadOf({ terms }: NameQuestion, { core: { by, text } }: Spelling) {
  if (terms.length > 1) return null
  if (by === 'INITIALS' && text.length === 2)
    return { column: (n: string) => ({ all: `${n}.initials`, head: `left(${n}.initials, 2)` }), text }
  if (by === 'PINYIN' && !text.includes(' '))
    return { column: (n: string) => ({ all: `${n}.pinyin`, head: `split_part(${n}.pinyin, ' ', 1)` }), text }
  return null
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
      const whole = values.later(`^(?:${texts.join('|')})$`, 'text')
      const begins = values.later(`^(?:${texts.join('|')})( |$)`, 'text')
      return [
        {
          whole: (n: string) => `${n}.pinyin ~ ${whole()}`,
          begins: (n: string) => `${n}.pinyin ~ ${begins()}`,
        },
      ]
    }
    const column = by === 'PINYIN' ? 'pinyin' : 'initials'
    const whole = values.later(texts, 'text[]')
    const begins = values.later(
      texts.map((text) => (by === 'PINYIN' ? `${text} %` : `${text}%`)),
      'text[]',
    )
    return [
      {
        whole: (n: string) => `${n}.${column} = ANY (${whole()})`,
        begins: (n: string) => `${n}.${column} LIKE ANY (${begins()})`,
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

/** The columns of a row of searchable_name that are the parts of its name. */
export const partColumns = (n: string) => `
  ${n}.name_key AS norm, ${n}.core, ${n}.trade_name AS "tradeName", ${n}.industry, ${n}.region, ${n}.region_code AS "regionCode",
  ${n}.org_form AS "orgForm", ${n}.branch, ${n}.pinyin, ${n}.initials`

export const partsOf = (row: NameParts): NameParts => ({
  norm: row.norm,
  core: row.core,
  tradeName: row.tradeName,
  industry: row.industry,
  region: row.region,
  regionCode: row.regionCode,
  orgForm: row.orgForm,
  branch: row.branch,
  pinyin: row.pinyin,
  initials: row.initials,
})

/** Whether the asker may know of the subject, and whether it is among those asked for. */
export function admits(values: Values, scope: SearchScope): (n: string) => string {
  const datasets = values.unseen(scope.datasetIds, 'int[]')
  const own = values.unseen(scope.ownDatasetIds, 'int[]')
  const division = scope.division === null ? null : values.unseen(`${scope.division}%`, 'text')
  const listType = scope.listType === null ? null : values.unseen(scope.listType, 'text')
  const day = scope.inForceOn === null ? null : values.unseen(scope.inForceOn, 'date')
  const ofType = listType === null ? '' : `AND l.list_type_code = ${listType}`
  const onDay = day === null ? '' : `AND ${inForceOn(day)}`
  return (n) =>
    [
      is(`FROM record r WHERE r.subject_id = ${n}.subject_id AND r.dataset_id = ANY (${datasets})
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
               WHERE l.subject_id = ${n}.subject_id AND l.dataset_id = ANY (${datasets})
                 AND ${isShared('r', own)} ${ofType} ${onDay}`),
          ]),
    ].join(' AND ')
}

/**
 * Of a subject with several names that answer, or of several judged the same, the name that answers best; among equals the
 * one that it bears. What the asker may not know of does not stand before what it may. `canonical` is the id of the
 * subject that stands for it, null for most.
 */
export function isBest(
  conditions: ReturnType<typeof conditionsOf>,
  admitted: (n: string) => string,
  { n, canonical, tier }: { n: string; canonical: string; tier: string },
): string {
  const ofSubject = is(`FROM searchable_name o
    WHERE o.subject_id = ${n}.subject_id AND o.name_key <> ${n}.name_key AND ${conditions.matches('o')}
      AND (${conditions.tier('o')}, o.is_former, o.name_key) < (${tier}, ${n}.is_former, ${n}.name_key)`)
  const ofTheSame = is(`FROM subject m JOIN searchable_name o ON o.subject_id = m.id
    WHERE m.canonical_id = ${canonical} AND m.id <> ${n}.subject_id AND ${conditions.matches('o')} AND ${admitted('o')}
      AND (${conditions.tier('o')}, o.is_former OR m.id <> m.canonical_id, m.id)
          < (${tier}, ${n}.is_former OR ${n}.subject_id <> m.canonical_id, ${n}.subject_id)`)
  return `${ofSubject} IS NULL AND (${canonical} IS NULL OR ${ofTheSame} IS NULL)`
}
