import type pg from 'pg'
import { type Queryable, transaction } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import type { ByteSource } from '../tabular/tabular-file.ts'

/** Files of records in encrypted pieces of equal size: they hold certificate numbers. */

const context = (fileId: number, position: number) => `stored file ${fileId} ${position}`

/** A file that does not count yet; where it never will, `sweepFiles` removes it. */
export async function beginFile(database: Queryable, departmentId: number): Promise<number> {
  const { rows } = await database.query('INSERT INTO stored_file (department_id) VALUES ($1) RETURNING id', [
    departmentId,
  ])
  return Number(rows[0].id)
}

export async function appendPiece(
  database: Queryable,
  vault: Vault,
  fileId: number,
  position: number,
  bytes: Uint8Array,
): Promise<void> {
  await database.query({
    name: 'append-file-piece',
    text: 'INSERT INTO stored_file_piece (file_id, position, ciphertext) VALUES ($1, $2, $3)',
    values: [fileId, position, vault.encrypt(bytes, context(fileId, position))],
  })
}

/** From here on the file counts. */
export async function completeFile(
  client: Queryable,
  fileId: number,
  facts: { size: number; sha256: string; now: Date },
): Promise<void> {
  await client.query('UPDATE stored_file SET completed_at = $2, size = $3, sha256 = $4 WHERE id = $1', [
    fileId,
    facts.now,
    facts.size,
    facts.sha256,
  ])
}

/**
 * Removes a file that no batch took. It waits for a transaction that may be taking it, and leaves it alone where it was
 * taken: whoever lost the connection at the commit cannot know.
 */
export async function dropFile(pool: pg.Pool, fileId: number): Promise<void> {
  await transaction(pool, async (client) => {
    const { rows } = await client.query(
      'SELECT 1 FROM stored_file WHERE id = $1 AND completed_at IS NULL FOR UPDATE',
      [fileId],
    )
    if (rows.length === 0) return
    await client.query('DELETE FROM stored_file_piece WHERE file_id = $1', [fileId])
    await client.query('DELETE FROM stored_file WHERE id = $1', [fileId])
  })
}

/** What the department has sent and is not done yet. */
export async function filesWaiting(
  database: Queryable,
  departmentId: number,
): Promise<{ files: number; bytes: number }> {
  const { rows } = await database.query(
    `SELECT count(*) AS files, coalesce(sum(f.size), 0)::int8 AS bytes FROM batch b JOIN stored_file f ON f.id = b.source_file_id
      WHERE b.department_id = $1 AND b.finished_at IS NULL AND b.channel = 'FILE'`,
    [departmentId],
  )
  return rows[0]
}

/** Cuts bytes as they come into pieces of `limits.fileChunkBytes`; the last one may be shorter. */
export async function* inPieces(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const piece = Buffer.allocUnsafe(limits.fileChunkBytes)
  let filled = 0
  for await (const chunk of bytes) {
    let from = 0
    while (from < chunk.length) {
      const taken = Math.min(piece.length - filled, chunk.length - from)
      piece.set(chunk.subarray(from, from + taken), filled)
      filled += taken
      from += taken
      if (filled < piece.length) continue
      yield piece
      filled = 0
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

const piecesPerRead = 2

/** The bytes of a stored file, decrypted as they are asked for. */
export function storedBytes(database: Queryable, vault: Vault, fileId: number, size: number): ByteSource {
  return {
    size,
    async *stream(start, end) {
      const last = Math.min(end, size)
      let at = Math.max(0, start)
      while (at < last) {
        const first = Math.floor(at / limits.fileChunkBytes)
        const { rows } = await database.query({
          name: 'read-file-pieces',
          text: 'SELECT position, ciphertext FROM stored_file_piece WHERE file_id = $1 AND position >= $2 AND position <= $3 ORDER BY position',
          values: [
            fileId,
            first,
            Math.min(first + piecesPerRead - 1, Math.floor((last - 1) / limits.fileChunkBytes)),
          ],
        })
        if (rows.length === 0) throw new RangeError(`piece ${first} of stored file ${fileId} is missing`)
        for (const row of rows) {
          const bytes = vault.decryptBytes(row.ciphertext, context(fileId, row.position))
          const offset = row.position * limits.fileChunkBytes
          const part = bytes.subarray(at - offset, last - offset)
          at += part.length
          yield part
        }
      }
    },
  }
}

/**
 * Erases what is no longer needed: files of batches that ended long ago with what was wrong with their rows, files whose
 * sending broke off, copies that no batch came to name. A file that nobody confirmed in that time is cancelled first.
 * Returns how many.
 */
export async function sweepFiles(database: Queryable, now: Date): Promise<number> {
  const ended = new Date(now.getTime() - limits.fileRetentionDays * 86_400_000)
  const brokenOff = new Date(now.getTime() - 2 * limits.fileReceiveTimeout)
  await database.query(
    `UPDATE batch SET status = 'CANCELLED', finished_at = $2 WHERE status = 'SUSPICIOUS' AND received_at < $1`,
    [ended, now],
  )
  const { rows } = await database.query(
    `SELECT f.id, b.id AS batch FROM stored_file f LEFT JOIN batch b ON f.id IN (b.source_file_id, b.annotated_file_id)
      WHERE f.erased_at IS NULL AND (b.finished_at < $1 OR (b.id IS NULL AND f.created_at < $2)) LIMIT 100`,
    [ended, brokenOff],
  )
  for (const { id, batch } of rows) {
    await database.query('DELETE FROM batch_problem WHERE batch_ref = $1', [batch])
    await database.query('DELETE FROM stored_file_piece WHERE file_id = $1', [id])
    await database.query('UPDATE stored_file SET erased_at = $2 WHERE id = $1', [id, now])
  }
  return rows.length
}
