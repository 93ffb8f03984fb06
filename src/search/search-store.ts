import type { FoundSubject } from '../enquiries/screening.ts'
import { subjectOf } from '../enquiries/subject-sql.ts'
import type { Queryable } from '../kernel/database.ts'
import type { NameParts } from '../names/name-parts.ts'
import type { NameQuestion } from './search-question.ts'
import { admits, conditionsOf, isBest, isUsual, partsIn, type SearchScope, Values } from './search-sql.ts'

/**
 * Search in SQL. Answers stand in one order: how well the core of the name answers (tier), then the place of the subject,
 * which has no meaning but is the same for everyone and for ever. So the best answers to a rare word are sorted out of all
 * its answers, and those to a common one are read off the index of places, without either being told apart by the reader.
 */

/** Behind which answer to go on. */
export type SearchPosition = { tier: number; place: number; subjectId: number }

export type SearchRow = SearchPosition & {
  subject: FoundSubject
  name: string
  isFormer: boolean
  parts: NameParts
  reading: string
}

/** Without the arrays, which are most of a row. */
const told = (n: string) =>
  [
    'subject_id name_key name is_former place core trade_name industry region region_code org_form',
    'branch pinyin initials reading',
  ]
    .flatMap((columns) => columns.split(' '))
    .map((column) => `${n}.${column}`)
    .join(', ')

/** What is told of the names on one page, in its order. The subject is fetched row by row: a page has few. */
const toldOf = (page: string) => `
  SELECT n.tier, n.place, n.subject_id AS "subjectId", n.name, n.is_former OR s.id <> n.subject_id AS "isFormer", n.reading, s.subject,
         ${partsIn('n')} AS parts
    FROM (${page}) n
    CROSS JOIN LATERAL ${subjectOf('n.subject_id')} s
   ORDER BY n.tier, n.place, n.subject_id`

const start: SearchPosition = { tier: -1, place: -1, subjectId: -1 }

/**
 * Answers behind a position, sorted out of all there are. `HEADS`: only those whose core begins like the question, which are
 * few for a common word as well; `REST`: the others.
 */
export async function sortedAnswers(
  database: Queryable,
  question: NameQuestion,
  scope: SearchScope,
  page: { after: SearchPosition | null; limit: number; part: 'ALL' | 'HEADS' | 'REST' },
): Promise<SearchRow[]> {
  const values = new Values()
  const conditions = conditionsOf(values, question)
  const admitted = admits(values, scope)
  const after = page.after ?? start
  const behind = `(${values.add(after.tier)}::int, ${values.add(after.place)}::int, ${values.add(after.subjectId)}::bigint)`
  const found = {
    ALL: () => conditions.hasGrams('n'),
    HEADS: () => conditions.isHead('n'),
    REST: () => `${conditions.hasGrams('n')} AND ${conditions.isNoHead('n')}`,
  }[page.part]()
  const lastTier = page.part === 'REST' ? '3' : conditions.tier('n')
  // All names that answer are here, so the best one of each subject is as well: only that of REST may be among the heads.
  const best = page.part === 'REST' ? `AND ${isBest(conditions, 'h')}` : ''
  const text = toldOf(`
    WITH hit AS MATERIALIZED (
      SELECT DISTINCT ON (subject_id) * FROM (
        SELECT ${told('n')}, ${lastTier} AS tier FROM searchable_name n
         WHERE ${found} AND ${conditions.matches('n')}) n
       ORDER BY subject_id, tier, is_former, name_key)
    SELECT * FROM (SELECT * FROM hit WHERE (tier, place, subject_id) > ${behind} ORDER BY tier, place, subject_id OFFSET 0) h
     WHERE ${admitted('h')} ${best}
     ORDER BY h.tier, h.place, h.subject_id LIMIT ${values.add(page.limit)}`)
  const { rows } = await database.query(values.statement(text, isUsual(question)))
  return rows
}

/** How far a stretch of names in the order of places was looked through. */
export type LookedThrough = {
  names: number
  matching: number
  last: { place: number; subjectId: number } | null
}

