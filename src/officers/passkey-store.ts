import type { Queryable } from '../kernel/database.ts'

export type PasskeyRow = { id: string; name: string | null; createdAt: Date | null }

export async function passkeysOf(client: Queryable, officerId: string): Promise<PasskeyRow[]> {
  const { rows } = await client.query<PasskeyRow>(
    'SELECT id, name, created_at AS "createdAt" FROM officer_passkey WHERE officer_id = $1 ORDER BY created_at, id',
    [officerId],
  )
  return rows
}

/** Its credential id, by which the log tells it; null: the officer has no such passkey. */
export async function removePasskey(
  client: Queryable,
  officerId: string,
  id: string,
): Promise<string | null> {
  const { rows } = await client.query<{ credential: string }>(
    'DELETE FROM officer_passkey WHERE id = $1 AND officer_id = $2 RETURNING credential_id AS credential',
    [id, officerId],
  )
  return rows[0]?.credential ?? null
}
