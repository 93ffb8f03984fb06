import type { Queryable } from '../kernel/database.ts'
import type { FeedEventKind } from './feed-kinds.ts'

export type FeedEntry = {
  kind: FeedEventKind
  subjectId: number
  /** Null: a decision about the subject alone, which followers are not shown. */
  recordId: number | null
  listingId: number | null
  /** The place of the listing's event that it tells of. */
  listingSeq?: number
}

/** Where the database tells every replica that the feed grew; it only wakes, what is new is read from the table. */
export const feedChannel = 'feed'

/**
 * Appends to the change feed. Call it as the last step of a transaction: positions are taken under the lock of
 * `feed_head`, which is held until commit, so they are gap-free and in commit order. Lock order of the exchange:
 * used_token, then the tables of the domain, then feed_head, then log_head. A subject that bears a new name is told of by a
 * trigger, whatever gave it.
 */
export async function appendToFeed(client: Queryable, entries: readonly FeedEntry[]): Promise<void> {
  if (entries.length === 0) return
  const { rows } = await client.query('UPDATE feed_head SET position = position + $1 RETURNING position', [
    entries.length,
  ])
  const last = Number(rows[0].position)
  await client.query(
    `WITH written AS (
       INSERT INTO feed_event (position, kind, subject_id, record_id, listing_id, listing_seq)
       SELECT $1::bigint + n, kind, subject_id, record_id, listing_id, listing_seq
         FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::int[])
              WITH ORDINALITY AS e (kind, subject_id, record_id, listing_id, listing_seq, n))
     SELECT pg_notify('${feedChannel}', $7)`,
    [
      last - entries.length,
      entries.map((entry) => entry.kind),
      entries.map((entry) => entry.subjectId),
      entries.map((entry) => entry.recordId),
      entries.map((entry) => entry.listingId),
      entries.map((entry) => entry.listingSeq),
      String(last),
    ],
  )
}

/** The position up to which the feed is complete; what is read afterwards reflects at least that. */
export async function feedPosition(database: Queryable): Promise<number> {
  const { rows } = await database.query({ name: 'feed-position', text: 'SELECT position FROM feed_head' })
  return Number(rows[0].position)
}
