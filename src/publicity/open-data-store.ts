import { z } from 'zod'
import type { LegalDay } from '../kernel/clock.ts'
import { type Queryable, tryLockName } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import {
  type OpenDataFormat,
  type OpenDataName,
  type OpenDataPiece,
  openDataFormats,
  openDataNames,
} from './open-data.ts'

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

/** Any event but one that only adds: something that files of that position show may have ended or changed. */
const endedSince = (position: string) => `e.position > ${position}
     AND (e.kind NOT IN ('RECORD_STORED', 'LISTED')
          OR (e.kind = 'RECORD_STORED' AND (SELECT r.version FROM record r WHERE r.id = e.record_id) > 1))`

const cleanUntil = '(SELECT min(clean_until) FROM open_data_file WHERE replaced_at IS NULL)'

/** The files of the day, whatever has ended since. */
export async function filesOfDay(database: Queryable, day: LegalDay, basis: string): Promise<OpenDataFile[]> {
  const { rows } = await database.query(
    `SELECT f.id, f.name, f.format, f.day, f.data_version AS "dataVersion", f.rows, f.size, f.sha256,
            f.generated_at AS "generatedAt"
       FROM open_data_file f WHERE f.day = $1::date AND f.basis = $2 AND f.replaced_at IS NULL ORDER BY f.name, f.format`,
    [day, basis],
  )
  return z.array(file).parse(rows)
}

/** Whether something that they show ended longer ago than `grace` milliseconds. */
export async function areOutdated(database: Queryable, grace: number): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT EXISTS (SELECT FROM feed_event e WHERE ${endedSince(cleanUntil)}
                       AND e.at <= clock_timestamp() - $1 * interval '1 millisecond') AS outdated`,
    [grace],
  )
  return rows[0].outdated
}

/** Records of which something may have ended or changed since the files were clean; null: more than are mended. */
export async function recordsTouched(database: Queryable): Promise<number[] | null> {
  const { rows } = await database.query(
    `WITH touching AS MATERIALIZED (
       SELECT e.record_id, e.subject_id, e.kind FROM feed_event e WHERE ${endedSince(cleanUntil)} LIMIT $1)
     SELECT (SELECT count(*) FROM touching)::int AS events,
            ARRAY(SELECT record_id FROM touching WHERE record_id IS NOT NULL
                  UNION
                  SELECT r.id FROM touching t JOIN record r ON r.subject_id = ANY (subject_members(t.subject_id))
                   WHERE t.kind LIKE 'SUBJECT%' AND t.subject_id IS NOT NULL
                   LIMIT $2)::text[] AS ids`,
    [limits.openDataEventsLookedThrough, limits.openDataMended + 1],
  )
  const [{ events, ids }] = rows
  const isAll = events < limits.openDataEventsLookedThrough && ids.length <= limits.openDataMended
  return isAll ? ids.map(Number) : null
}

/** Whether nothing that they show has ended or changed in the last so many milliseconds. */
export async function isStill(database: Queryable, pause: number): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT NOT EXISTS (SELECT FROM feed_event e WHERE ${endedSince(cleanUntil)}
                           AND e.at > clock_timestamp() - $1 * interval '1 millisecond') AS still`,
    [pause],
  )
  return rows[0].still
}

/** Fixes what the transaction sees, and makes sure that it alone makes files; false: another does. */
export async function beginFiles(client: Queryable): Promise<boolean> {
  await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
  await client.query(`SET LOCAL statement_timeout = ${limits.openDataTimeout}`)
  return tryLockName(client, 'open data')
}

/** Nothing that they show has ended up to there. */
export async function noteClean(client: Queryable, position: number): Promise<void> {
  await client.query(
    'UPDATE open_data_file SET clean_until = $1 WHERE replaced_at IS NULL AND clean_until < $1',
    [position],
  )
}

