import type pg from 'pg'
import { rounded, seconds } from './measure.ts'

/** The indexes of the search, and what they cost. */
const searchIndexes = [
  'searchable_name_place_subject_id_idx',
  'searchable_name_grams_idx',
  'searchable_name_initials_head_idx',
  'searchable_name_syllable_head_idx',
  'searchable_name_candidate_keys_idx',
] as const
const definitions = new Map<string, string>()

/** Takes the indexes away, so that rows are stored first. */
export async function dropIndexes(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query('SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY ($1)', [
    [...searchIndexes],
  ])
  for (const { indexname, indexdef } of rows) {
    definitions.set(indexname, indexdef)
    await pool.query(`DROP INDEX ${indexname}`)
  }
}

/** Builds them again: seconds of each. */
export async function buildIndexes(pool: pg.Pool): Promise<Record<string, number>> {
  const building: Record<string, number> = {}
  const client = await pool.connect()
  try {
    await client.query('SET statement_timeout = 0')
    for (const [name, definition] of definitions)
      building[name] = rounded(await seconds(() => client.query(definition)))
  } finally {
    client.release(true)
  }
  return building
}

export async function sizesOf(pool: pg.Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query(
    `SELECT relname AS name, pg_relation_size(oid) / 1048576 AS megabytes FROM pg_class
      WHERE relname = ANY ($1) OR relname IN ('searchable_name', 'subject_name', 'name_trgm') ORDER BY relname`,
    [[...searchIndexes]],
  )
  return Object.fromEntries(rows.map(({ name, megabytes }) => [name, Number(megabytes)]))
}
