import { departmentNameOn } from '../departments/department-row.ts'
import type { ListingRow } from '../enquiries/enquiry-store.ts'
import { isShared, listingColumns } from '../enquiries/listing-sql.ts'
import type { LegalDay } from '../kernel/clock.ts'
import { lockName, type Queryable } from '../kernel/database.ts'
import { type HistoryEvent, type HistoryRow, historyOf, readHistory } from '../kernel/event-history.ts'
import type { FeedbackOutcome, TaskEvent, TaskPhase, TaskStep } from './task.ts'

/** Tasks as departments work on them. Events are only ever appended; the phase beside them is what they come to. */

export type TaskSubject = { id: number; kind: 'ORGANISATION' | 'PERSON'; uscc: string | null; name: string }

export type StoredTask = {
  id: number
  listingId: number
  measureCode: string
  departmentId: number
  phase: TaskPhase
  createdOn: LegalDay
  liftFrom: LegalDay | null
  listTypeCode: string
  listedOn: LegalDay
  datasetId: number
  subject: TaskSubject
  events: HistoryEvent<TaskEvent>[]
}

const selectTask = (beside = '') => `
  SELECT ${beside} t.id, t.listing_id AS "listingId", t.measure_code AS "measureCode", t.department_id AS "departmentId", t.phase,
         t.created_on AS "createdOn", t.lift_from AS "liftFrom", l.list_type_code AS "listTypeCode",
         l.listed_on AS "listedOn", l.dataset_id AS "datasetId",
         json_build_object('id', s.id, 'kind', s.kind, 'uscc', s.uscc, 'name', s.name) AS subject,
         ${historyOf('measure_task_event', 'task_id', 't.id')} AS events
    FROM measure_task t JOIN listing l ON l.id = t.listing_id
    JOIN subject o ON o.id = l.subject_id JOIN subject s ON s.id = coalesce(o.canonical_id, o.id)`

const readTask = (row: Omit<StoredTask, 'events'> & { events: HistoryRow<TaskEvent>[] }): StoredTask => ({
  ...row,
  events: readHistory(row.events),
})

/** A task of the department as it is once nobody else works on it; null: it has none of that number. */
export async function lockTask(
  client: Queryable,
  departmentId: number,
  taskId: number,
): Promise<StoredTask | null> {
  const locked = await client.query(
    'SELECT 1 FROM measure_task WHERE id = $1 AND department_id = $2 FOR NO KEY UPDATE',
    [taskId, departmentId],
  )
  if (locked.rowCount === 0) return null
  const { rows } = await client.query(`${selectTask()} WHERE t.id = $1`, [taskId])
  return readTask(rows[0])
}

export async function findTask(client: Queryable, taskId: number): Promise<StoredTask | null> {
  const { rows } = await client.query(`${selectTask()} WHERE t.id = $1`, [taskId])
  return rows[0] ? readTask(rows[0]) : null
}

/** Tasks whose running steps are timed alike. `startsOn`: of lifting, the day from which; else the day of delivery. */
export type TaskGroup = { phase: TaskPhase; listTypeCode: string; startsOn: LegalDay }

const groupColumns = `t.phase, l.list_type_code, coalesce(t.lift_from, t.created_on)`

/** Groups of the tasks that something is owed for; of one department, or of all. */
export async function openGroups(database: Queryable, departmentId: number | null): Promise<TaskGroup[]> {
  const { rows } = await database.query(
    `SELECT DISTINCT t.phase, l.list_type_code AS "listTypeCode", coalesce(t.lift_from, t.created_on) AS "startsOn"
       FROM measure_task t JOIN listing l ON l.id = t.listing_id
      WHERE t.phase IN ('DELIVERED', 'ACKNOWLEDGED', 'LIFTING') AND ($1::int IS NULL OR t.department_id = $1)`,
    [departmentId],
  )
  return rows
}

export type TaskFilter = {
  departmentId: number
  phase: TaskPhase | null
  groups: readonly TaskGroup[] | null
  /** OTHERS: only tasks of none of the groups. */
  urgency: 'ANY' | 'OVERDUE' | 'OTHERS'
  /** How the division begins in which the subject is registered; null: anywhere. */
  county: string | null
  /** Datasets of which the department may know, and those of its own. */
  datasetIds: readonly number[]
  ownDatasetIds: readonly number[]
}

/** With the listing as enquiries would show it; null: they would not. */
export type ShownTask = StoredTask & { listing: ListingRow | null }

