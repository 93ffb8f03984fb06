import { z } from 'zod'
import { noteAdministration } from '../kernel/administration-trace.ts'
import { lockName, type Queryable } from '../kernel/database.ts'
import { administratorsLock } from './administrators.ts'
import { departmentRoles, departmentStatuses } from './department.ts'
import type { MergeFacts, MergingDepartment } from './merge.ts'

/** What passes from departments to their successor. */

const departmentRow = z.object({
  id: z.int(),
  code: z.string(),
  status: z.enum(departmentStatuses),
  roles: z.array(z.enum(departmentRoles)),
  successorCode: z.string().nullable(),
})

/** The departments of these codes, locked, so that two merges cannot make a circle between them. */
export async function lockMerging(
  client: Queryable,
  codes: readonly string[],
  into: string,
): Promise<MergeFacts> {
  // All merges, one after another: a chain runs through departments that neither names.
  await client.query('SELECT pg_advisory_xact_lock($1)', [MERGE_LOCK])
  const { rows } = await client.query(
    `SELECT d.id, d.code, d.status, d.roles,
            (SELECT s.code FROM department s WHERE s.id = d.successor_id) AS "successorCode"
       FROM department d WHERE d.code = ANY ($1::text[]) ORDER BY d.id FOR NO KEY UPDATE OF d`,
    [[...codes, into]],
  )
  const successors = await client.query(
    `WITH RECURSIVE following AS (
       SELECT successor_id, 1 AS distance FROM department WHERE code = $1
       UNION ALL
       SELECT d.successor_id, f.distance + 1 FROM following f JOIN department d ON d.id = f.successor_id
     )
     SELECT d.code FROM following f JOIN department d ON d.id = f.successor_id ORDER BY f.distance`,
    [into],
  )
  return {
    departments: rows.map((row) => departmentRow.parse(row)),
    successorsOfInto: successors.rows.map((row) => row.code),
  }
}

const MERGE_LOCK = 4117_0003

export type OwnedDataset = { id: number; code: string }

/** Their datasets, locked: batches under way are waited for. */
export async function lockDatasetsOf(
  client: Queryable,
  departments: readonly MergingDepartment[],
): Promise<OwnedDataset[]> {
  const { rows } = await client.query(
    'SELECT id, code FROM dataset WHERE department_id = ANY ($1::int[]) ORDER BY id FOR NO KEY UPDATE',
    [departments.map(({ id }) => id)],
  )
  return rows
}

/** Files of theirs that are on their way or wait for an officer of theirs. */
export async function unfinishedFiles(
  client: Queryable,
  departments: readonly MergingDepartment[],
): Promise<{ department: string; batchId: string; status: string }[]> {
  const { rows } = await client.query(
    `SELECT d.code AS department, b.batch_id AS "batchId", b.status
       FROM batch b JOIN department d ON d.id = b.department_id
      WHERE b.department_id = ANY ($1::int[])
        AND b.status IN ('RECEIVED', 'CHECKING', 'SUSPICIOUS', 'STORING', 'ANNOTATING')
      ORDER BY b.id`,
    [departments.map(({ id }) => id)],
  )
  return rows
}

/** Officers of a department that is closed sign in no more. */
export async function holdTheLastAdministrators(
  client: Queryable,
  departments: readonly MergingDepartment[],
): Promise<boolean> {
  await lockName(client, administratorsLock)
  const { rows } = await client.query<{ last: boolean }>(
    `SELECT coalesce(bool_or(d.id = ANY ($1::int[])), false)
            AND NOT coalesce(bool_or(d.id <> ALL ($1::int[]) AND d.status IN ('REGISTERED', 'ACTIVE')), false) AS last
       FROM officer o JOIN department d ON d.id = o.department_id
      WHERE o.status = 'ACTIVE' AND 'CITY_ADMINISTRATOR' = ANY (o.roles)`,
    [departments.map(({ id }) => id)],
  )
  return rows[0]?.last ?? true
}

export async function passDatasets(
  client: Queryable,
  datasets: readonly OwnedDataset[],
  into: MergingDepartment,
): Promise<void> {
  await client.query('UPDATE dataset SET department_id = $2 WHERE id = ANY ($1::int[])', [
    datasets.map(({ id }) => id),
    into.id,
  ])
}

/** The successor may read what any of them might; of its own datasets it needs no grant. Returns what it gained. */
export async function passGrants(
  client: Queryable,
  departments: readonly MergingDepartment[],
  into: MergingDepartment,
): Promise<string[]> {
  const ids = departments.map(({ id }) => id)
  const { rows } = await client.query(
    `WITH gained AS (
       INSERT INTO dataset_grant (department_id, dataset_id, basis, granted_at)
       SELECT DISTINCT ON (g.dataset_id) $2::int, g.dataset_id, g.basis, g.granted_at
         FROM dataset_grant g JOIN dataset s ON s.id = g.dataset_id
        WHERE g.department_id = ANY ($1::int[]) AND s.department_id <> $2
        ORDER BY g.dataset_id, g.granted_at
       ON CONFLICT DO NOTHING RETURNING dataset_id
     )
     SELECT s.code FROM gained JOIN dataset s ON s.id = gained.dataset_id ORDER BY s.code`,
    [ids, into.id],
  )
  await client.query('DELETE FROM dataset_grant WHERE department_id = ANY ($1::int[])', [ids])
  await client.query(
    'DELETE FROM dataset_grant g USING dataset s WHERE s.id = g.dataset_id AND s.department_id = g.department_id AND g.department_id = $1',
    [into.id],
  )
  return rows.map((row) => row.code)
}

export async function closeInto(
  client: Queryable,
  departments: readonly MergingDepartment[],
  into: MergingDepartment,
): Promise<void> {
  await client.query(
    "UPDATE department SET status = 'CLOSED', successor_id = $2 WHERE id = ANY ($1::int[])",
    [departments.map(({ id }) => id), into.id],
  )
}

export async function setRoles(
  client: Queryable,
  department: MergingDepartment,
  roles: readonly string[],
): Promise<void> {
  await client.query('UPDATE department SET roles = $2 WHERE id = $1', [department.id, roles])
}

export async function noteMerge(
  client: Queryable,
  actor: string,
  code: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await noteAdministration(client, { actor, action: 'DEPARTMENT_MERGED', target: code, facts })
}
