import type { FoundSubject } from '../enquiries/screening.ts'
import { subjectFrom } from '../enquiries/subject-sql.ts'
import type { Queryable } from '../kernel/database.ts'
import type { NameParts } from '../names/name-parts.ts'
import { searchTiers } from './search-hit.ts'
import type { NameQuestion } from './search-question.ts'
import {
  admits,
  conditionsOf,
  isBest,
  isUsual,
  partColumns,
  partsOf,
  type SearchScope,
  Values,
} from './search-sql.ts'

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
const columns = (n: string) =>
  [
    'subject_id name_key name is_former place core trade_name industry region region_code org_form',
    'branch pinyin initials reading',
  ]
    .flatMap((names) => names.split(' '))
    .map((column) => `${n}.${column}`)
    .join(', ')

const inOrder = (n: string) => `${n}.tier, ${n}.place, ${n}.subject_id`

/** Row by row, for the few names of a page. */
const joinSubjectOf = (n: string) =>
  `CROSS JOIN LATERAL (SELECT * FROM subject WHERE id = ${n}.subject_id LIMIT 1) own`

const canonicalOf = (n: string) => `(SELECT c.canonical_id FROM subject c WHERE c.id = ${n}.subject_id)`

/** What is told of a name and its subject `own`. */
const told = (n: string, tier: string) => `
  ${tier} AS tier, ${n}.place, ${n}.subject_id AS "subjectId", ${n}.name, ${n}.reading, ${partColumns(n)},
  ${n}.is_former OR coalesce(own.canonical_id, own.id) <> own.id AS "isFormer", ${subjectFrom('own')} AS subject`

async function read(
  database: Queryable,
  question: NameQuestion,
  values: Values,
  text: string,
): Promise<SearchRow[]> {
  const { rows } = await database.query(values.statement(text, isUsual(question)))
  return rows.map((row) => ({
    tier: row.tier,
    place: row.place,
    subjectId: row.subjectId,
    subject: row.subject,
    name: row.name,
    isFormer: row.isFormer,
    reading: row.reading,
    parts: partsOf(row),
  }))
}

const start: SearchPosition = { tier: -1, place: -1, subjectId: -1 }

/**
 * Answers behind a position, sorted out of all there are. `HEADS`: only those whose core answers (tiers before the last),
 * which are fewer; `REST`: the others.
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
  const shown = (n: string, tier: string, canonical: string) =>
    `${admitted(n)} AND ${isBest(conditions, admitted, { n, canonical, tier })}`
  const after = page.after ?? start
  const behind = `(${values.unseen(after.tier, 'int')}, ${values.unseen(after.place, 'int')}, ${values.unseen(after.subjectId, 'bigint')})`
  const limit = values.add(page.limit)
  const sorted = (found: string, tiers: string) => `
    SELECT ${told('h', 'h.tier')} FROM (
      SELECT * FROM (SELECT ${columns('n')}, ${conditions.tier('n')} AS tier FROM searchable_name n
                      WHERE ${found} AND ${conditions.matches('n')} OFFSET 0) f
       WHERE ${tiers} AND (${inOrder('f')}) > ${behind} ORDER BY ${inOrder('f')} OFFSET 0) h
     ${joinSubjectOf('h')}
     WHERE ${shown('h', 'h.tier', 'own.canonical_id')} ORDER BY ${inOrder('h')} LIMIT ${limit}`
  switch (page.part) {
    case 'ALL':
      return read(database, question, values, sorted(conditions.hasGrams('n'), 'true'))
    case 'REST':
      return read(database, question, values, sorted(conditions.hasGrams('n'), `tier = ${lastTier}`))
    case 'HEADS': {
      const sources = conditions.commonHeads.map(({ column, text }) => {
        const { all, head } = column('n')
        return `
          SELECT ${told('h', 'h.tier')} FROM (
            SELECT ${columns('n')}, ${conditions.tier('n')} AS tier FROM searchable_name n
             WHERE ${head} = ${text()} AND (${all} <> ${head}, n.place, n.subject_id) > ${behindHead(values, after)}
               AND ${conditions.matches('n')} AND ${shown('n', conditions.tier('n'), canonicalOf('n'))}
             ORDER BY ${all} <> ${head}, n.place, n.subject_id LIMIT ${limit}) h ${joinSubjectOf('h')}`
      })
      const heads = [sorted(conditions.hasHead('n'), `tier < ${lastTier}`), ...sources]
      const merged = `SELECT DISTINCT ON (tier, place, "subjectId") *
                        FROM (${heads.map((source) => `(${source})`).join(' UNION ALL ')}) m
                       ORDER BY tier, place, "subjectId" LIMIT ${limit}`
      return read(database, question, values, heads.length === 1 ? heads.join('') : merged)
    }
  }
}

/** In the order of an index of common heads: whether the core is more than the head, then the place. */
function behindHead(values: Values, { tier, place, subjectId }: SearchPosition): string {
  // Of the second tier none has such a head, so behind one of it all longer cores come.
  const from = tier === 1 ? { place: -1, subjectId: -1 } : { place, subjectId }
  return `(${values.unseen(tier > 0, 'boolean')}, ${values.unseen(from.place, 'int')}, ${values.unseen(from.subjectId, 'bigint')})`
}

/** Names that are told in the order of places alone. */
export const lastTier = searchTiers.indexOf('CONTAINS')

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
  return read(
    database,
    question,
    values,
    `SELECT ${told('n', String(lastTier))} FROM (${stretchOf(values, page)}) n ${joinSubjectOf('n')}
      WHERE ${conditions.matches('n')} AND ${conditions.tier('n')} = ${lastTier}
        AND ${admitted('n')} AND ${isBest(conditions, admitted, { n: 'n', canonical: 'own.canonical_id', tier: String(lastTier) })}
      ORDER BY n.place, n.subject_id LIMIT ${values.add(page.limit)}`,
  )
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

/** How many names a stretch has stands in the statement: not seeing it, the planner would sort all names for it. */
function stretchOf(values: Values, page: { after: SearchPosition | null; most: number }): string {
  const { place, subjectId } = page.after ?? start
  return `SELECT * FROM searchable_name
           WHERE (place, subject_id) > (${values.unseen(place, 'int')}, ${values.unseen(subjectId, 'bigint')})
           ORDER BY place, subject_id LIMIT ${Math.trunc(page.most)}`
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
    `SELECT count(DISTINCT coalesce(s.canonical_id, s.id)) AS count FROM (
       SELECT n.subject_id FROM (${names}) n
        WHERE ${conditions.matches('n')} AND ${admitted('n')} LIMIT ${values.add(by.most)}) found
       JOIN subject s ON s.id = found.subject_id`,
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