/** In the order of their making, so that a page once read never shifts. `groups`: only tasks of these; null: all. */
export async function pageOfTasks(
  database: Queryable,
  filter: TaskFilter,
  page: { afterId: number | null; limit: number },
): Promise<ShownTask[]> {
  const { groups } = filter
  const { rows } = await database.query(
    `${selectTask(`
       (SELECT json_build_object(${listingColumns}) FROM record r
         WHERE r.id = l.record_id AND l.dataset_id = ANY ($8::int[]) AND ${isShared('r', '$9')}) AS listing,`)}
      WHERE t.department_id = $1 AND ($2::text IS NULL OR t.phase = $2) AND ($3::bigint IS NULL OR t.id > $3)
        AND ($4::text[] IS NULL OR ((${groupColumns}) IN (
              SELECT phase, list_type_code, starts_on
                FROM unnest($4::text[], $5::text[], $6::date[]) AS g (phase, list_type_code, starts_on))) = ($10 = 'OVERDUE'))
        AND ($11::text IS NULL OR starts_with(substr(s.uscc, 3, 6), $11))
      ORDER BY t.id LIMIT $7`,
    [
      filter.departmentId,
      filter.phase,
      page.afterId,
      groups?.map(({ phase }) => phase) ?? null,
      groups?.map(({ listTypeCode }) => listTypeCode) ?? null,
      groups?.map(({ startsOn }) => startsOn) ?? null,
      page.limit,
      filter.datasetIds,
      filter.ownDatasetIds,
      filter.urgency,
      filter.county,
    ],
  )
  return rows.map(({ listing, ...row }) => ({ ...readTask(row), listing }))
}

export type TaskEventDraft = { taskId: number; event: TaskEvent }
export type TaskEventOrigin = {
  on: LegalDay
  at: Date
  by: { departmentId: number; actionId: string; inputMac: string } | null
}

/** Appends one event to each task. The tasks are locked by the caller. */
export async function appendTaskEvents(
  client: Queryable,
  drafts: readonly TaskEventDraft[],
  { on, at, by }: TaskEventOrigin,
): Promise<void> {
  if (drafts.length === 0) return
  await client.query(
    `INSERT INTO measure_task_event (task_id, seq, type, data, effective_on, recorded_at, department_id, action_id, input_mac)
     SELECT e.task_id, (SELECT max(seq) + 1 FROM measure_task_event p WHERE p.task_id = e.task_id), e.type, e.data::jsonb,
            $4::date, $5::timestamptz, $6::int, $7, $8
       FROM unnest($1::bigint[], $2::text[], $3::text[]) AS e (task_id, type, data)`,
    [
      drafts.map(({ taskId }) => taskId),
      drafts.map(({ event }) => event.type),
      drafts.map(({ event: { type: _, ...data } }) => JSON.stringify(data)),
      on,
      at,
      by?.departmentId ?? null,
      by?.actionId ?? null,
      by?.inputMac ?? null,
    ],
  )
}

export async function setTaskPhase(client: Queryable, taskId: number, phase: TaskPhase): Promise<void> {
  await client.query('UPDATE measure_task SET phase = $2 WHERE id = $1', [taskId, phase])
}

/** Acts under one id wait for each other: the first one decides what the id stands for. */
export async function lockTaskAction(
  client: Queryable,
  departmentId: number,
  actionId: string,
): Promise<void> {
  await lockName(client, `measure task ${departmentId} ${actionId}`)
}

export type StoredTaskAct = { taskId: number; seq: number; inputMac: string }

export async function findTaskAct(
  client: Queryable,
  departmentId: number,
  actionId: string,
): Promise<StoredTaskAct | null> {
  const { rows } = await client.query(
    `SELECT task_id AS "taskId", seq, input_mac AS "inputMac" FROM measure_task_event
      WHERE department_id = $1 AND action_id = $2`,
    [departmentId, actionId],
  )
  return rows[0] ?? null
}

const ESCALATION_LOCK = 4117_0006

/** False: another replica is at it. Held until the end of the transaction. */
export async function lockEscalation(client: Queryable): Promise<boolean> {
  const { rows } = await client.query('SELECT pg_try_advisory_xact_lock($1) AS locked', [ESCALATION_LOCK])
  return rows[0].locked
}

export type OverdueGroup = TaskGroup & { step: TaskStep; dueOn: LegalDay }

