import { z } from 'zod'
import type { LegalDay } from '../kernel/clock.ts'
import { type Queryable, tryLockName } from '../kernel/database.ts'
import { type OpenDataFormat, type OpenDataName, openDataFormats, openDataNames } from './open-data.ts'

export type OpenDataFile = {
  id: number
  name: OpenDataName
  format: OpenDataFormat
  day: LegalDay
  dataVersion: number
  rows: number
  size: number
  /** Hexadecimal, as `sha256sum` prints it. */
  sha256: string
  generatedAt: Date
}

const file: z.ZodType<OpenDataFile> = z.object({
  id: z.int(),
  name: z.enum(openDataNames),
  format: z.enum(openDataFormats),
  day: z.string(),
  dataVersion: z.int(),
  rows: z.int(),
  size: z.int(),
  sha256: z.string(),
  generatedAt: z.date(),
})

/** Something that a file of that position may show has ended or changed since: any event but one that only adds. */
const endedSince = (position: string) => `EXISTS (
  SELECT FROM feed_event e WHERE e.position > ${position}
     AND (e.kind NOT IN ('RECORD_STORED', 'LISTED')
          OR (e.kind = 'RECORD_STORED' AND (SELECT r.version FROM record r WHERE r.id = e.record_id) > 1)))`

/** The files of the day that show nothing that has ended since; none, where they have to be made anew. */
export async function currentFiles(
  database: Queryable,
  day: LegalDay,
  basis: string,
): Promise<OpenDataFile[]> {
  const { rows } = await database.query(
    `SELECT f.id, f.name, f.format, f.day, f.data_version AS "dataVersion", f.rows, f.size, f.sha256,
            f.generated_at AS "generatedAt"
       FROM open_data_file f
      WHERE f.day = $1::date AND f.basis = $2 AND NOT ${endedSince('(SELECT min(clean_until) FROM open_data_file)')}
      ORDER BY f.name, f.format`,
    [day, basis],
  )
  return z.array(file).parse(rows)
}

/** Notes how far files are known to be clean, so that the next look begins there. */
export async function noteClean(database: Queryable, position: number): Promise<void> {
  await database.query(
    `UPDATE open_data_file f SET clean_until = $1 WHERE clean_until < $1 AND NOT ${endedSince('f.clean_until')}`,
    [position],
  )
}

/** Fixes what the transaction sees, and makes sure that it alone makes files; false: another does. */
export async function beginFiles(client: Queryable): Promise<boolean> {
  await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
  return tryLockName(client, 'open data')
}

export async function dropFiles(client: Queryable): Promise<void> {
  await client.query('DELETE FROM open_data_file')
}

export async function beginFile(
  client: Queryable,
  facts: {
    name: OpenDataName
    format: OpenDataFormat
    day: LegalDay
    basis: string
    dataVersion: number
    now: Date
  },
): Promise<number> {
  const { rows } = await client.query(
    `INSERT INTO open_data_file (name, format, day, basis, data_version, clean_until, generated_at)
     VALUES ($1, $2, $3, $4, $5, $5, $6) RETURNING id`,
    [facts.name, facts.format, facts.day, facts.basis, facts.dataVersion, facts.now],
  )
  return Number(rows[0].id)
}

export async function appendPiece(
  client: Queryable,
  fileId: number,
  position: number,
  bytes: Uint8Array,
): Promise<void> {
  await client.query('INSERT INTO open_data_piece (file_id, position, bytes) VALUES ($1, $2, $3)', [
    fileId,
    position,
    bytes,
  ])
}

export async function completeFile(
  client: Queryable,
  fileId: number,
  facts: { rows: number; size: number; sha256: string },
): Promise<void> {
  await client.query('UPDATE open_data_file SET rows = $2, size = $3, sha256 = $4 WHERE id = $1', [
    fileId,
    facts.rows,
    facts.size,
    facts.sha256,
  ])
}

/** Null: the file is gone, and with it what of it was not read yet. */
export async function readPiece(
  database: Queryable,
  fileId: number,
  position: number,
): Promise<Buffer | null> {
  const { rows } = await database.query({
    name: 'open-data-piece',
    text: 'SELECT bytes FROM open_data_piece WHERE file_id = $1 AND position = $2',
    values: [fileId, position],
  })
  return rows[0]?.bytes ?? null
}
