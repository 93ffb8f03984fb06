import { z } from 'zod'
import type { Queryable } from '../kernel/database.ts'
import { type ActOperation, actOperations } from './pending-act.ts'

const person = z.object({ id: z.string(), name: z.string() })
const pendingActRow = z.object({
  id: z.number(),
  departmentId: z.number(),
  inputMac: z.string(),
  operation: z.enum(actOperations),
  sealed: z.instanceof(Buffer).nullable(),
  state: z.enum(['PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN']),
  proposedBy: person,
  proposedAt: z.date(),
  expiresAt: z.date(),
  decidedBy: person.nullable(),
  decidedAt: z.date().nullable(),
  sealedReason: z.instanceof(Buffer).nullable(),
})
export type PendingActRow = z.infer<typeof pendingActRow>

const selectAct = `
  SELECT a.id, a.department_id AS "departmentId", a.input_mac AS "inputMac", a.operation, a.variables AS sealed, a.state,
         json_build_object('id', p.id, 'name', p.name) AS "proposedBy", a.proposed_at AS "proposedAt",
         a.expires_at AS "expiresAt", a.decided_at AS "decidedAt", a.reason AS "sealedReason",
         CASE WHEN d.id IS NOT NULL THEN json_build_object('id', d.id, 'name', d.name) END AS "decidedBy"
    FROM pending_act a JOIN officer p ON p.id = a.proposed_by LEFT JOIN officer d ON d.id = a.decided_by`

export async function findPendingAct(client: Queryable, id: number): Promise<PendingActRow | null> {
  const { rows } = await client.query(`${selectAct} WHERE a.id = $1`, [id])
  return rows[0] ? pendingActRow.parse(rows[0]) : null
}

export async function findProposal(
  client: Queryable,
  departmentId: number,
  proposalId: string,
): Promise<PendingActRow | null> {
  const { rows } = await client.query(`${selectAct} WHERE a.department_id = $1 AND a.proposal_id = $2`, [
    departmentId,
    proposalId,
  ])
  return rows[0] ? pendingActRow.parse(rows[0]) : null
}

export async function countWaiting(client: Queryable, departmentId: number, now: Date): Promise<number> {
  const { rows } = await client.query(
    `SELECT count(*) AS waiting FROM pending_act WHERE department_id = $1 AND state = 'PENDING' AND expires_at > $2`,
    [departmentId, now],
  )
  return rows[0].waiting
}

/** Its number comes first, since the variables are sealed to it. */
export async function nextActId(client: Queryable): Promise<number> {
  const { rows } = await client.query(`SELECT nextval(pg_get_serial_sequence('pending_act', 'id')) AS id`)
  return rows[0].id
}

export async function insertPendingAct(
  client: Queryable,
  act: {
    id: number
    departmentId: number
    proposalId: string
    inputMac: string
    operation: ActOperation
    sealed: Uint8Array
    proposedBy: string
    proposedAt: Date
    expiresAt: Date
  },
): Promise<void> {
  await client.query(
    `INSERT INTO pending_act (id, department_id, proposal_id, input_mac, operation, variables, proposed_by, proposed_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      act.id,
      act.departmentId,
      act.proposalId,
      act.inputMac,
      act.operation,
      act.sealed,
      act.proposedBy,
      act.proposedAt,
      act.expiresAt,
    ],
  )
}

/** Latest first. `waiting`: true, only those that wait; false, only others; null, all. */
export async function pageOfActs(
  client: Queryable,
  filter: { departmentId: number; waiting: boolean | null; now: Date },
  page: { afterId: number | null; limit: number },
): Promise<PendingActRow[]> {
  const { rows } = await client.query(
    `${selectAct}
      WHERE a.department_id = $1 AND ($2::boolean IS NULL OR (a.state = 'PENDING' AND a.expires_at > $3) = $2)
        AND ($4::bigint IS NULL OR a.id < $4) ORDER BY a.id DESC LIMIT $5`,
    [filter.departmentId, filter.waiting, filter.now, page.afterId, page.limit],
  )
  return z.array(pendingActRow).parse(rows)
}

/**
 * Lets the act happen, on condition that nobody has decided it, that its time is not over, and that who proposed it may still
 * propose such acts. Whoever decides it at the same time waits here, and then finds it decided. False: it may not happen.
 */
export async function approve(
  client: Queryable,
  decision: {
    id: number
    departmentId: number
    by: string
    at: Date
    sealedReason: Uint8Array | null
    proposerRoles: readonly string[]
  },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE pending_act a SET state = 'APPROVED', decided_by = $3, decided_at = $4, reason = $5
      WHERE a.id = $1 AND a.department_id = $2 AND a.state = 'PENDING' AND a.expires_at > $4 AND a.proposed_by <> $3
        AND EXISTS (SELECT FROM officer o WHERE o.id = a.proposed_by AND o.status = 'ACTIVE'
                       AND o.department_id = a.department_id AND o.roles && $6::text[])`,
    [
      decision.id,
      decision.departmentId,
      decision.by,
      decision.at,
      decision.sealedReason,
      decision.proposerRoles,
    ],
  )
  return rowCount === 1
}

/** Ends the act without its happening. False: it was decided, or its time is over. */
export async function endAct(
  client: Queryable,
  decision: { id: number; state: 'REJECTED' | 'WITHDRAWN'; by: string; at: Date; sealedReason: Uint8Array },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE pending_act SET state = $2, decided_by = $3, decided_at = $4, reason = $5
      WHERE id = $1 AND state = 'PENDING' AND expires_at > $4`,
    [decision.id, decision.state, decision.by, decision.at, decision.sealedReason],
  )
  return rowCount === 1
}

/** Erases what was proposed, and what was said of it, where it was over before a moment: names and numbers are kept no longer than they are of use. */
export async function eraseContents(client: Queryable, before: Date): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE pending_act SET variables = NULL, reason = NULL
      WHERE (variables IS NOT NULL OR reason IS NOT NULL) AND (decided_at < $1 OR (decided_at IS NULL AND expires_at < $1))`,
    [before],
  )
  return rowCount ?? 0
}
