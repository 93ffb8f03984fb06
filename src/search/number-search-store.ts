import type { FoundSubject } from '../enquiries/screening.ts'
import { subjectOf } from '../enquiries/subject-sql.ts'
import type { Queryable } from '../kernel/database.ts'
import { organisationSchemes } from '../subjects/identifiers.ts'
import { admits, type SearchScope, Values } from './search-sql.ts'

/** `number` is that by which the subject was found, its place in the order of answers. */
export type NumberPosition = { number: string; subjectId: number }
export type NumberRow = { subject: FoundSubject; subjectId: number; number: string }

/**
 * Organisations with a number that begins so, in the order of the numbers. Numbers of persons are never looked through:
 * they are stored as keyed hashes, and found whole or not at all.
 */
export async function answersByNumber(
  database: Queryable,
  prefix: string,
  scope: SearchScope,
  page: { after: NumberPosition | null; limit: number },
): Promise<NumberRow[]> {
  const values = new Values()
  const admitted = admits(values, scope)
  const least = values.add(prefix)
  // Digits and capitals alone stand in the numbers, and in any collation nothing of these comes behind Z.
  const most = values.add(prefix.padEnd(longestNumber, 'Z'))
  const after = `(${values.add(page.after?.number ?? '')}::text, ${values.add(page.after?.subjectId ?? 0)}::bigint)`
  const limit = values.add(page.limit)
  const range = (column: string) =>
    `${column} >= ${least} AND ${column} <= ${most} AND (${column}, t.subject_id) > ${after} AND starts_with(${column}, ${least})`
  // Of several numbers that begin so, of one subject or of several judged the same, it is found by the first.
  const isFirst = (column: string) => `NOT EXISTS (
    SELECT FROM (SELECT t.subject_id UNION ALL
                 SELECT m.id FROM subject m
                  WHERE m.canonical_id = (SELECT c.canonical_id FROM subject c WHERE c.id = t.subject_id)
                    AND m.id <> t.subject_id) w
     CROSS JOIN LATERAL (SELECT n.uscc AS number FROM subject n WHERE n.id = w.subject_id UNION ALL
                         SELECT i.value_key FROM subject_identifier i
                          WHERE i.subject_id = w.subject_id AND i.scheme = ANY (${values.add(otherSchemes)}::text[])) x
     WHERE starts_with(x.number, ${least}) AND (x.number, w.subject_id) < (${column}, t.subject_id) AND ${admitted('w')})`
  const branches = [
    `SELECT t.subject_id, s.uscc AS number FROM subject s CROSS JOIN LATERAL (SELECT s.id AS subject_id) t
      WHERE ${range('s.uscc')} AND ${admitted('t')} AND ${isFirst('s.uscc')}`,
    ...otherSchemes.map(
      (scheme) => `
      SELECT t.subject_id, t.value_key AS number FROM subject_identifier t JOIN subject s ON s.id = t.subject_id
       WHERE t.scheme = '${scheme}' AND ${range('t.value_key')} AND s.kind = 'ORGANISATION'
         AND s.uscc IS DISTINCT FROM t.value_key AND ${admitted('t')} AND ${isFirst('t.value_key')}`,
    ),
  ]
  const { rows } = await database.query(
    `SELECT found.number,
            found.subject_id AS "subjectId", s.subject
       FROM (${branches.map((branch) => `(${branch} ORDER BY number, subject_id LIMIT ${limit})`).join(' UNION ALL ')}) found
      CROSS JOIN LATERAL ${subjectOf('found.subject_id')} s
      ORDER BY found.number, found.subject_id LIMIT ${limit}`,
    values.all,
  )
  return rows
}

const longestNumber = 20
const otherSchemes = organisationSchemes.filter((scheme) => scheme !== 'USCC')
