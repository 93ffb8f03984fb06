import type { Queryable } from '../kernel/database.ts'

export type LogEntry = { logIndex: number; leaf: string; sealedSalt: Buffer | null; digests: Buffer | null }

/**
 * The entry of a department's request. A token sent twice has an entry for each arrival: without `logIndex` the one that
 * was answered, which is the first that is not about its repetition.
 */
export async function entryOf(
  database: Queryable,
  wanted: { department: string; jti: string; logIndex: number | null },
): Promise<LogEntry | null> {
  const { rows } = await database.query(
    `SELECT l.log_index, l.leaf, s.sealed_salt, s.digests
       FROM exchange_log l LEFT JOIN exchange_subjects s USING (log_index)
      WHERE l.department_code = $1 AND l.jti = $2 AND ($3::bigint IS NULL OR l.log_index = $3)
      ORDER BY l.leaf::jsonb ->> 'outcome' = 'REPLAYED', l.log_index LIMIT 1`,
    [wanted.department, wanted.jti, wanted.logIndex],
  )
  const [row] = rows
  return row
    ? { logIndex: row.log_index, leaf: row.leaf, sealedSalt: row.sealed_salt, digests: row.digests }
    : null
}

/** The first checkpoint that speaks of the entry: the nearest in time to the answer. */
export async function firstCheckpointOver(
  database: Queryable,
  logIndex: number,
): Promise<{ size: number } | null> {
  const { rows } = await database.query(
    'SELECT size FROM log_checkpoint WHERE size > $1 ORDER BY size LIMIT 1',
    [logIndex],
  )
  return rows[0] ?? null
}

/** The first of them that a witness signed too. */
export async function firstCosignedOver(
  database: Queryable,
  logIndex: number,
): Promise<{ size: number } | null> {
  const { rows } = await database.query(
    'SELECT size FROM log_cosignature WHERE size > $1 ORDER BY size LIMIT 1',
    [logIndex],
  )
  return rows[0] ?? null
}
