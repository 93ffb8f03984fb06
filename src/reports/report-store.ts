import { departmentNameOn } from '../departments/department-row.ts'
import type { RecordRow } from '../enquiries/enquiry-store.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import type { StandingRecord, SubjectEnquiries } from './credit-report.ts'

/** What documents are made from: records of one subject that stand, and who asked about it. */

/** By dataset, how many records of the subject stand. */
export async function countStanding(
  database: Queryable,
  subjectId: number,
  datasetIds: readonly number[],
): Promise<Map<number, number>> {
  const { rows } = await database.query(
    `SELECT dataset_id, count(*) AS records FROM record
      WHERE subject_id = ANY (subject_members($1)) AND dataset_id = ANY ($2::int[]) AND status = 'ACTIVE' GROUP BY dataset_id`,
    [subjectId, datasetIds],
  )
  return new Map(rows.map((row): [number, number] => [row.dataset_id, row.records]))
}

/** The latest of them first, so many at most. */
export async function standingRecords(
  database: Queryable,
  subjectId: number,
  datasetIds: readonly number[],
  most: number,
): Promise<StandingRecord[]> {
  const { rows } = await database.query(
    `SELECT id, dataset_id AS "datasetId", version FROM record
      WHERE subject_id = ANY (subject_members($1)) AND dataset_id = ANY ($2::int[]) AND status = 'ACTIVE' ORDER BY id DESC LIMIT $3`,
    [subjectId, datasetIds, most],
  )
  return rows
}

/** Since when objections to these records are open, by record. */
export async function disputesOf(
  database: Queryable,
  recordIds: readonly number[],
): Promise<Map<number, LegalDay>> {
  const { rows } = await database.query(
    `SELECT record_id AS id, min(opened_on) AS since FROM remedy_case
      WHERE record_id = ANY ($1::bigint[]) AND kind = 'OBJECTION' AND closed_at IS NULL GROUP BY record_id`,
    [recordIds],
  )
  return new Map(rows.map(({ id, since }): [number, LegalDay] => [id, since]))
}

/** The subject of this code; null: there is none. */
export async function subjectOfCode(database: Queryable, uscc: string): Promise<number | null> {
  const { rows } = await database.query('SELECT id FROM subject WHERE uscc = $1', [uscc])
  return rows[0]?.id ?? null
}

/** Their content, in the order of the ids. */
export async function contentOfRecords(
  database: Queryable,
  recordIds: readonly number[],
): Promise<RecordRow[]> {
  const { rows } = await database.query(
    `SELECT json_build_object('id', r.id, 'datasetId', r.dataset_id, 'subjectId', r.subject_id, 'version', r.version,
              'datasetVersionId', v.dataset_version_id, 'status', r.status, 'content', v.content, 'recordedAt', v.recorded_at,
              'subject', json_build_object('id', s.id, 'kind', s.kind, 'uscc', s.uscc, 'name', s.name, 'nameKeys', '[]'::json)) AS record
       FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, place)
       JOIN record r USING (id)
       JOIN record_version v ON v.record_id = r.id AND v.version = r.version
       JOIN subject s ON s.id = r.subject_id
      ORDER BY asked.place`,
    [recordIds],
  )
  return rows.map((row) => row.record)
}

/**
 * Who asked about a subject, latest first. Those of the last seconds are read from the exchanges themselves, since they are
 * noted by subject with the next checkpoint.
 */
export async function enquiriesAbout(
  database: Queryable,
  subjectId: number,
  shown: number,
): Promise<SubjectEnquiries> {
  const { rows } = await database.query(
    `WITH asked AS (
       SELECT log_index FROM subject_enquiry WHERE subject_id = ANY (subject_members($1))
       UNION
       SELECT log_index FROM exchange_subjects
        WHERE log_index >= (SELECT coalesce(max(size), 0) FROM log_checkpoint) AND subject_members($1) && subject_ids)
     SELECT (SELECT count(*) FROM asked) AS total, l.at, l.leaf::jsonb ->> 'purpose' AS purpose,
            coalesce((SELECT ${departmentNameOn("(l.at AT TIME ZONE 'Asia/Shanghai')::date")} FROM department d
                       WHERE d.code = l.department_code), l.department_code) AS department
       FROM (SELECT log_index FROM asked ORDER BY log_index DESC LIMIT $2) latest JOIN exchange_log l USING (log_index)
      ORDER BY log_index DESC`,
    [subjectId, shown],
  )
  return {
    total: rows[0]?.total ?? 0,
    entries: rows.map(({ at, department, purpose }) => ({ at, department, purpose })),
  }
}
