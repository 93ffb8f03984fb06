import { wasMentioned } from '../enquiries/known-then.ts'
import { isShared } from '../enquiries/listing-sql.ts'
import type { FoundSubject } from '../enquiries/screening.ts'
import { subjectOf, subjectOfAt } from '../enquiries/subject-sql.ts'
import type { Queryable } from '../kernel/database.ts'
import type { NameParts } from '../names/name-parts.ts'
import { partColumns } from './search-sql.ts'

/** A name that shares keys with the `item`-th of those asked for. */
export type CandidateRow = NameParts & { item: number; subjectId: number; name: string; isFormer: boolean }

/** What the asker may know of: now, or at a position of the feed. */
export type CandidateScope = {
  datasetIds: readonly number[]
  ownDatasetIds: readonly number[]
  knownPosition: number | null
}

/** For each set of keys the names that share most of them, of organisations that the asker may know of. One statement for all. */
export async function namesSharingKeys(
  database: Queryable,
  keySets: readonly (readonly number[])[],
  scope: CandidateScope,
  limit: number,
): Promise<CandidateRow[]> {
  const isKnown =
    scope.knownPosition === null
      ? `EXISTS (SELECT FROM record r WHERE r.subject_id = n.subject_id AND r.dataset_id = ANY ($3::int[])
                    AND ${isShared('r', '$4')})`
      : wasMentioned('n.subject_id', '$3', '$6', '$4')
  const { rows } = await database.query(
    `SELECT q.item, c.*
       FROM (SELECT item, array_agg(key) AS keys FROM unnest($1::int[], $2::int[]) AS k (item, key) GROUP BY item) q
      CROSS JOIN LATERAL (
        SELECT n.subject_id AS "subjectId", n.name, n.is_former AS "isFormer", ${partColumns('n')}
          FROM (SELECT * FROM searchable_name WHERE candidate_keys && q.keys
                 ORDER BY (SELECT count(*) FROM unnest(candidate_keys) key WHERE key = ANY (q.keys)) DESC,
                          place, subject_id, name_key OFFSET 0) n
         WHERE (SELECT ${isKnown})
         LIMIT $5) c`,
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

/** The subjects that stand for these. */
export async function subjectsStandingFor(
  database: Queryable,
  subjectIds: readonly number[],
  { knownPosition }: CandidateScope,
): Promise<Map<number, FoundSubject>> {
  const { rows } = await database.query(
    `SELECT i.id, s.subject FROM unnest($1::bigint[]) AS i (id)
      CROSS JOIN LATERAL ${knownPosition === null ? subjectOf('i.id') : subjectOfAt('i.id', '$2')} s`,
    [subjectIds, ...(knownPosition === null ? [] : [knownPosition])],
  )
  return new Map(rows.map(({ id, subject }) => [id, subject]))
}
