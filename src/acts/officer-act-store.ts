import type { Queryable } from '../kernel/database.ts'
import type { Officer } from '../officers/officer.ts'

/** One thing that an officer does at the console. `jti` names its leaf of the evidence log. */
export type OfficerAct = {
  officer: Pick<Officer, 'id' | 'sessionId' | 'department'>
  operation: string
  jti: string
  pendingActId: number | null
}

/**
 * Writes down the act in the transaction of what it does, on condition that the officer may still act: one whom an
 * administrator disabled, or whose session ended, after the request came, does nothing any more. False: nothing was written.
 */
export async function noteOfficerAct(client: Queryable, act: OfficerAct): Promise<boolean> {
  const { officer } = act
  const { rowCount } = await client.query(
    `INSERT INTO officer_act (officer_id, session_id, department_id, operation, jti, pending_act_id)
     SELECT o.id, s.id, d.id, $4, $5, $6
       FROM officer_session s JOIN officer o ON o.id = s.officer_id JOIN department d ON d.id = o.department_id
      WHERE s.id = $1 AND o.id = $2 AND d.id = $3 AND o.status = 'ACTIVE' AND d.status IN ('REGISTERED', 'ACTIVE')
        FOR SHARE OF s, o`,
    [officer.sessionId, officer.id, officer.department.id, act.operation, act.jti, act.pendingActId],
  )
  return rowCount === 1
}
