import { noteAdministration } from '../kernel/administration-trace.ts'
import type { Queryable } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'

/** Rows that wait for a person's decision. They hold certificate numbers, so each is encrypted as a whole. */

/** Under this context a row is encrypted. */
export const heldRowContext = (batchRef: number, index: number) => `held row ${batchRef} ${index}`

export async function holdRows(
  client: Queryable,
  vault: Vault,
  batchRef: number,
  rows: readonly { index: number; code: string; raw: unknown }[],
): Promise<void> {
  if (rows.length === 0) return
  await client.query(
    `INSERT INTO held_row (batch_ref, row_index, code, ciphertext, status)
     SELECT $1, n, code, body, 'WAITING' FROM unnest($2::int[], $3::text[], $4::bytea[]) AS r (n, code, body)`,
    [
      batchRef,
      rows.map(({ index }) => index),
      rows.map(({ code }) => code),
      rows.map(({ index, raw }) => vault.encrypt(JSON.stringify(raw), heldRowContext(batchRef, index))),
    ],
  )
}

export type HeldRow = {
  id: number
  batchRef: number
  receivedAt: Date
  index: number
  datasetCode: string
  raw: unknown
}

/** The waiting row, locked; null where there is none or it is decided. */
export async function lockHeldRow(client: Queryable, vault: Vault, id: number): Promise<HeldRow | null> {
  const { rows } = await client.query(
    `SELECT h.id, h.batch_ref, b.received_at, h.row_index, h.ciphertext, s.code AS dataset
       FROM held_row h JOIN batch b ON b.id = h.batch_ref JOIN dataset s ON s.id = b.dataset_id
      WHERE h.id = $1 AND h.status = 'WAITING' FOR UPDATE OF h`,
    [id],
  )
  const row = rows[0]
  if (!row) return null
  const batchRef = Number(row.batch_ref)
  return {
    id: Number(row.id),
    batchRef,
    receivedAt: row.received_at,
    index: row.row_index,
    datasetCode: row.dataset,
    raw: JSON.parse(vault.decrypt(row.ciphertext, heldRowContext(batchRef, row.row_index))),
  }
}

export async function decideHeldRow(
  client: Queryable,
  id: number,
  decision: { status: 'ACCEPTED' | 'REFUSED'; actor: string; reason: string; at: Date },
): Promise<void> {
  await client.query(
    'UPDATE held_row SET status = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE id = $1',
    [id, decision.status, decision.actor, decision.at, decision.reason],
  )
  await noteAdministration(client, {
    actor: decision.actor,
    action: `HELD_ROW_${decision.status}`,
    target: String(id),
    facts: { reason: decision.reason },
  })
}

/** Who looked at a held row, and when: it holds certificate numbers. */
export async function noteHeldRowSeen(client: Queryable, id: number, actor: string): Promise<void> {
  await noteAdministration(client, { actor, action: 'HELD_ROW_SEEN', target: String(id), facts: {} })
}
