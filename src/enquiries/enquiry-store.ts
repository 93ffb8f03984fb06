import type { Queryable } from '../kernel/database.ts'
import type { StoredContent } from '../records/record-content.ts'
import type { LookupKey } from '../subjects/identification.ts'
import type { FoundSubject } from './screening.ts'

/** Reading across subjects, names, listings and records. Each function is one statement, so one consistent picture. */

export type ListingRow = {
  id: number
  listTypeCode: string
  subjectId: number
  datasetId: number
  departmentName: string
  grade: string
  decisionNo: string
  reason: string
  listedOn: string
  endsOn: string | null
  exitedOn: string | null
}

export type Match = { scheme: string; key: string; subjectId: number }

export type Findings = {
  /** Position of the change feed at the moment of this picture. */
  position: number
  matches: Match[]
  subjects: FoundSubject[]
  listings: ListingRow[]
}

const listingColumns = `'id', l.id, 'listTypeCode', l.list_type_code, 'subjectId', l.subject_id, 'datasetId', l.dataset_id,
  'departmentName', l.department_name, 'grade', l.grade, 'decisionNo', l.decision_no, 'reason', l.reason,
  'listedOn', l.listed_on, 'endsOn', l.ends_on, 'exitedOn', l.exited_on`

/** In force (有效) on a day: from the day of listing to the last day of its term, and not on or after the day of exit. */
const inForceOn = (day: string) =>
  `l.listed_on <= ${day} AND (l.ends_on IS NULL OR ${day} <= l.ends_on) AND (l.exited_on IS NULL OR ${day} < l.exited_on)`

const findStatement = `
  WITH matched AS MATERIALIZED (
    SELECT 'USCC' AS scheme, uscc AS key, id AS subject_id FROM subject WHERE uscc = ANY ($1::text[])
    UNION ALL
    SELECT i.scheme, i.value_key, i.subject_id
      FROM subject_identifier i JOIN unnest($2::text[], $3::text[]) AS r (scheme, value_key) USING (scheme, value_key)
    UNION ALL
    SELECT 'NAME', n.key, n.subject_id
      FROM unnest($4::text[]) AS q (key)
      CROSS JOIN LATERAL (
        SELECT m.key, m.subject_id FROM subject_name m
         WHERE m.key = q.key AND (SELECT kind FROM subject s WHERE s.id = m.subject_id) = 'ORGANISATION'
         ORDER BY m.subject_id LIMIT $7) n
  ), found AS MATERIALIZED (
    SELECT DISTINCT subject_id FROM matched m
     WHERE EXISTS (SELECT FROM record r WHERE r.subject_id = m.subject_id AND r.dataset_id = ANY ($5::int[]))
  )
  SELECT (SELECT position FROM feed_head) AS position,
    (SELECT coalesce(json_agg(json_build_object('scheme', scheme, 'key', key, 'subjectId', subject_id)), '[]') FROM matched) AS matches,
    (SELECT coalesce(json_agg(json_build_object('id', s.id, 'kind', s.kind, 'uscc', s.uscc, 'name', s.name,
              'nameKeys', (SELECT json_agg(n.key) FROM subject_name n WHERE n.subject_id = s.id))), '[]')
       FROM found JOIN subject s ON s.id = found.subject_id) AS subjects,
    (SELECT coalesce(json_agg(json_build_object(${listingColumns}) ORDER BY l.listed_on DESC, l.id DESC), '[]')
       FROM found JOIN listing l ON l.subject_id = found.subject_id
      WHERE l.dataset_id = ANY ($5::int[]) AND ${inForceOn('$6::date')}) AS listings`

/**
 * Everything known under the keys from the given datasets: a subject that only others mention is not known at all.
 * With them the listings of these datasets that are in force on the day.
 */
