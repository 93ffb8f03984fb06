import { wasMentioned } from '../enquiries/known-then.ts'
import { isShared } from '../enquiries/listing-sql.ts'
import type { FoundSubject } from '../enquiries/screening.ts'
import { subjectOf, subjectOfAt } from '../enquiries/subject-sql.ts'
import type { Queryable } from '../kernel/database.ts'
import type { NameParts } from '../names/name-parts.ts'
import { partsIn } from './search-sql.ts'

/** A name that shares keys with the `item`-th of those asked for. */
export type CandidateRow = {
  item: number
  subject: FoundSubject
  name: string
  isFormer: boolean
  parts: NameParts
}

/**
 * For each set of keys the names that share most of them, of organisations that the asker may know of: now, or at a
 * position of the feed. One statement for all.
 */
export async function namesSharingKeys(
  database: Queryable,
  keySets: readonly (readonly number[])[],
  scope: {
    datasetIds: readonly number[]
    ownDatasetIds: readonly number[]
    knownPosition: number | null
  },
  limit: number,
): Promise<CandidateRow[]> {
  const isKnown =
    scope.knownPosition === null
      ? `EXISTS (SELECT FROM record r WHERE r.subject_id = n.subject_id AND r.dataset_id = ANY ($3::int[])
                    AND ${isShared('r', '$4')})`
      : wasMentioned('n.subject_id', '$3', '$6', '$4')
  const { rows } = await database.query(
    `SELECT c.item, c.name, c.is_former OR s.id <> c.subject_id AS "isFormer", s.subject,
            ${partsIn('c')} AS parts
       FROM (SELECT item, array_agg(key) AS keys FROM unnest($1::int[], $2::int[]) AS k (item, key) GROUP BY item) q
      CROSS JOIN LATERAL (
        SELECT q.item, n.*
          FROM (SELECT * FROM searchable_name WHERE candidate_keys && q.keys
                 ORDER BY (SELECT count(*) FROM unnest(candidate_keys) key WHERE key = ANY (q.keys)) DESC,
                          place, subject_id, name_key OFFSET 0) n
         WHERE (SELECT ${isKnown})
         LIMIT $5) c
      CROSS JOIN LATERAL ${scope.knownPosition === null ? subjectOf('c.subject_id') : subjectOfAt('c.subject_id', '$6')} s`,
    [
      keySets.flatMap((keys, item) => keys.map(() => item)),
      keySets.flat(),
      scope.datasetIds,
      scope.ownDatasetIds,
      limit,
      ...(scope.knownPosition === null ? [] : [scope.knownPosition]),
    ],
  )
  return rows
}
