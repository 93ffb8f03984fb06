import type { DepartmentStatus } from '../departments/department.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import type { TaskPhase } from './task.ts'
import type { BoundDepartment, ExistingTask, PlannedListing, TaskKey } from './task-plan.ts'

/** How far tasks have followed the change feed and what is to be gone through again; tasks made and moved in bulk. */

const FAN_OUT_LOCK = 4117_0005

/** False: another replica is at it. Held until the end of the transaction, so that a crash frees it. */
export async function lockFanOut(client: Queryable): Promise<boolean> {
  const { rows } = await client.query('SELECT pg_try_advisory_xact_lock($1) AS locked', [FAN_OUT_LOCK])
  return rows[0].locked
}

/** The next events of the feed behind the head: the memberships they are about, and the new head. Null: none. */
export async function nextFeedEvents(
  client: Queryable,
  most: { events: number; listings: number },
): Promise<{ listingIds: number[]; position: number } | null> {
  const { rows } = await client.query(
    `WITH head AS MATERIALIZED (SELECT position FROM task_head FOR UPDATE)
     SELECT f.position, f.listing_id AS "listingId" FROM feed_event f
      WHERE f.position > (SELECT position FROM head) ORDER BY f.position LIMIT $1`,
    [most.events],
  )
  const ids = new Set<number>()
  let last: number | null = null
  for (const { position, listingId } of rows) {
    if (listingId !== null && !ids.has(listingId)) {
      if (ids.size === most.listings) break
      ids.add(listingId)
    }
    last = position
  }
  return last === null ? null : { listingIds: [...ids], position: last }
}

export async function moveHead(client: Queryable, position: number): Promise<void> {
  await client.query('UPDATE task_head SET position = $1', [position])
}

/** From now on every membership in force is gone through again, by whichever replica comes first. */
export async function requestSweep(client: Queryable, reason: string): Promise<void> {
  await client.query('INSERT INTO task_sweep (reason) VALUES ($1)', [reason])
}

/** The same, once for ever for the reason. */
export async function requestSweepOnce(client: Queryable, reason: string): Promise<void> {
  await client.query(
    'INSERT INTO task_sweep (reason) SELECT $1::text WHERE NOT EXISTS (SELECT FROM task_sweep WHERE reason = $1::text)',
    [reason],
  )
}

/** The sweep to go on with. The latest begins anew and so covers those before it, which are done with that. */
export async function presentSweep(client: Queryable): Promise<{ id: number; afterId: number } | null> {
  const { rows } = await client.query(
    `SELECT id, listing_id AS "afterId" FROM task_sweep WHERE done_at IS NULL ORDER BY id DESC LIMIT 1 FOR NO KEY UPDATE`,
  )
  return rows[0] ?? null
}

/** `listingId`: the last one gone through; null: there are no more. */
export async function moveSweep(
  client: Queryable,
  sweepId: number,
  listingId: number | null,
  at: Date,
): Promise<void> {
  if (listingId === null)
    await client.query('UPDATE task_sweep SET done_at = $2 WHERE id <= $1 AND done_at IS NULL', [sweepId, at])
  else await client.query('UPDATE task_sweep SET listing_id = $2 WHERE id = $1', [sweepId, listingId])
}

const listingColumns = `l.id, l.list_type_code AS "listTypeCode", l.dataset_id AS "datasetId", l.grade, l.listed_on AS "listedOn",
  l.ends_on AS "endsOn", l.exited_on AS "exitedOn",
  (SELECT coalesce(json_agg(json_build_object('from', lower(r), 'until', upper(r)) ORDER BY r), '[]')
     FROM unnest(l.suspended) AS r) AS suspensions`

export async function listingsAsTheyAre(
  client: Queryable,
  ids: readonly number[],
): Promise<PlannedListing[]> {
  const { rows } = await client.query(
    `SELECT ${listingColumns} FROM listing l WHERE l.id = ANY ($1::bigint[]) ORDER BY l.id`,
    [ids],
  )
  return rows
}

