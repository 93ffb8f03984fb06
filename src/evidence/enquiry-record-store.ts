import type { Queryable } from '../kernel/database.ts'

/** An enquiry about a subject, as the subject may be told of it: who asked, when, what for (Henan regulation, arts. 24 and 40). */
export type EnquiryRecord = {
  logIndex: number
  at: Date
  department: string
  purpose: string | null
  operation: string | null
}

/**
 * The newest enquiries about a subject. Those of the last seconds are read from the exchanges themselves, since they are
 * noted by subject with the next checkpoint.
 */
export async function enquiriesAbout(
  database: Queryable,
  subjectId: number,
  first: number,
): Promise<EnquiryRecord[]> {
  const { rows } = await database.query(
    `WITH asked AS (
       SELECT log_index FROM subject_enquiry WHERE subject_id = $1
       UNION
       SELECT log_index FROM exchange_subjects
        WHERE log_index >= (SELECT coalesce(max(size), 0) FROM log_checkpoint) AND $1 = ANY (subject_ids))
     SELECT l.log_index AS "logIndex", l.at, l.department_code AS department,
            l.leaf::jsonb ->> 'purpose' AS purpose, l.leaf::jsonb ->> 'operation' AS operation
       FROM asked JOIN exchange_log l USING (log_index)
      ORDER BY l.log_index DESC LIMIT $2`,
    [subjectId, first],
  )
  return rows
}