/** Tasks of the group of which the step was not escalated since it began, locked, so many at most. */
export async function lockUnescalated(
  client: Queryable,
  { phase, listTypeCode, startsOn, step }: OverdueGroup,
  limit: number,
): Promise<number[]> {
  const { rows } = await client.query(
    `SELECT t.id FROM measure_task t JOIN listing l ON l.id = t.listing_id
      WHERE (${groupColumns}) = ($1::text, $2::text, $3::date)
        AND NOT EXISTS (SELECT FROM measure_task_event e
                         WHERE e.task_id = t.id AND e.type = 'ESCALATED' AND e.data ->> 'step' = $4 AND e.effective_on > $3)
      ORDER BY t.id LIMIT $5 FOR NO KEY UPDATE OF t`,
    [phase, listTypeCode, startsOn, step, limit],
  )
  return rows.map(({ id }) => id)
}

export type MeasureStatistics = {
  departmentCode: string
  departmentName: string
  measureCode: string
  /** `YYYY-MM` */
  month: string
  initiated: number
  responded: number
  implemented: number
  notApplicable: number
  lifted: number
  /** Steps that were noted as overdue. */
  overdue: number
  /** From delivery to the first feedback, of tasks fed back in the month; null: of none. */
  medianDaysToFeedback: number | null
}

const fedBack: readonly FeedbackOutcome[] = ['IMPLEMENTED', 'NOT_APPLICABLE']

/**
 * What happened in each month from one day to another, both included. A round is what follows one delivery: amended
 * feedback counts once a round, by what it says first; whoever fed back has responded.
 */
export async function measureStatistics(
  database: Queryable,
  window: { from: LegalDay; to: LegalDay },
): Promise<MeasureStatistics[]> {
  const { rows } = await database.query(
    `WITH touched AS (
       SELECT DISTINCT task_id FROM measure_task_event WHERE effective_on BETWEEN $1 AND $2
     ), rounds AS (
       SELECT e.task_id, e.seq, e.type, e.effective_on,
              count(*) FILTER (WHERE e.type IN ('DELIVERED', 'REOPENED')) OVER (PARTITION BY e.task_id ORDER BY e.seq) AS round
         FROM measure_task_event e JOIN touched USING (task_id)
     ), told AS (
       SELECT *, first_value(effective_on) OVER (PARTITION BY task_id, round ORDER BY seq) AS began,
              row_number() OVER (PARTITION BY task_id, round,
                CASE WHEN type = 'ACKNOWLEDGED' OR type = ANY ($3::text[]) THEN 1 END ORDER BY seq) = 1 AS first_response,
              row_number() OVER (PARTITION BY task_id, round,
                CASE WHEN type = ANY ($3::text[]) THEN 1 END ORDER BY seq) = 1 AS first_feedback
         FROM rounds
     ), counted AS (
       SELECT t.department_id, t.measure_code, to_char(r.effective_on, 'YYYY-MM') AS month,
              count(*) FILTER (WHERE r.type IN ('DELIVERED', 'REOPENED'))::int AS initiated,
              count(*) FILTER (WHERE r.first_response AND (r.type = 'ACKNOWLEDGED' OR r.type = ANY ($3::text[])))::int AS responded,
              count(*) FILTER (WHERE r.first_feedback AND r.type = 'IMPLEMENTED')::int AS implemented,
              count(*) FILTER (WHERE r.first_feedback AND r.type = 'NOT_APPLICABLE')::int AS not_applicable,
              count(*) FILTER (WHERE r.type = 'LIFTED')::int AS lifted,
              count(*) FILTER (WHERE r.type = 'ESCALATED')::int AS overdue,
              percentile_cont(0.5) WITHIN GROUP (ORDER BY (r.effective_on - r.began)::float8)
                FILTER (WHERE r.first_feedback AND r.type = ANY ($3::text[])) AS median
         FROM told r JOIN measure_task t ON t.id = r.task_id
        WHERE r.effective_on BETWEEN $1 AND $2
        GROUP BY 1, 2, 3
     )
     SELECT d.code AS "departmentCode",
            coalesce(${departmentNameOn('$2')}, d.code) AS "departmentName",
            c.measure_code AS "measureCode", c.month, c.initiated, c.responded, c.implemented,
            c.not_applicable AS "notApplicable", c.lifted, c.overdue, c.median AS "medianDaysToFeedback"
       FROM counted c JOIN department d ON d.id = c.department_id
      WHERE c.initiated + c.responded + c.implemented + c.not_applicable + c.lifted + c.overdue > 0
      ORDER BY c.month, d.code, c.measure_code`,
    [window.from, window.to, fedBack],
  )
  return rows
}
