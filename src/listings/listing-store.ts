import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { FeedEntry } from '../feed/feed-store.ts'
import type { Json } from '../kernel/canonical-json.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import type { Membership, MembershipEventType } from './membership.ts'
import { readSuspensions, writeSuspensions } from './suspensions.ts'

export type EventDraft = {
  listingId: number
  type: MembershipEventType
  on: LegalDay
  data: { [key: string]: Json }
}

/** What departments that follow the feed hear of an event; null: nothing, since it is not listed yet. */
const feedKinds: Readonly<Record<MembershipEventType, FeedEntry['kind'] | null>> = {
  NOTICED: null,
  OBJECTED: null,
  DECIDED: null,
  DROPPED: null,
  LISTED: 'LISTED',
  CORRECTED: 'LISTING_CORRECTED',
  PUBLISHED: 'LISTING_CHANGED',
  DISPUTED: 'LISTING_CHANGED',
  DISPUTE_SETTLED: 'LISTING_CHANGED',
  SUSPENDED: 'LISTING_CHANGED',
  RESUMED: 'LISTING_CHANGED',
  EXPIRED: 'LISTING_ENDED',
  REMOVED: 'LISTING_ENDED',
  WITHDRAWN: 'LISTING_ENDED',
  SUPERSEDED: 'LISTING_ENDED',
  REPAIRED: 'LISTING_ENDED',
  WRONGFUL: 'LISTING_ENDED',
}

/** Writes events of memberships that were changed just now, one each, with all that holds of them from here on. */
export async function appendEvents(client: Queryable, events: readonly EventDraft[]): Promise<FeedEntry[]> {
  if (events.length === 0) return []
  const { rows } = await client.query({
    name: 'append-listing-events',
    text: `
    INSERT INTO listing_event (listing_id, seq, type, data, effective_on, state)
    SELECT e.listing_id, (SELECT coalesce(max(seq), 0) + 1 FROM listing_event p WHERE p.listing_id = e.listing_id),
           e.type, e.data::jsonb, e.on_day, listing_state(l)
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::date[]) AS e (listing_id, type, data, on_day)
      JOIN listing l ON l.id = e.listing_id
    RETURNING listing_id, seq, type, (state ->> 'recordId')::bigint AS record_id, (state ->> 'subjectId')::bigint AS subject_id`,
    values: [
      events.map(({ listingId }) => listingId),
      events.map(({ type }) => type),
      events.map(({ data }) => JSON.stringify(data)),
      events.map(({ on }) => on),
    ],
  })
  return rows.flatMap((row) => {
    const type: MembershipEventType = row.type
    const kind = feedKinds[type]
    if (kind === null) return []
    return [
      {
        kind,
        listingId: row.listing_id,
        listingSeq: row.seq,
        recordId: row.record_id,
        subjectId: row.subject_id,
      },
    ]
  })
}

export type StoredMembership = Membership & {
  id: number
  recordId: number | null
  listTypeCode: string
  datasetId: number
  departmentId: number
  departmentName: string
}

const membershipColumns = `id, record_id AS "recordId", list_type_code AS "listTypeCode", dataset_id AS "datasetId",
  department_id AS "departmentId", department_name AS "departmentName", phase, subject_id AS "subjectId",
  listed_on AS "listedOn", ends_on AS "endsOn", exited_on AS "exitedOn", exit_kind AS "exitKind",
  removed_on AS "removedOn", published_on AS "publishedOn", disputed_since AS "disputedSince", suspended::text AS suspended, grade,
  decision_no AS "decisionNo", reason`

/** The membership, locked until the end of the transaction. */
export async function lockListing(client: Queryable, listingId: number): Promise<StoredMembership | null> {
  const { rows } = await client.query(
    `SELECT ${membershipColumns} FROM listing WHERE id = $1 FOR NO KEY UPDATE`,
    [listingId],
  )
  return rows[0] ? readMembership(rows[0]) : null
}

export async function findListing(database: Queryable, listingId: number): Promise<StoredMembership | null> {
  const { rows } = await database.query(`SELECT ${membershipColumns} FROM listing WHERE id = $1`, [listingId])
  return rows[0] ? readMembership(rows[0]) : null
}

/** Needs `lockDataset`. */
export async function findListingOfRecord(
  client: Queryable,
  recordId: number,
): Promise<StoredMembership | null> {
  const { rows } = await client.query(`SELECT ${membershipColumns} FROM listing WHERE record_id = $1`, [
    recordId,
  ])
  return rows[0] ? readMembership(rows[0]) : null
}