export async function findSubjects(
  database: Queryable,
  asked: {
    keys: readonly LookupKey[]
    nameKeys: readonly string[]
    datasetIds: readonly number[]
    day: string
    namesakes: number
  },
): Promise<Findings> {
  const uscc = asked.keys.filter((key) => key.scheme === 'USCC')
  const others = asked.keys.filter((key) => key.scheme !== 'USCC')
  const { rows } = await database.query({
    name: 'find-subjects',
    text: findStatement,
    values: [
      uscc.map(({ key }) => key),
      others.map(({ scheme }) => scheme),
      others.map(({ key }) => key),
      asked.nameKeys,
      asked.datasetIds,
      asked.day,
      asked.namesakes,
    ],
  })
  return rows[0]
}

export type SubjectName = { name: string; firstSeenAt: Date; lastSeenAt: Date }

export async function namesOf(database: Queryable, subjectId: number): Promise<SubjectName[]> {
  const { rows } = await database.query(
    `SELECT name, first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt"
       FROM subject_name WHERE subject_id = $1 ORDER BY last_seen_at DESC, name`,
    [subjectId],
  )
  return rows
}

export type Page = { afterId: number | null; limit: number }

export type ListingFilter = {
  datasetIds: readonly number[]
  listTypeCode: string | null
  subjectId: number | null
  /** Only listings in force on that day; null: those that ended as well. */
  day: string | null
}

/** In the order of their making, so that a page once read never shifts. */
export async function pageOfListings(
  database: Queryable,
  filter: ListingFilter,
  page: Page,
): Promise<(ListingRow & { subject: FoundSubject })[]> {
  const { rows } = await database.query(
    `SELECT json_build_object(${listingColumns},
              'subject', json_build_object('id', s.id, 'kind', s.kind, 'uscc', s.uscc, 'name', s.name, 'nameKeys', '[]'::json)) AS listing
       FROM listing l JOIN subject s ON s.id = l.subject_id
      WHERE l.dataset_id = ANY ($1::int[])
        AND ($2::text IS NULL OR l.list_type_code = $2)
        AND ($3::bigint IS NULL OR l.subject_id = $3)
        AND ($4::date IS NULL OR (${inForceOn('$4::date')}))
        AND ($5::bigint IS NULL OR l.id > $5)
      ORDER BY l.id LIMIT $6`,
    [filter.datasetIds, filter.listTypeCode, filter.subjectId, filter.day, page.afterId, page.limit],
  )
  return rows.map((row) => row.listing)
}

export type RecordRow = {
  id: number
  datasetId: number
  subjectId: number
  version: number
  datasetVersionId: number
  status: 'ACTIVE' | 'WITHDRAWN' | 'SUPERSEDED'
  content: StoredContent
  recordedAt: string
  subject: FoundSubject
}

export async function pageOfRecords(
  database: Queryable,
  filter: { datasetIds: readonly number[]; subjectId: number | null; ended: 'LEFT_OUT' | 'INCLUDED' },
  page: Page,
): Promise<RecordRow[]> {
  const { rows } = await database.query(
    `SELECT json_build_object('id', r.id, 'datasetId', r.dataset_id, 'subjectId', r.subject_id, 'version', r.version,
              'datasetVersionId', v.dataset_version_id, 'status', r.status, 'content', v.content, 'recordedAt', v.recorded_at,
              'subject', json_build_object('id', s.id, 'kind', s.kind, 'uscc', s.uscc, 'name', s.name, 'nameKeys', '[]'::json)) AS record
       FROM record r
       JOIN record_version v ON v.record_id = r.id AND v.version = r.version
       JOIN subject s ON s.id = r.subject_id
      WHERE r.dataset_id = ANY ($1::int[])
        AND ($2::bigint IS NULL OR r.subject_id = $2)
        AND ($3::bigint IS NULL OR r.id > $3)
        AND ($5 OR r.status = 'ACTIVE')
      ORDER BY r.id LIMIT $4`,
    [filter.datasetIds, filter.subjectId, page.afterId, page.limit, filter.ended === 'INCLUDED'],
  )
  return rows.map((row) => row.record)
}
