import type { Queryable } from '../kernel/database.ts'

export type RecoveryRow = {
  id: number
  officer: { id: string; name: string }
  reason: string
  openedBy: { id: string; name: string }
  openedAt: Date
  expiresAt: Date
  outcome: 'CONFIRMED' | 'CANCELLED' | 'EXPIRED' | null
  decidedBy: { id: string; name: string } | null
  decidedAt: Date | null
}

const selectRecovery = `
  SELECT r.id, json_build_object('id', o.id, 'name', o.name) AS officer, r.reason,
         json_build_object('id', b.id, 'name', b.name) AS "openedBy", r.opened_at AS "openedAt", r.expires_at AS "expiresAt",
         r.outcome, r.decided_at AS "decidedAt",
         CASE WHEN c.id IS NOT NULL THEN json_build_object('id', c.id, 'name', c.name) END AS "decidedBy"
    FROM officer_recovery r JOIN officer o ON o.id = r.officer_id JOIN officer b ON b.id = r.opened_by
    LEFT JOIN officer c ON c.id = r.decided_by`

export async function openRecoveries(client: Queryable, now: Date): Promise<RecoveryRow[]> {
  const { rows } = await client.query<RecoveryRow>(
    `${selectRecovery} WHERE r.outcome IS NULL AND r.expires_at > $1 ORDER BY r.opened_at`,
    [now],
  )
  return rows
}

export async function lockRecovery(client: Queryable, id: number): Promise<RecoveryRow | null> {
  const { rows } = await client.query<RecoveryRow>(`${selectRecovery} WHERE r.id = $1 FOR UPDATE OF r`, [id])
  return rows[0] ?? null
}

/** Those of the officer whose time is over make room. */
export async function expireRecoveries(client: Queryable, officerId: string, now: Date): Promise<void> {
  await client.query(
    `UPDATE officer_recovery SET outcome = 'EXPIRED', decided_at = $2
      WHERE officer_id = $1 AND outcome IS NULL AND expires_at <= $2`,
    [officerId, now],
  )
}

/** Null: one is open already. */
export async function insertRecovery(
  client: Queryable,
  recovery: { officerId: string; reason: string; openedBy: string; openedAt: Date; expiresAt: Date },
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO officer_recovery (officer_id, reason, opened_by, opened_at, expires_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (officer_id) WHERE outcome IS NULL DO NOTHING RETURNING id`,
    [recovery.officerId, recovery.reason, recovery.openedBy, recovery.openedAt, recovery.expiresAt],
  )
  return rows[0]?.id ?? null
}

export async function decideRecovery(
  client: Queryable,
  id: number,
  decision: { outcome: 'CONFIRMED' | 'CANCELLED'; by: string; at: Date },
): Promise<void> {
  await client.query(
    'UPDATE officer_recovery SET outcome = $2, decided_by = $3, decided_at = $4 WHERE id = $1',
    [id, decision.outcome, decision.by, decision.at],
  )
}

/** Who confirmed the last recovery of an officer who has set nothing up since; null where there was none. */
export async function lastConfirmer(client: Queryable, officerId: string): Promise<string | null> {
  const { rows } = await client.query<{ by: string }>(
    `SELECT r.decided_by AS by FROM officer_recovery r JOIN officer o ON o.id = r.officer_id
      WHERE r.officer_id = $1 AND r.outcome = 'CONFIRMED' AND o.status = 'INVITED' ORDER BY r.id DESC LIMIT 1`,
    [officerId],
  )
  return rows[0]?.by ?? null
}