export type ProposalFilter = {
  departmentId: number
  phase: 'NOTICED' | 'OBJECTED' | 'DECIDED' | 'DROPPED' | null
  /** HEARD: only where the time to object is over and the decision is due; OTHERS: only all else. */
  urgency: 'ANY' | 'HEARD' | 'OTHERS'
  today: LegalDay
  /** How the division begins in which the subject is registered; null: anywhere. */
  county: string | null
}

/** In the order of their making. */
export async function pageOfProposals(
  database: Queryable,
  filter: ProposalFilter,
  page: { afterId: number | null; limit: number },
): Promise<StoredMembership[]> {
  const { rows } = await database.query(
    `SELECT ${membershipColumns} FROM listing
      WHERE phase IN ('NOTICED', 'OBJECTED', 'DECIDED', 'DROPPED') AND ($4::text IS NULL OR phase = $4)
        AND dataset_id IN (SELECT id FROM dataset WHERE department_id = $1) AND ($2::bigint IS NULL OR id > $2)
        AND ($5 = 'ANY' OR (phase IN ('NOTICED', 'OBJECTED') AND coalesce((
              SELECT (e.data ->> 'objectUntil')::date FROM listing_event e
               WHERE e.listing_id = listing.id AND e.type = 'NOTICED') < $6::date, true)) = ($5 = 'HEARD'))
        AND ($7::text IS NULL OR EXISTS (
              SELECT FROM subject s WHERE s.id = subject_id AND starts_with(substr(s.uscc, 3, 6), $7)))
      ORDER BY id LIMIT $3`,
    [
      filter.departmentId,
      page.afterId,
      page.limit,
      filter.phase,
      filter.urgency,
      filter.today,
      filter.county,
    ],
  )
  return rows.map(readMembership)
}

function readMembership(
  row: Omit<StoredMembership, 'suspensions'> & { suspended: string },
): StoredMembership {
  const { suspended, ...rest } = row
  return { ...rest, suspensions: readSuspensions(suspended) }
}

/** Makes a membership that is not listed yet. */
export async function insertProposal(
  client: Queryable,
  proposal: {
    listTypeCode: string
    dataset: Pick<CatalogueDataset, 'id' | 'departmentId' | 'departmentName'>
    subjectId: number
    grade: string
    reason: string
  },
): Promise<number> {
  const { dataset } = proposal
  const { rows } = await client.query(
    `INSERT INTO listing (phase, list_type_code, subject_id, dataset_id, department_id, department_name, grade, decision_no, reason)
     VALUES ('NOTICED', $1, $2, $3, $4, $5, $6, '', $7) RETURNING id`,
    [
      proposal.listTypeCode,
      proposal.subjectId,
      dataset.id,
      dataset.departmentId,
      dataset.departmentName,
      proposal.grade,
      proposal.reason,
    ],
  )
  return rows[0].id
}

/** Writes the state that an event left. Needs the row locked. */
export async function updateListing(client: Queryable, listingId: number, state: Membership): Promise<void> {
  await client.query(
    `UPDATE listing SET phase = $2, ends_on = $3, exited_on = $4, exit_kind = $5, published_on = $6, disputed_since = $7,
                        suspended = $8::datemultirange, decision_no = $9, removed_on = $10
      WHERE id = $1`,
    [
      listingId,
      state.phase,
      state.endsOn,
      state.exitedOn,
      state.exitKind,
      state.publishedOn,
      state.disputedSince,
      writeSuspensions(state.suspensions),
      state.decisionNo,
      state.removedOn,
    ],
  )
}

export type ListedSubject = { kind: 'ORGANISATION' | 'PERSON'; uscc: string | null; name: string }

/** Whom a membership is about. A person has no number here. */
export async function subjectOfListing(
  database: Queryable,
  listingId: number,
): Promise<ListedSubject | null> {
  const { rows } = await database.query(
    // No record has named a subject yet of which there is but a notice: it is called as the notice calls it.
    `SELECT s.kind, s.uscc, coalesce(nullif(s.name, ''),
              (SELECT e.data ->> 'name' FROM listing_event e WHERE e.listing_id = l.id AND e.type = 'NOTICED'), '') AS name
       FROM listing l JOIN subject s ON s.id = l.subject_id WHERE l.id = $1`,
    [listingId],
  )
  return rows[0] ?? null
}

