import { departmentNameOn } from '../departments/department-row.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'

/** Counts over all departments; no subject is told. */

export type IntakeDay = {
  day: LegalDay
  department: string
  batches: number
  received: number
  accepted: number
  held: number
  rejected: number
}
export async function intakePerDay(client: Queryable, from: LegalDay, to: LegalDay): Promise<IntakeDay[]> {
  const { rows } = await client.query(
    `SELECT (b.received_at AT TIME ZONE 'Asia/Shanghai')::date AS day, d.code AS department, count(*) AS batches,
            sum(b.received)::bigint AS received, sum(b.accepted)::bigint AS accepted, sum(b.held)::bigint AS held,
            sum(b.rejected)::bigint AS rejected
       FROM batch b JOIN department d ON d.id = b.department_id
      WHERE b.received_at >= ($1::date::timestamp AT TIME ZONE 'Asia/Shanghai')
        AND b.received_at < (($2::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
      GROUP BY 1, 2 ORDER BY 1, 2`,
    [from, to],
  )
  return rows
}

export type ListCount = {
  listType: string
  name: string
  nature: string
  inForce: number
  proposed: number
  ended: number
}
export async function countLists(client: Queryable, today: LegalDay): Promise<ListCount[]> {
  const { rows } = await client.query(
    `SELECT t.code AS "listType", t.name, t.nature,
            count(*) FILTER (WHERE l.phase = 'LISTED' AND r.status = 'ACTIVE'
              AND listing_in_force(l.listed_on, l.ends_on, l.exited_on, l.suspended, $1::date)) AS "inForce",
            count(*) FILTER (WHERE l.phase IN ('NOTICED', 'OBJECTED', 'DECIDED')) AS proposed,
            count(*) FILTER (WHERE l.phase = 'ENDED') AS ended
       FROM list_type t LEFT JOIN listing l ON l.list_type_code = t.code LEFT JOIN record r ON r.id = l.record_id
      WHERE t.status = 'ACTIVE' GROUP BY t.code ORDER BY t.code`,
    [today],
  )
  return rows
}

export type TaskCount = { department: string; departmentName: string; phase: string; tasks: number }
export async function countTasks(client: Queryable, today: LegalDay): Promise<TaskCount[]> {
  const { rows } = await client.query(
    `SELECT d.code AS department, coalesce(${departmentNameOn('$1::date')}, d.code) AS "departmentName", t.phase, count(*) AS tasks
       FROM measure_task t JOIN department d ON d.id = t.department_id GROUP BY d.id, t.phase ORDER BY d.code, t.phase`,
    [today],
  )
  return rows
}

export type CaseCount = { kind: string; phase: string; cases: number }
export async function countCases(client: Queryable): Promise<CaseCount[]> {
  const { rows } = await client.query(
    `SELECT kind, phase, count(*) AS cases FROM remedy_case GROUP BY kind, phase ORDER BY kind, phase`,
  )
  return rows
}

export type StoreHealth = {
  databaseBytes: number
  subjects: number
  logEntries: number
  /** Of the log, how many entries the newest checkpoint covers, and when it was signed; null: there is none. */
  signedEntries: number
  signedAt: Date | null
  feedPosition: number
  batchesAtWork: number
  batchesWaitingForOfficers: number
  tasksBehind: number
  webhooksStuck: number
}
/**
 * Subjects are counted as far as that costs nothing; beyond it the estimate of the database is told, which it has only
 * after it once looked the table through.
 */
export async function storeHealth(client: Queryable): Promise<StoreHealth> {
  const { rows } = await client.query(
    `SELECT pg_database_size(current_database()) AS "databaseBytes",
            greatest((SELECT reltuples FROM pg_class WHERE oid = 'subject'::regclass),
                     (SELECT count(*) FROM (SELECT FROM subject LIMIT $1) counted))::bigint AS subjects,
            (SELECT next_index FROM log_head) AS "logEntries",
            coalesce((SELECT max(size) FROM log_checkpoint), 0) AS "signedEntries",
            (SELECT at FROM log_checkpoint ORDER BY size DESC LIMIT 1) AS "signedAt",
            (SELECT position FROM feed_head) AS "feedPosition",
            (SELECT count(*) FROM batch WHERE status IN ('RECEIVED', 'CHECKING', 'STORING', 'ANNOTATING')) AS "batchesAtWork",
            (SELECT count(*) FROM batch WHERE status = 'SUSPICIOUS') AS "batchesWaitingForOfficers",
            (SELECT position FROM feed_head) - coalesce((SELECT position FROM task_head), 0) AS "tasksBehind",
            (SELECT count(*) FROM webhook WHERE status = 'STUCK') AS "webhooksStuck"`,
    [limits.subjectsCounted],
  )
  return rows[0]
}
