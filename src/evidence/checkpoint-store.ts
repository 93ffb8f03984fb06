import { lockName, type Queryable } from '../kernel/database.ts'
import type { Checkpoint } from './checkpoint.ts'

/** Leaves that are durable; all of them can be read from then on. */
export async function logSize(database: Queryable): Promise<number> {
  const { rows } = await database.query('SELECT next_index FROM log_head')
  return Number(rows[0].next_index)
}

/** Held while a checkpoint is made, and while what it would note is forgotten. */
export const checkpointLock = 'log checkpoint'

export async function latestCheckpoint(database: Queryable): Promise<Checkpoint | null> {
  const { rows } = await database.query({
    name: 'latest-checkpoint',
    text: 'SELECT size, root, note, at FROM log_checkpoint ORDER BY size DESC LIMIT 1',
  })
  return rows[0] ?? null
}

export async function checkpointOfSize(database: Queryable, size: number): Promise<Checkpoint | null> {
  const { rows } = await database.query('SELECT size, root, note, at FROM log_checkpoint WHERE size = $1', [
    size,
  ])
  return rows[0] ?? null
}

export async function saveCheckpoint(client: Queryable, { size, root, note, at }: Checkpoint): Promise<void> {
  await client.query('INSERT INTO log_checkpoint (size, root, note, at) VALUES ($1, $2, $3, $4)', [
    size,
    root,
    note,
    at,
  ])
}

/** Lines of the witnesses that signed this checkpoint, by name. */
export async function cosignatureLines(database: Queryable, size: number): Promise<string[]> {
  const { rows } = await database.query(
    'SELECT line FROM log_cosignature JOIN witness ON id = witness_id WHERE size = $1 ORDER BY name',
    [size],
  )
  return rows.map((row) => row.line)
}

/** Where a stretch of the log from a place ends that names so many subjects at most, or one entry. */
export async function endOfStretch(
  database: Queryable,
  from: number,
  most: { entries: number; subjects: number },
): Promise<number> {
  const { rows } = await database.query(
    `SELECT min(log_index) AS beyond FROM (
       SELECT log_index, sum(cardinality(subject_ids)) OVER (ORDER BY log_index) AS subjects
         FROM exchange_subjects WHERE log_index >= $1 AND log_index < $1 + $2::bigint) s
      WHERE subjects > $3 AND log_index > $1`,
    [from, most.entries, most.subjects],
  )
  return rows[0].beyond ?? from + most.entries
}

/** Notes for each subject that it was asked about in these entries of the log. */
export async function noteEnquiries(client: Queryable, range: { from: number; to: number }): Promise<void> {
  await client.query(
    `INSERT INTO subject_enquiry (subject_id, log_index)
     SELECT DISTINCT subject_id, log_index FROM exchange_subjects, unnest(subject_ids) AS subject_id
      WHERE log_index >= $1 AND log_index < $2
     ON CONFLICT DO NOTHING`,
    [range.from, range.to],
  )
}

export type AuditedEntry = { logIndex: number; leaf: string; leafHash: Buffer }

export async function entriesFrom(database: Queryable, from: number, to: number): Promise<AuditedEntry[]> {
  const { rows } = await database.query(
    `SELECT log_index AS "logIndex", leaf, leaf_hash AS "leafHash" FROM exchange_log
      WHERE log_index >= $1 AND log_index < $2 ORDER BY log_index`,
    [from, to],
  )
  return rows
}

/**
 * Forgets that a subject was asked about. The digests of those exchanges go with their salt, which all subjects of one
 * share; the leaves, which only hold a digest of the digests, stay as they are.
 */
export async function forgetEnquiries(client: Queryable, subjectId: number): Promise<void> {
  // A checkpoint under way would note the subject behind our back. It only tries this lock, so it waits for its next turn.
  await lockName(client, checkpointLock)
  await client.query(
    `UPDATE exchange_subjects
        SET subject_ids = array_remove(subject_ids, $1::bigint), sealed_salt = NULL, digests = NULL
      WHERE log_index IN (SELECT log_index FROM subject_enquiry WHERE subject_id = $1)
         OR (log_index >= (SELECT coalesce(max(size), 0) FROM log_checkpoint) AND $1 = ANY (subject_ids))`,
    [subjectId],
  )
  await client.query('DELETE FROM subject_enquiry WHERE subject_id = $1', [subjectId])
}