/** Memberships in force on the day, in the order of their making. */
export async function listingsInForce(
  client: Queryable,
  day: LegalDay,
  page: { afterId: number; limit: number },
): Promise<PlannedListing[]> {
  const { rows } = await client.query(
    `SELECT ${listingColumns} FROM listing l
      WHERE l.id > $1 AND listing_in_force(l.listed_on, l.ends_on, l.exited_on, l.suspended, $2::date)
      ORDER BY l.id LIMIT $3`,
    [page.afterId, day, page.limit],
  )
  return rows
}

/** All tasks of these memberships, locked in one order. */
export async function lockTasksOf(client: Queryable, listingIds: readonly number[]): Promise<ExistingTask[]> {
  const { rows } = await client.query(
    // Each membership by the index: of a table that grows fast no statistics tell that it has few tasks.
    `SELECT id, listing_id AS "listingId", measure_code AS "measureCode", department_id AS "departmentId", phase
       FROM measure_task
      WHERE id = ANY (ARRAY(SELECT t.id FROM unnest($1::bigint[]) AS l (id)
                             CROSS JOIN LATERAL (SELECT id FROM measure_task WHERE listing_id = l.id OFFSET 0) t))
      ORDER BY id FOR NO KEY UPDATE`,
    [listingIds],
  )
  return rows
}

export async function boundDepartments(
  client: Queryable,
): Promise<(Pick<BoundDepartment, 'id' | 'kind'> & { status: DepartmentStatus })[]> {
  const { rows } = await client.query('SELECT id, kind, status FROM department ORDER BY id')
  return rows
}

/** Tasks that are not there yet, each with its delivery; those of one membership one after another. */
export async function deliverTasks(
  client: Queryable,
  keys: readonly TaskKey[],
  on: LegalDay,
  at: Date,
): Promise<number> {
  if (keys.length === 0) return 0
  const { rowCount } = await client.query(
    `WITH made AS (
       INSERT INTO measure_task (listing_id, measure_code, department_id, phase, created_on, created_at)
       SELECT l.id, k.measure_code, k.department_id, 'DELIVERED', $2::date, $3::timestamptz
         FROM json_to_recordset($1::json) AS g (listings bigint[], measures text[], departments int[])
        CROSS JOIN unnest(g.listings) AS l (id)
        CROSS JOIN unnest(g.measures, g.departments) WITH ORDINALITY AS k (measure_code, department_id, place)
        ORDER BY l.id, k.place
       ON CONFLICT (listing_id, measure_code, department_id) DO NOTHING RETURNING id
     )
     INSERT INTO measure_task_event (task_id, seq, type, data, effective_on, recorded_at)
     SELECT id, 1, 'DELIVERED', '{}', $2::date, $3::timestamptz FROM made`,
    [JSON.stringify(alike(keys)), on, at],
  )
  return rowCount ?? 0
}

/** Memberships that bring the same tasks together: thousands differ in nothing else. */
function alike(
  keys: readonly TaskKey[],
): { listings: number[]; measures: string[]; departments: number[] }[] {
  const groups = new Map<string, ReturnType<typeof alike>[number]>()
  for (const [listingId, own] of Map.groupBy(keys, (key) => key.listingId)) {
    const same = own.map(({ measureCode, departmentId }) => `${departmentId} ${measureCode}`).join()
    const group = groups.get(same)
    if (group) group.listings.push(listingId)
    else
      groups.set(same, {
        listings: [listingId],
        measures: own.map(({ measureCode }) => measureCode),
        departments: own.map(({ departmentId }) => departmentId),
      })
  }
  return [...groups.values()]
}

export type MovedTask = {
  taskId: number
  phase: TaskPhase
  /** A new day of delivery; null: it stays. */
  createdOn: LegalDay | null
  liftFrom: LegalDay | null
}

export async function moveTasks(client: Queryable, moved: readonly MovedTask[]): Promise<void> {
  if (moved.length === 0) return
  await client.query(
    `UPDATE measure_task t
        SET phase = m.phase, created_on = coalesce(m.created_on, t.created_on), lift_from = m.lift_from
       FROM unnest($1::bigint[], $2::text[], $3::date[], $4::date[]) AS m (id, phase, created_on, lift_from)
      WHERE t.id = m.id`,
    [
      moved.map(({ taskId }) => taskId),
      moved.map(({ phase }) => phase),
      moved.map(({ createdOn }) => createdOn),
      moved.map(({ liftFrom }) => liftFrom),
    ],
  )
}