/** The day until which the subject may object to the notice; null: none is prescribed, or no notice was given. */
export async function findObjectUntil(client: Queryable, listingId: number): Promise<LegalDay | null> {
  const { rows } = await client.query(
    `SELECT data ->> 'objectUntil' AS until FROM listing_event WHERE listing_id = $1 AND type = 'NOTICED'`,
    [listingId],
  )
  return rows[0]?.until ?? null
}

/** Another decision on the subject that awaits a record under the number. Needs `lockDataset`. */
export async function findSameDecision(
  client: Queryable,
  { id, datasetId, subjectId }: StoredMembership,
  decisionNo: string,
): Promise<number | null> {
  const { rows } = await client.query(
    `SELECT id FROM listing WHERE phase = 'DECIDED' AND dataset_id = $1 AND subject_id = $2 AND decision_no = $3 AND id <> $4 LIMIT 1`,
    [datasetId, subjectId, decisionNo, id],
  )
  return rows[0]?.id ?? null
}

const END_NOTING_LOCK = 4117_0004

/**
 * Notes the end of memberships whose last day is over, or whose day of removal has come, so many at a time. Empty where
 * none is left, or another replica is at it. What is in force never waits for this: it is told by the days.
 */
export async function noteEnded(client: Queryable, today: LegalDay): Promise<FeedEntry[]> {
  const lock = await client.query('SELECT pg_try_advisory_xact_lock($1) AS locked', [END_NOTING_LOCK])
  if (!lock.rows[0].locked) return []
  const { rows } = await client.query(
    `WITH expired AS (
       SELECT id FROM listing WHERE phase = 'LISTED' AND ends_on < $1 ORDER BY ends_on LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
     ), exited AS (
       SELECT id FROM listing WHERE phase = 'LISTED' AND exited_on <= $1 ORDER BY exited_on LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
     ), over AS (
       SELECT id FROM expired UNION SELECT id FROM exited
     )
     UPDATE listing l SET phase = 'ENDED' FROM over WHERE l.id = over.id
     RETURNING l.id, CASE WHEN l.exited_on <= $1 AND (l.ends_on IS NULL OR l.exited_on <= l.ends_on) THEN 'REMOVED' ELSE 'EXPIRED' END AS type,
               CASE WHEN l.exited_on <= $1 AND (l.ends_on IS NULL OR l.exited_on <= l.ends_on) THEN l.exited_on ELSE l.ends_on + 1 END AS "onDay"`,
    [today, limits.endedPerTransaction],
  )
  return appendEvents(
    client,
    rows.map((row) => ({ listingId: row.id, type: row.type, on: row.onDay, data: {} })),
  )
}

export type StoredEvent = {
  seq: number
  type: MembershipEventType
  effectiveOn: LegalDay
  recordedAt: Date
  data: { [key: string]: Json }
}

export async function eventsOf(database: Queryable, listingId: number): Promise<StoredEvent[]> {
  const { rows } = await database.query(
    `SELECT seq, type, effective_on AS "effectiveOn", recorded_at AS "recordedAt", data
       FROM listing_event WHERE listing_id = $1 ORDER BY seq`,
    [listingId],
  )
  return rows
}

export type ListingActionClaim =
  | { outcome: 'NEW' }
  | { outcome: 'REPEATED'; listingId: number }
  | { outcome: 'REUSED' }

/** What this action id of the department stands for already. */
export async function findAction(
  client: Queryable,
  departmentId: number,
  actionId: string,
  inputMac: string,
): Promise<ListingActionClaim> {
  const { rows } = await client.query(
    'SELECT input_mac, listing_id FROM listing_action WHERE department_id = $1 AND action_id = $2',
    [departmentId, actionId],
  )
  if (!rows[0]) return { outcome: 'NEW' }
  return rows[0].input_mac === inputMac
    ? { outcome: 'REPEATED', listingId: rows[0].listing_id }
    : { outcome: 'REUSED' }
}

export async function noteAction(
  client: Queryable,
  action: { departmentId: number; actionId: string; inputMac: string; listingId: number },
): Promise<void> {
  await client.query(
    `INSERT INTO listing_action (department_id, action_id, input_mac, listing_id, seq)
     SELECT $1, $2, $3, $4, max(seq) FROM listing_event WHERE listing_id = $4`,
    [action.departmentId, action.actionId, action.inputMac, action.listingId],
  )
}
