import type { Queryable } from '../kernel/database.ts'
import type { DoubtfulNumberDecision } from './doubtful-number.ts'
import type { Action, Actor } from './identity-store.ts'

/** Decisions on numbers with a wrong check character. Only ever appended; the last on a number counts. */

/** `key`: the code itself, or the keyed hash of a person's number. */
export type NumberKey = { scheme: string; key: string }

export async function appendNumberDecision(
  client: Queryable,
  { scheme, key }: NumberKey,
  { decision, reason }: { decision: DoubtfulNumberDecision; reason: string },
  by: Actor,
  action: Action | null,
): Promise<void> {
  await client.query(
    `INSERT INTO doubtful_number_decision (scheme, value_key, decision, reason, department_id, actor, action_id, input_mac)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [scheme, key, decision, reason, by.departmentId, by.name, action?.id, action?.inputMac],
  )
}

/** What is decided on these numbers, by `scheme key`; a number that nobody decided on is not among them. */
export async function numberDecisions(
  client: Queryable,
  keys: readonly NumberKey[],
): Promise<Map<string, DoubtfulNumberDecision>> {
  const { rows } = await client.query(
    `SELECT DISTINCT ON (d.scheme, d.value_key) d.scheme || ' ' || d.value_key AS key, d.decision
       FROM doubtful_number_decision d JOIN unnest($1::text[], $2::text[]) AS r (scheme, value_key) USING (scheme, value_key)
      ORDER BY d.scheme, d.value_key, d.id DESC`,
    [keys.map(({ scheme }) => scheme), keys.map(({ key }) => key)],
  )
  return new Map(rows.map(({ key, decision }) => [key, decision]))
}

export type StoredNumberDecision = {
  id: number
  scheme: string
  /** Null for a person, whose number is shown to nobody. */
  uscc: string | null
  decision: DoubtfulNumberDecision
  reason: string
  by: string
  recordedAt: Date
}

const selectDecision = `
  SELECT id, scheme, CASE WHEN scheme = 'USCC' THEN value_key END AS uscc, decision, reason, actor AS by,
         recorded_at AS "recordedAt", input_mac AS "inputMac"
    FROM doubtful_number_decision`

/** What an action id of a department stands for; null: nothing yet. */
export async function findNumberDecision(
  client: Queryable,
  departmentId: number,
  actionId: string,
): Promise<(StoredNumberDecision & { inputMac: string }) | null> {
  const { rows } = await client.query(`${selectDecision} WHERE department_id = $1 AND action_id = $2`, [
    departmentId,
    actionId,
  ])
  return rows[0] ?? null
}

export async function latestNumberDecisions(
  database: Queryable,
  most: number,
): Promise<StoredNumberDecision[]> {
  const { rows } = await database.query(`${selectDecision} ORDER BY id DESC LIMIT $1`, [most])
  return rows
}

/** The last decision on a number; null: nobody decided on it. */
export async function lastNumberDecision(
  client: Queryable,
  { scheme, key }: NumberKey,
): Promise<StoredNumberDecision | null> {
  const { rows } = await client.query(
    `${selectDecision} WHERE scheme = $1 AND value_key = $2 ORDER BY id DESC LIMIT 1`,
    [scheme, key],
  )
  return rows[0] ?? null
}
