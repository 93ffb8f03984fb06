import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import type { StoredContent } from '../records/record-content.ts'
import type { DayGroup } from './timeliness.ts'

/** Reading the days on which clocks started and ended. Each function is one statement. */

/** Records that the exchange recorded on these days, both included. */
export type Window = { from: LegalDay; to: LegalDay }

/** When it reached the exchange: a file is received some time before its rows are stored. */
const recordedOn = `(least((SELECT b.received_at FROM batch b WHERE b.id = v.batch_ref), v.recorded_at) AT TIME ZONE 'Asia/Shanghai')::date`
const withinWindow = (from: string, to: string) => `
  v.recorded_at >= (${from}::date)::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND v.recorded_at < (${to}::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'`

// What a correction says later does not change when the record was first reported, nor of which day.
const isFirst = 'v.version = 1'
const isWithdrawal = `v.kind = 'WITHDRAWN' AND v.decided_on IS NOT NULL`

/** Where a clock starts: a field of a dataset's first versions, or the day a withdrawal was decided. */
export type Start = { datasetId: number; field: string }
export type StartGroup = DayGroup & { datasetId: number; field: string }

export async function groupFirstVersions(
  database: Queryable,
  starts: readonly Start[],
  { from, to }: Window,
): Promise<StartGroup[]> {
  const { rows } = await database.query(
    `SELECT s.dataset_id AS "datasetId", s.field, v.content ->> s.field AS "startsOn", ${recordedOn} AS "recordedOn",
            count(*) AS records
       FROM unnest($1::int[], $2::text[]) AS s (dataset_id, field)
       JOIN record r ON r.dataset_id = s.dataset_id
       JOIN record_version v ON v.record_id = r.id AND ${isFirst}
      WHERE ${withinWindow('$3', '$4')} AND v.content ->> s.field IS NOT NULL
      GROUP BY 1, 2, 3, 4`,
    [starts.map(({ datasetId }) => datasetId), starts.map(({ field }) => field), from, to],
  )
  return rows
}

export async function groupWithdrawals(
  database: Queryable,
  datasetIds: readonly number[],
  { from, to }: Window,
): Promise<(DayGroup & { datasetId: number })[]> {
  const { rows } = await database.query(
    `SELECT r.dataset_id AS "datasetId", v.decided_on AS "startsOn", ${recordedOn} AS "recordedOn", count(*) AS records
       FROM record_version v JOIN record r ON r.id = v.record_id
      WHERE r.dataset_id = ANY ($1::int[]) AND ${isWithdrawal} AND ${withinWindow('$2', '$3')}
      GROUP BY 1, 2, 3`,
    [datasetIds, from, to],
  )
  return rows
}

/** Stands for the day on which a withdrawal was decided; no field bears it. */
export const decisionOfWithdrawal = ''

/** A start that is late where its version was recorded after the due day. */
export type DueStart = { rule: string; field: string; startsOn: LegalDay; dueOn: LegalDay }

export type LatePlace = { recordId: number; version: number; rule: string }
export type LateRow = LatePlace & {
  startsOn: LegalDay
  dueOn: LegalDay
  recordedOn: LegalDay
  content: StoredContent
}

/** In the order of record, version and rule, so that a page once read never shifts. */
export async function pageOfLate(
  database: Queryable,
  datasetId: number,
  dues: readonly DueStart[],
  { from, to }: Window,
  page: { after: LatePlace | null; limit: number },
): Promise<LateRow[]> {
  const { after } = page
  const { rows } = await database.query(
    `WITH started AS (
       SELECT v.record_id, v.version, f.name AS field, v.content ->> f.name AS starts_on, ${recordedOn} AS recorded_on
         FROM record r
         JOIN record_version v ON v.record_id = r.id AND ${isFirst}
        CROSS JOIN (SELECT DISTINCT field FROM unnest($3::text[]) AS d (field)) AS f (name)
        WHERE r.dataset_id = $1 AND ${withinWindow('$6', '$7')}
       UNION ALL
       SELECT v.record_id, v.version, $12, to_char(v.decided_on, 'YYYY-MM-DD'), ${recordedOn}
         FROM record r JOIN record_version v ON v.record_id = r.id
        WHERE r.dataset_id = $1 AND ${isWithdrawal} AND ${withinWindow('$6', '$7')}
     ), late AS (
       SELECT s.record_id, s.version, due.rule COLLATE "C" AS rule, s.starts_on, due.due_on, s.recorded_on
         FROM started s
         JOIN unnest($2::text[], $3::text[], $4::text[], $5::date[]) AS due (rule, field, starts_on, due_on)
           USING (field, starts_on)
        WHERE s.recorded_on > due.due_on
          AND ($8::bigint IS NULL OR (s.record_id, s.version, due.rule COLLATE "C") > ($8, $9::int, $10::text))
        ORDER BY s.record_id, s.version, due.rule COLLATE "C" LIMIT $11
     )
     SELECT l.record_id AS "recordId", l.version, l.rule, l.starts_on AS "startsOn", l.due_on AS "dueOn",
            l.recorded_on AS "recordedOn", v.content
       FROM late l JOIN record_version v ON v.record_id = l.record_id AND v.version = l.version
      ORDER BY l.record_id, l.version, l.rule`,
    [
      datasetId,
      dues.map(({ rule }) => rule),
      dues.map(({ field }) => field),
      dues.map(({ startsOn }) => startsOn),
      dues.map(({ dueOn }) => dueOn),
      from,
      to,
      after?.recordId ?? null,
      after?.version ?? null,
      after?.rule ?? null,
      page.limit,
      decisionOfWithdrawal,
    ],
  )
  return rows
}

export type StoredDays = {
  recordId: number
  datasetId: number
  kind: 'FIRST' | 'WITHDRAWAL'
  recordedOn: LegalDay
  decidedOn: LegalDay | null
  /** The fields asked for, as stored; absent ones null. */
  days: Record<string, string | null>
}

export async function daysOfRecords(
  database: Queryable,
  recordIds: readonly number[],
  fields: readonly string[],
): Promise<StoredDays[]> {
  const { rows } = await database.query(
    `SELECT r.id AS "recordId", r.dataset_id AS "datasetId", k.kind, ${recordedOn} AS "recordedOn",
            v.decided_on AS "decidedOn",
            (SELECT coalesce(json_object_agg(f.name, v.content ->> f.name), '{}') FROM unnest($2::text[]) AS f (name)) AS days
       FROM record_version v
       JOIN record r ON r.id = v.record_id
       JOIN LATERAL (SELECT 'FIRST' AS kind WHERE ${isFirst} UNION ALL SELECT 'WITHDRAWAL' WHERE ${isWithdrawal}) k ON true
      WHERE v.record_id = ANY ($1::bigint[])
      ORDER BY r.id, v.version`,
    [recordIds, fields],
  )
  return rows
}
