import type { RecordRow } from '../enquiries/enquiry-store.ts'
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
      WHERE subject_id = $1 AND dataset_id = ANY ($2::int[]) AND status = 'ACTIVE' GROUP BY dataset_id`,
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
      WHERE subject_id = $1 AND dataset_id = ANY ($2::int[]) AND status = 'ACTIVE' ORDER BY id DESC LIMIT $3`,
    [subjectId, datasetIds, most],
  )
  return rows
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
 * Who asked about the subject that is looked up under a key, latest first. Told by the salted digests of the evidence log,
 * which are found by trying: so only among the latest entries of it.
 */
export async function enquiriesInLog(
  database: Queryable,
  key: string,
  most: { logEntries: number; shown: number },
): Promise<SubjectEnquiries> {
  const { rows } = await database.query(
    `WITH looked AS (SELECT greatest(next_index - $2::bigint, 0) AS first FROM log_head),
          tried AS (
            SELECT e.log_index, e.at, e.department_code, e.leaf,
                   position(sha256(e.subject_salt || convert_to($1, 'UTF8')) IN e.subject_digests) AS place
              FROM exchange_log e, looked WHERE e.log_index >= looked.first AND e.subject_digests IS NOT NULL),
          -- A digest begins every 32 bytes; where else the same bytes stand is chance.
          found AS (SELECT * FROM tried WHERE place > 0 AND (place - 1) % 32 = 0)
     SELECT (SELECT first FROM looked) AS "fromLogIndex", (SELECT count(*) FROM found) AS total,
            (SELECT coalesce(json_agg(json_build_object('at', f.at, 'purpose', f.leaf::jsonb ->> 'purpose', 'department',
                      coalesce((SELECT n.name FROM department d JOIN department_name n ON n.department_id = d.id
                                 WHERE d.code = f.department_code
                                   AND n.valid_from <= (f.at AT TIME ZONE 'Asia/Shanghai')::date
                                 ORDER BY n.valid_from DESC LIMIT 1), f.department_code)) ORDER BY f.log_index DESC), '[]')
               FROM (SELECT * FROM found ORDER BY log_index DESC LIMIT $3) f) AS entries`,
    [key, most.logEntries, most.shown],
  )
  const {
    entries,
    ...rest
  }: { entries: { at: string; department: string; purpose: string | null }[] } & Pick<
    SubjectEnquiries,
    'fromLogIndex' | 'total'
  > = rows[0]
  return { ...rest, entries: entries.map((entry) => ({ ...entry, at: new Date(entry.at) })) }
}
