import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { FeedEntry } from '../feed/feed-store.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { appendEvents } from './listing-store.ts'
import type { ExitKind } from './membership.ts'

/** What a stored record says about a membership. */
export type ListingDraft = {
  recordId: number
  subjectId: number
  listedOn: string
  endsOn: string | null
  exitedOn: string | null
  decisionNo: string
  reason: string
  grade: string
}

/**
 * Writes the membership that each record establishes, or corrects it where the record changed, with its event. A
 * decision that waited for its record is fulfilled by it. Returns the entries for the change feed.
 */
export async function storeListings(
  client: Queryable,
  dataset: Pick<CatalogueDataset, 'id' | 'departmentId' | 'departmentName' | 'definition'>,
  listTypeCode: string,
  drafts: readonly ListingDraft[],
  today: LegalDay,
): Promise<FeedEntry[]> {
  if (drafts.length === 0) return []
  const { rows } = await client.query({
    name: 'store-listings',
    text: `
    WITH d AS (
      SELECT * FROM unnest($5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::date[], $11::date[], $12::date[])
        AS d (subject_id, record_id, grade, decision_no, reason, listed_on, ends_on, exited_on)
    ), awaited AS (
      SELECT DISTINCT ON (d.record_id) l.id, d.record_id
        FROM d JOIN listing l ON l.phase = 'DECIDED' AND l.dataset_id = $2 AND l.decision_no = d.decision_no AND l.subject_id = d.subject_id
       WHERE NOT EXISTS (SELECT FROM listing other WHERE other.record_id = d.record_id)
       ORDER BY d.record_id, l.id
    ), fulfilled AS (
      UPDATE listing l
         SET record_id = d.record_id, phase = CASE WHEN d.exited_on <= $13 THEN 'ENDED' ELSE 'LISTED' END, grade = d.grade,
             reason = d.reason, listed_on = d.listed_on, ends_on = d.ends_on, exited_on = d.exited_on,
             exit_kind = CASE WHEN d.exited_on IS NOT NULL THEN 'REMOVED' END, published_on = $14
        FROM d JOIN awaited USING (record_id)
       WHERE l.id = awaited.id
      RETURNING l.id, l.record_id
    ), written AS (
      INSERT INTO listing (phase, list_type_code, subject_id, record_id, dataset_id, department_id, department_name,
                           grade, decision_no, reason, listed_on, ends_on, exited_on, exit_kind, published_on)
      SELECT CASE WHEN exited_on <= $13 THEN 'ENDED' ELSE 'LISTED' END, $1, subject_id, record_id, $2, $3, $4,
             grade, decision_no, reason, listed_on, ends_on, exited_on,
             CASE WHEN exited_on IS NOT NULL THEN 'REMOVED' END, $14::date
        FROM d WHERE record_id NOT IN (SELECT record_id FROM fulfilled)
      ON CONFLICT (record_id) DO UPDATE
         SET subject_id = EXCLUDED.subject_id, grade = EXCLUDED.grade, decision_no = EXCLUDED.decision_no,
             reason = EXCLUDED.reason, listed_on = EXCLUDED.listed_on, ends_on = EXCLUDED.ends_on,
             exited_on = least(EXCLUDED.exited_on, listing.removed_on),
             exit_kind = CASE WHEN coalesce(EXCLUDED.exited_on, listing.removed_on) IS NOT NULL THEN 'REMOVED' END,
             phase = CASE WHEN listing.removed_on IS NOT NULL OR EXCLUDED.exited_on <= $13
                            OR (listing.phase = 'ENDED' AND EXCLUDED.ends_on < $13) THEN 'ENDED' ELSE 'LISTED' END
       WHERE listing.exit_kind IS NULL OR listing.exit_kind = 'REMOVED'
      RETURNING id, record_id, xmax = 0 AS is_new
    )
    SELECT id, record_id, 'LISTED' AS type FROM fulfilled
    UNION ALL SELECT id, record_id, CASE WHEN is_new THEN 'LISTED' ELSE 'CORRECTED' END FROM written`,
    values: [
      listTypeCode,
      dataset.id,
      dataset.departmentId,
      dataset.departmentName,
      drafts.map((draft) => draft.subjectId),
      drafts.map((draft) => draft.recordId),
      drafts.map((draft) => draft.grade),
      drafts.map((draft) => draft.decisionNo),
      drafts.map((draft) => draft.reason),
      drafts.map((draft) => draft.listedOn),
      drafts.map((draft) => draft.endsOn),
      drafts.map((draft) => draft.exitedOn),
      today,
      dataset.definition.sharing === 'PUBLIC' ? today : null,
    ],
  })
  const byRecord = new Map(drafts.map((draft) => [draft.recordId, draft]))
  return appendEvents(
    client,
    rows.map((row) => {
      const draft = byRecord.get(row.record_id)
      if (!draft) throw new RangeError('a membership rests on the record that was written')
      const { recordId: _, reason: __, listedOn, ...grounds } = draft
      const publishedOn = row.type === 'LISTED' && dataset.definition.sharing === 'PUBLIC' ? today : null
      const data = { listedOn, ...grounds, ...(publishedOn === null ? {} : { publishedOn }) }
      return { listingId: row.id, type: row.type, on: listedOn, data }
    }),
  )
}

export type ListingEnd = { recordId: number; on: string; kind: ExitKind; reason: string | null }

/** Ends the memberships that rest on records which no longer stand; one that ended before keeps its day, if earlier. */
export async function endListings(client: Queryable, ends: readonly ListingEnd[]): Promise<FeedEntry[]> {
  if (ends.length === 0) return []
  const { rows } = await client.query(
    `UPDATE listing l SET phase = 'ENDED', exited_on = least(l.exited_on, e.on_day), exit_kind = e.kind
       FROM unnest($1::bigint[], $2::date[], $3::text[]) AS e (record_id, on_day, kind)
      WHERE l.record_id = e.record_id
     RETURNING l.id, l.record_id`,
    [ends.map(({ recordId }) => recordId), ends.map(({ on }) => on), ends.map(({ kind }) => kind)],
  )
  const byRecord = new Map(ends.map((end) => [end.recordId, end]))
  return appendEvents(
    client,
    rows.flatMap(({ id, record_id }) => {
      const end = byRecord.get(record_id)
      return end ? [{ listingId: id, type: end.kind, on: end.on, data: { reason: end.reason } }] : []
    }),
  )
}