/**
 * Answers to a common word that are no heads, behind a position, read off the index of places: one in so many names is an
 * answer. No more than `most` names are looked through.
 */
export async function answersInPlace(
  database: Queryable,
  question: NameQuestion,
  scope: SearchScope,
  page: { after: SearchPosition | null; limit: number; most: number },
): Promise<SearchRow[]> {
  const values = new Values()
  const conditions = conditionsOf(values, question)
  const admitted = admits(values, scope)
  const stretch = stretchOf(values, page)
  const text = toldOf(`
    SELECT ${told('n')}, 3 AS tier FROM (${stretch}) n
     WHERE ${conditions.matches('n')} AND ${conditions.isNoHead('n')} AND ${isBest(conditions, 'n')} AND ${admitted('n')}
     ORDER BY n.place, n.subject_id LIMIT ${values.add(page.limit)}`)
  const { rows } = await database.query(values.statement(text, isUsual(question)))
  return rows
}

export async function lookedThrough(
  database: Queryable,
  question: NameQuestion,
  page: { after: SearchPosition | null; most: number },
): Promise<LookedThrough> {
  const values = new Values()
  const conditions = conditionsOf(values, question)
  const { rows } = await database.query(
    `WITH stretch AS MATERIALIZED (${stretchOf(values, page)})
     SELECT count(*) AS names, count(*) FILTER (WHERE ${conditions.matches('n')}) AS matching,
            (SELECT json_build_object('place', l.place, 'subjectId', l.subject_id)
               FROM stretch l ORDER BY l.place DESC, l.subject_id DESC LIMIT 1) AS last
       FROM stretch n`,
    values.all,
  )
  return rows[0]
}

function stretchOf(values: Values, page: { after: SearchPosition | null; most: number }): string {
  const { place, subjectId } = page.after ?? start
  return `SELECT * FROM searchable_name
           WHERE (place, subject_id) > (${values.add(place)}::int, ${values.add(subjectId)}::bigint)
           ORDER BY place, subject_id LIMIT ${values.add(page.most)}`
}

/** Subjects that answer, counted up to `most`. */
export async function countAnswers(
  database: Queryable,
  question: NameQuestion,
  scope: SearchScope,
  by: { words: 'RARE' | 'COMMON'; most: number; lookThrough: number },
): Promise<number> {
  const values = new Values()
  const conditions = conditionsOf(values, question)
  const admitted = admits(values, scope)
  const names =
    by.words === 'RARE'
      ? `SELECT n.* FROM searchable_name n WHERE ${conditions.hasGrams('n')} AND ${conditions.matches('n')} OFFSET 0`
      : stretchOf(values, { after: null, most: by.lookThrough })
  const { rows } = await database.query(
    `SELECT count(DISTINCT subject_id) AS count FROM (
       SELECT n.subject_id FROM (${names}) n
        WHERE ${conditions.matches('n')} AND ${admitted('n')} LIMIT ${values.add(by.most)}) found`,
    values.all,
  )
  return Number(rows[0].count)
}

/** Which grams are common, by the statistics that PostgreSQL keeps: the share of names that have each, and how many names there are. */
export async function commonGrams(
  database: Queryable,
): Promise<{ names: number; shares: ReadonlyMap<string, number> }> {
  const { rows } = await database.query(
    `SELECT (SELECT reltuples FROM pg_class WHERE oid = 'searchable_name'::regclass) AS names,
            coalesce(most_common_elems::text::text[], '{}') AS grams, coalesce(most_common_elem_freqs, '{}') AS shares
       FROM (SELECT 1) one LEFT JOIN pg_stats
         ON schemaname = current_schema() AND tablename = 'searchable_name' AND attname = 'grams'`,
  )
  const [{ names, grams, shares }] = rows
  return {
    names: Math.max(0, Number(names)),
    shares: new Map(grams.map((gram: string, i: number) => [gram, Number(shares[i])])),
  }
}