/** Other versions are about to take their place. Versions replaced before then are given up, with what only they held. */
export async function replaceFiles(
  client: Queryable,
  ids: readonly number[],
  now: Date,
  keptSince: Date,
): Promise<void> {
  await client.query('UPDATE open_data_file SET replaced_at = $2 WHERE id = ANY ($1::bigint[])', [ids, now])
  await client.query('DELETE FROM open_data_file WHERE replaced_at < $1', [keptSince])
  await client.query(
    'DELETE FROM open_data_piece p WHERE NOT EXISTS (SELECT FROM open_data_part q WHERE q.piece_id = p.id)',
  )
}

export async function currentIds(client: Queryable): Promise<number[]> {
  const { rows } = await client.query('SELECT id FROM open_data_file WHERE replaced_at IS NULL')
  return rows.map(({ id }) => id)
}

export async function beginFile(
  client: Queryable,
  facts: {
    name: OpenDataName
    format: OpenDataFormat
    day: LegalDay
    basis: string
    dataVersion: number
    cleanUntil: number
    now: Date
  },
): Promise<number> {
  const { rows } = await client.query(
    `INSERT INTO open_data_file (name, format, day, basis, data_version, clean_until, generated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [facts.name, facts.format, facts.day, facts.basis, facts.dataVersion, facts.cleanUntil, facts.now],
  )
  return Number(rows[0].id)
}

export async function addPart(
  client: Queryable,
  fileId: number,
  position: number,
  piece: OpenDataPiece,
): Promise<void> {
  await client.query(
    `WITH piece AS (INSERT INTO open_data_piece (bytes, record_ids, ends) VALUES ($3, $4, $5) RETURNING id)
     INSERT INTO open_data_part (file_id, position, piece_id) SELECT $1, $2, id FROM piece`,
    [fileId, position, piece.bytes, piece.recordIds, piece.ends],
  )
}

/** The pieces of a file that hold a line of one of these records. (`&&` would compare each with each.) */
export async function partsWith(
  client: Queryable,
  fileId: number,
  recordIds: readonly number[],
): Promise<(OpenDataPiece & { position: number })[]> {
  const { rows } = await client.query(
    `SELECT q.position, p.bytes, p.record_ids AS "recordIds", p.ends
       FROM open_data_part q JOIN open_data_piece p ON p.id = q.piece_id
      WHERE q.file_id = $1 AND EXISTS (SELECT FROM unnest(p.record_ids) AS r (id) WHERE r.id = ANY ($2::bigint[]))
      ORDER BY q.position`,
    [fileId, recordIds],
  )
  return rows.map((row) => ({ ...row, recordIds: row.recordIds.map(Number) }))
}

/** All parts of one version belong to another too, but for those at these positions. */
export async function shareParts(
  client: Queryable,
  from: number,
  to: number,
  except: readonly number[],
): Promise<void> {
  await client.query(
    `INSERT INTO open_data_part (file_id, position, piece_id)
     SELECT $2, position, piece_id FROM open_data_part WHERE file_id = $1 AND NOT position = ANY ($3::int[])`,
    [from, to, except],
  )
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

export async function positionsOf(database: Queryable, fileId: number): Promise<number[]> {
  const { rows } = await database.query(
    'SELECT position FROM open_data_part WHERE file_id = $1 ORDER BY position',
    [fileId],
  )
  return rows.map(({ position }) => position)
}

/** Null: the version is given up, and with it what of it was not read yet. */
export async function readPart(
  database: Queryable,
  fileId: number,
  position: number,
): Promise<{ bytes: Buffer; lines: number } | null> {
  const { rows } = await database.query({
    name: 'open-data-part',
    text: `SELECT p.bytes, cardinality(p.ends) AS lines FROM open_data_part q JOIN open_data_piece p ON p.id = q.piece_id
            WHERE q.file_id = $1 AND q.position = $2`,
    values: [fileId, position],
  })
  return rows[0] ?? null
}
