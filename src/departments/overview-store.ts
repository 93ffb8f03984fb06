import { z } from 'zod'
import type { Queryable } from '../kernel/database.ts'
import type { Department } from './department.ts'
import { departmentColumns, departmentNameOn, departmentRow, today } from './department-row.ts'

const day = z.string()
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

const overviewRow = z.object({
  code: z.string(),
  name: z.string(),
  kind: z.string(),
  uscc: z.string().nullable(),
  status: z.string(),
  roles: z.array(z.string()),
  registeredAt: z.date(),
  division: z.object({ code: z.string(), name: z.string() }),
  successor: z.object({ code: z.string(), name: z.string().nullable() }).nullable(),
  predecessors: z.array(z.object({ code: z.string(), name: z.string().nullable() })),
  names: z.array(z.object({ name: z.string(), validFrom: day })),
  keys: z.array(
    z.object({
      kid: z.string(),
      algorithm: z.string(),
      status: z.string(),
      requestedAt: moment,
      notBefore: moment.nullable(),
      notAfter: moment.nullable(),
      revokedAt: moment.nullable(),
    }),
  ),
  enrolmentCodes: z.array(z.object({ createdAt: moment, expiresAt: moment, usedAt: moment.nullable() })),
  datasets: z.array(z.object({ code: z.string(), status: z.string() })),
  grants: z.array(z.object({ dataset: z.string(), basis: z.string(), grantedAt: moment })),
  officers: z.int(),
})
export type DepartmentOverview = z.infer<typeof overviewRow>

const list = (fields: string, from: string, order: string) =>
  `(SELECT COALESCE(json_agg(json_build_object(${fields}) ORDER BY ${order}), '[]') FROM ${from})`
const ofNamed = (alias: string) =>
  `(SELECT n.name FROM department_name n WHERE n.department_id = ${alias}.id AND n.valid_from <= ${today}
     ORDER BY n.valid_from DESC LIMIT 1)`

/** Departments with all that administrators see of them; one where a code is given. */
export async function readOverviews(client: Queryable, code: string | null): Promise<DepartmentOverview[]> {
  const { rows } = await client.query(
    `SELECT d.code, COALESCE(${departmentNameOn(today)}, d.code) AS name, d.kind, d.uscc, d.status, d.roles,
            d.created_at AS "registeredAt",
            json_build_object('code', v.code, 'name', v.name) AS division,
            CASE WHEN s.id IS NULL THEN NULL ELSE json_build_object('code', s.code, 'name', ${ofNamed('s')}) END AS successor,
            ${list(`'code', p.code, 'name', ${ofNamed('p')}`, 'department p WHERE p.successor_id = d.id', 'p.code')} AS predecessors,
            ${list(`'name', n.name, 'validFrom', n.valid_from`, 'department_name n WHERE n.department_id = d.id', 'n.valid_from')} AS names,
            ${list(
              `'kid', k.kid, 'algorithm', k.algorithm, 'status', k.status, 'requestedAt', k.requested_at,
               'notBefore', k.not_before, 'notAfter', k.not_after, 'revokedAt', k.revoked_at`,
              'department_key k WHERE k.department_id = d.id',
              'k.requested_at DESC',
            )} AS keys,
            ${list(
              `'createdAt', c.created_at, 'expiresAt', c.expires_at, 'usedAt', c.used_at`,
              'enrolment_code c WHERE c.department_id = d.id',
              'c.created_at DESC',
            )} AS "enrolmentCodes",
            ${list(`'code', t.code, 'status', t.status`, 'dataset t WHERE t.department_id = d.id', 't.code')} AS datasets,
            ${list(
              `'dataset', t.code, 'basis', g.basis, 'grantedAt', g.granted_at`,
              'dataset_grant g JOIN dataset t ON t.id = g.dataset_id WHERE g.department_id = d.id',
              't.code',
            )} AS grants,
            (SELECT count(*)::int FROM officer o WHERE o.department_id = d.id AND o.status <> 'DISABLED') AS officers
       FROM department d JOIN division v ON v.code = d.division_code LEFT JOIN department s ON s.id = d.successor_id
      WHERE $1::text IS NULL OR d.code = $1 ORDER BY d.code`,
    [code],
  )
  return z.array(overviewRow).parse(rows)
}

export type DepartmentTraffic = { answered: number; refused: number; lastAt: Date | null }

/**
 * What the systems of each department asked since a moment, by its code, those of officers at the console left out. The log is
 * in the order of time, so its range index on `at` finds the beginning.
 */
export async function readTraffic(client: Queryable, since: Date): Promise<Map<string, DepartmentTraffic>> {
  const { rows } = await client.query(
    `SELECT department_code AS code, count(*) AS answered, max(at) AS "lastAt",
            count(*) FILTER (WHERE leaf::jsonb ->> 'outcome' <> 'OK') AS refused
       FROM exchange_log WHERE at >= $1 AND kid NOT LIKE 'officer:%' GROUP BY department_code`,
    [since],
  )
  return new Map(rows.map(({ code, ...traffic }): [string, DepartmentTraffic] => [code, traffic]))
}

/** The department as the rest of the exchange sees it; null: there is none of that code. */
export async function departmentCoded(client: Queryable, code: string): Promise<Department | null> {
  const { rows } = await client.query(`SELECT ${departmentColumns} FROM department d WHERE d.code = $1`, [
    code,
  ])
  if (rows.length === 0) return null
  const row = z.object(departmentRow).parse(rows[0])
  return { ...row, name: row.name ?? row.code }
}

export async function readDivisions(
  client: Queryable,
): Promise<{ code: string; name: string; statistical: boolean }[]> {
  const { rows } = await client.query('SELECT code, name, statistical FROM division ORDER BY code')
  return rows
}
