import type { Queryable } from '../kernel/database.ts'

/** Whom a record is about. */
export async function subjectNumbered(
  client: Queryable,
  id: number,
): Promise<{ name: string; uscc: string | null }> {
  const { rows } = await client.query('SELECT name, uscc FROM subject WHERE id = $1', [id])
  return rows[0]
}
