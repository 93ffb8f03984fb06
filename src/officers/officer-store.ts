import { z } from 'zod'
import { administratorsLock } from '../departments/administrators.ts'
import { departmentNameOn, today } from '../departments/department-row.ts'
import { lockName, type Queryable } from '../kernel/database.ts'
import { type OfficerRole, type OfficerStatus, officerRoles, officerStatuses } from './officer.ts'

/** An officer as administrators see her. */
export type OfficerRecord = {
  id: string
  name: string
  email: string
  roles: OfficerRole[]
  department: { code: string; name: string }
  division: string | null
  status: OfficerStatus
  /** Whether a password with its second factor is set up, how many passkeys, whether a single sign-on is linked. */
  hasPassword: boolean
  passkeys: number
  hasSingleSignOn: boolean
  createdAt: Date
  lastSignedInAt: Date | null
  /** Until when the set-up code may be used; null where there is none. */
  setUpCodeExpiresAt: Date | null
}

const officerRow = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  roles: z.array(z.enum(officerRoles)),
  department_code: z.string(),
  department_name: z.string().nullable(),
  division: z.string().nullable(),
  status: z.enum(officerStatuses),
  has_password: z.boolean(),
  passkeys: z.number(),
  has_single_sign_on: z.boolean(),
  created_at: z.date(),
  last_signed_in_at: z.date().nullable(),
  set_up_code_expires_at: z.date().nullable(),
})

const selectOfficer = `
  SELECT o.id, o.name, o.email, o.roles, d.code AS department_code, ${departmentNameOn(today)} AS department_name,
         o.division_code AS division, o.status, o.created_at,
         EXISTS (SELECT FROM officer_totp t WHERE t.officer_id = o.id) AS has_password,
         (SELECT count(*) FROM officer_passkey p WHERE p.officer_id = o.id) AS passkeys,
         EXISTS (SELECT FROM officer_login l WHERE l.officer_id = o.id AND l.provider_id <> 'credential') AS has_single_sign_on,
         (SELECT max(e.at) FROM officer_event e WHERE e.officer_id = o.id AND e.kind = 'SIGNED_IN') AS last_signed_in_at,
         (SELECT max(c.expires_at) FROM officer_set_up_code c WHERE c.officer_id = o.id) AS set_up_code_expires_at
    FROM officer o JOIN department d ON d.id = o.department_id`

export async function officersInOrder(client: Queryable, most: number): Promise<OfficerRecord[]> {
  const { rows } = await client.query(`${selectOfficer} ORDER BY d.code, o.name, o.id LIMIT $1`, [most])
  return rows.map(recordOf)
}

export async function officerById(client: Queryable, id: string): Promise<OfficerRecord | null> {
  const { rows } = await client.query(`${selectOfficer} WHERE o.id = $1`, [id])
  return rows[0] ? recordOf(rows[0]) : null
}

/** The same, held until the transaction ends. */
export async function lockOfficer(client: Queryable, id: string): Promise<OfficerRecord | null> {
  const { rows } = await client.query(`${selectOfficer} WHERE o.id = $1 FOR UPDATE OF o`, [id])
  return rows[0] ? recordOf(rows[0]) : null
}

function recordOf(given: unknown): OfficerRecord {
  const row = officerRow.parse(given)
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    roles: row.roles,
    department: { code: row.department_code, name: row.department_name ?? row.department_code },
    division: row.division,
    status: row.status,
    hasPassword: row.has_password,
    passkeys: row.passkeys,
    hasSingleSignOn: row.has_single_sign_on,
    createdAt: row.created_at,
    lastSignedInAt: row.last_signed_in_at,
    setUpCodeExpiresAt: row.set_up_code_expires_at,
  }
}

/** The id of a department that is not closed, or null. */
export async function openDepartment(client: Queryable, code: string): Promise<number | null> {
  const { rows } = await client.query(`SELECT id FROM department WHERE code = $1 AND status <> 'CLOSED'`, [
    code,
  ])
  return rows[0]?.id ?? null
}

export async function divisionExists(client: Queryable, code: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM division WHERE code = $1', [code])
  return rowCount === 1
}

export type Assignment = { roles: readonly OfficerRole[]; departmentId: number; division: string | null }

/** False: somebody has that e-mail. */
export async function insertOfficer(
  client: Queryable,
  officer: Assignment & { id: string; name: string; email: string; by: string | null },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO officer (id, name, email, roles, department_id, division_code, appointed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email) DO NOTHING`,
    [
      officer.id,
      officer.name,
      officer.email,
      officer.roles,
      officer.departmentId,
      officer.division,
      officer.by,
    ],
  )
  return rowCount === 1
}

export async function setAssignment(
  client: Queryable,
  id: string,
  assignment: Assignment & { by: string | null },
): Promise<void> {
  await client.query(
    `UPDATE officer SET roles = $2, department_id = $3, division_code = $4, appointed_by = $5, updated_at = now()
      WHERE id = $1`,
    [id, assignment.roles, assignment.departmentId, assignment.division, assignment.by],
  )
}

/** Who had her set-up code in hand may have used it herself. */
export async function setSetUpBy(client: Queryable, id: string, by: string | null): Promise<void> {
  await client.query('UPDATE officer SET set_up_by = $2 WHERE id = $1', [id, by])
}

/**
 * Whether two officers may be one person: one of them appointed or set up the other, or somebody did so with both, be it
 * through others. Whom the machine's own commands appointed and set up stands alone.
 */
export async function mayBeOne(client: Queryable, one: string, other: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `WITH RECURSIVE line AS (
       SELECT id AS origin, id AS person FROM officer WHERE id IN ($1, $2)
       UNION
       SELECT l.origin, v.person
         FROM line l JOIN officer o ON o.id = l.person
         CROSS JOIN LATERAL (VALUES (o.appointed_by), (o.set_up_by)) AS v(person)
        WHERE v.person IS NOT NULL
     )
     SELECT FROM line a JOIN line b ON a.person = b.person WHERE a.origin = $1 AND b.origin = $2 LIMIT 1`,
    [one, other],
  )
  return rowCount === 1
}

export async function setOfficerStatus(client: Queryable, id: string, status: OfficerStatus): Promise<void> {
  await client.query('UPDATE officer SET status = $2, updated_at = now() WHERE id = $1', [id, status])
}

/** She has set up a log-in, or came by a single sign-on: from now on she may sign in. */
export async function activateInvited(client: Queryable, id: string): Promise<void> {
  await client.query(
    `UPDATE officer SET status = 'ACTIVE', updated_at = now() WHERE id = $1 AND status = 'INVITED'`,
    [id],
  )
}

/** The department for which the officer does the day's work; null where she does not, or not yet. */
export async function workplaceOf(client: Queryable, id: string): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `SELECT department_id AS id FROM officer WHERE id = $1 AND status = 'ACTIVE' AND 'OFFICER' = ANY (roles)`,
    [id],
  )
  return rows[0]?.id ?? null
}

/** Held until the transaction ends, so that two administrators do not each remove the other as the last but one. */
export async function otherAdministrators(client: Queryable, id: string): Promise<number> {
  await lockName(client, administratorsLock)
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*) FROM officer o JOIN department d ON d.id = o.department_id
      WHERE o.id <> $1 AND o.status = 'ACTIVE' AND 'CITY_ADMINISTRATOR' = ANY (o.roles)
        AND d.status IN ('REGISTERED', 'ACTIVE')`,
    [id],
  )
  return rows[0]?.count ?? 0
}
