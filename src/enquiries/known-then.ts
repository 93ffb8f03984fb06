import type { Queryable } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'

/**
 * What the exchange knew earlier, for proof of what one was told. Earlier is a position of the change feed: positions are
 * taken in the order of commits, so what an answer of data version V could reflect is what has a position up to V.
 */

/** A moment, or the `dataVersion` of an answer, which is exact. */
export type Known = { at: Date } | { version: number }

/** Answers of other replicas, and callers whose clock is ahead, within what signatures allow. */
const skewSeconds = 30

export async function knownPosition(database: Queryable, known: Known): Promise<number> {
  if ('version' in known) {
    const { rows } = await database.query('SELECT position >= $1::bigint AS reached FROM feed_head', [
      known.version,
    ])
    if (known.version >= 0 && rows[0].reached) return known.version
    throw new Refusal(
      'INPUT_INVALID',
      'knownAtVersion 不是本平台已达到的数据版本 (knownAtVersion: a data version that was not reached yet)',
    )
  }
  const { rows } = await database.query(
    `SELECT $1::timestamptz <= clock_timestamp() + make_interval(secs => ${skewSeconds}) AS past,
            coalesce((SELECT position FROM feed_event WHERE at <= $1 ORDER BY at DESC, position DESC LIMIT 1), 0) AS position`,
    [known.at],
  )
  if (rows[0].past) return Number(rows[0].position)
  throw new Refusal('INPUT_INVALID', 'knownAt 不得在将来 (knownAt: a moment in the future)')
}

/** The latest that was said of a record at a position; that its subject was merged or split says nothing of it. */
const lastOfRecord = (column: string, record: string, position: string) => `
  (SELECT g.${column} FROM feed_event g
    WHERE g.record_id = ${record} AND g.listing_id IS NULL AND g.position <= ${position} AND g.kind LIKE 'RECORD%'
    ORDER BY g.position DESC LIMIT 1)`

/** Whether the record stood at a position; its own department sees as well what did not. */
export const stoodAt = (record: string, position: string, own: string) =>
  `(${record}.dataset_id = ANY (${own}::int[]) OR ${lastOfRecord('kind', `${record}.id`, position)} = 'RECORD_STORED')`

/** Whether a record, one that stood for others than its own department, was about the subject at a position. */
export const wasMentioned = (subject: string, datasets: string, position: string, own: string) => `
  EXISTS (SELECT FROM feed_event f JOIN record r ON r.id = f.record_id
           WHERE f.subject_id = ${subject} AND f.listing_id IS NULL AND f.position <= ${position}
             AND r.dataset_id = ANY (${datasets}::int[])
             AND f.position = ${lastOfRecord('position', 'f.record_id', position)}
             AND (f.kind = 'RECORD_STORED' OR r.dataset_id = ANY (${own}::int[])))`

/** Memberships at a position, by the state that the last of their events until then left. `of` is about the listing `b`. */
export const knownListings = (position: string, of: string) => `
  SELECT b.id, s.* FROM (SELECT b.id FROM listing b WHERE ${of}) b
   CROSS JOIN LATERAL (
     SELECT e.state
       FROM feed_event f JOIN listing_event e ON e.listing_id = f.listing_id AND e.seq = f.listing_seq
      WHERE f.listing_id = b.id AND f.listing_seq IS NOT NULL AND f.position <= ${position}
      ORDER BY f.position DESC LIMIT 1) k
   CROSS JOIN LATERAL (
     SELECT (k.state ->> 'phase') AS phase, (k.state ->> 'listTypeCode') AS list_type_code,
            (k.state ->> 'subjectId')::bigint AS subject_id, (k.state ->> 'recordId')::bigint AS record_id,
            (k.state ->> 'datasetId')::int AS dataset_id, (k.state ->> 'departmentId')::int AS department_id,
            (k.state ->> 'departmentName') AS department_name, (k.state ->> 'grade') AS grade,
            (k.state ->> 'decisionNo') AS decision_no, (k.state ->> 'reason') AS reason,
            (k.state ->> 'listedOn')::date AS listed_on, (k.state ->> 'endsOn')::date AS ends_on,
            (k.state ->> 'exitedOn')::date AS exited_on, (k.state ->> 'exitKind') AS exit_kind,
            (k.state ->> 'publishedOn')::date AS published_on, (k.state ->> 'disputedSince')::date AS disputed_since,
            (k.state ->> 'suspended')::datemultirange AS suspended) s`
