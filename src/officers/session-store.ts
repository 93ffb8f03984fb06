import { z } from 'zod'
import { departmentColumns, departmentRow } from '../departments/department-row.ts'
import type { Queryable } from '../kernel/database.ts'
import { type Officer, officerRoles } from './officer.ts'
import type { SessionMethod } from './officer-event.ts'

/** Who may be signed in, in SQL: `o` the officer, `d` her department. A department need not have a key of its own. */
const admitted = `o.status = 'ACTIVE' AND d.status IN ('REGISTERED', 'ACTIVE')`

const sessionRow = z.object({
  ...departmentRow,
  session_id: z.string(),
  used_at: z.date(),
  officer_id: z.string(),
  officer_name: z.string(),
  email: z.string(),
  officer_roles: z.array(z.enum(officerRoles)),
  division: z.string().nullable(),
})

/** The session of that token, if it counts at `now`: not over, used since `usedSince`, its officer and department admitted. */
export async function liveSession(
  client: Queryable,
  token: string,
  now: Date,
  usedSince: Date,
): Promise<{ officer: Officer; usedAt: Date } | null> {
  const { rows } = await client.query({
    name: 'officer-session',
    text: `SELECT s.id AS session_id, s.updated_at AS used_at, o.id AS officer_id, o.name AS officer_name, o.email,
                  o.roles AS officer_roles, o.division_code AS division, ${departmentColumns}
             FROM officer_session s JOIN officer o ON o.id = s.officer_id JOIN department d ON d.id = o.department_id
            WHERE s.token = $1 AND s.expires_at > $2 AND s.updated_at > $3 AND s.epoch = o.session_epoch AND ${admitted}`,
    values: [token, now, usedSince],
  })
  if (rows.length === 0) return null
  const row = sessionRow.parse(rows[0])
  return {
    usedAt: row.used_at,
    officer: {
      id: row.officer_id,
      name: row.officer_name,
      email: row.email,
      roles: row.officer_roles,
      division: row.division,
      sessionId: row.session_id,
      department: {
        id: row.id,
        code: row.code,
        name: row.name ?? row.code,
        kind: row.kind,
        status: row.status,
        roles: row.roles,
      },
    },
  }
}

export async function noteUse(client: Queryable, sessionId: string, now: Date): Promise<void> {
  await client.query('UPDATE officer_session SET updated_at = $2 WHERE id = $1 AND updated_at < $2', [
    sessionId,
    now,
  ])
}

/**
 * The epoch of a session that may begin for the officer; null: none may. A single sign-on also admits one who was only
 * invited, but not one who is being recovered: who has her e-mail at the provider may be why.
 */
export async function epochToBegin(
  client: Queryable,
  officerId: string,
  invitedToo: boolean,
): Promise<number | null> {
  const { rows } = await client.query<{ epoch: number }>(
    `SELECT o.session_epoch AS epoch FROM officer o JOIN department d ON d.id = o.department_id
      WHERE o.id = $1 AND (${admitted} OR (
        $2 AND o.status = 'INVITED' AND d.status IN ('REGISTERED', 'ACTIVE')
        AND NOT EXISTS (SELECT FROM officer_recovery r WHERE r.officer_id = o.id AND r.outcome = 'CONFIRMED')))`,
    [officerId, invitedToo],
  )
  return rows[0]?.epoch ?? null
}

export type SessionRow = {
  id: string
  method: SessionMethod
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
  address: string | null
  userAgent: string | null
}

export async function sessionsOf(
  client: Queryable,
  officerId: string,
  now: Date,
  usedSince: Date,
): Promise<SessionRow[]> {
  const { rows } = await client.query<SessionRow>(
    `SELECT id, method, created_at AS "createdAt", updated_at AS "lastUsedAt", expires_at AS "expiresAt", address,
            user_agent AS "userAgent"
       FROM officer_session WHERE officer_id = $1 AND expires_at > $2 AND updated_at > $3 ORDER BY created_at DESC`,
    [officerId, now, usedSince],
  )
  return rows
}

export async function endSession(client: Queryable, officerId: string, sessionId: string): Promise<boolean> {
  const { rowCount } = await client.query('DELETE FROM officer_session WHERE id = $1 AND officer_id = $2', [
    sessionId,
    officerId,
  ])
  return rowCount === 1
}

/** All of the officer, also one that is about to begin, but not the one that is kept. Returns how many. */
export async function endSessions(
  client: Queryable,
  officerId: string,
  kept: string | null = null,
): Promise<number> {
  await client.query(
    `WITH ended AS (UPDATE officer SET session_epoch = session_epoch + 1 WHERE id = $1 RETURNING session_epoch)
     UPDATE officer_session SET epoch = ended.session_epoch FROM ended WHERE id = $2 AND officer_id = $1`,
    [officerId, kept],
  )
  const { rowCount } = await client.query(
    'DELETE FROM officer_session WHERE officer_id = $1 AND id IS DISTINCT FROM $2',
    [officerId, kept],
  )
  return rowCount ?? 0
}

export async function sweepSessions(client: Queryable, now: Date, usedSince: Date): Promise<void> {
  await client.query('DELETE FROM officer_session WHERE expires_at <= $1 OR updated_at <= $2', [
    now,
    usedSince,
  ])
  await client.query('DELETE FROM auth_verification WHERE expires_at <= $1', [now])
}
