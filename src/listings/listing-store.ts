import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { FeedEntry } from '../feed/feed-store.ts'
import type { Queryable } from '../kernel/database.ts'

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
 * Writes the membership that each record establishes, or corrects it where the record changed, with its event.
 * Returns the entries for the change feed.
 */
export async function storeListings(
  client: Queryable,
  dataset: Pick<CatalogueDataset, 'id' | 'departmentId' | 'departmentName'>,
  listTypeCode: string,
  drafts: readonly ListingDraft[],
): Promise<FeedEntry[]> {
  if (drafts.length === 0) return []
  const { rows } = await client.query(
    `INSERT INTO listing (list_type_code, subject_id, record_id, dataset_id, department_id, department_name,
                          grade, decision_no, reason, listed_on, ends_on, exited_on, exit_kind)
     SELECT $1, subject_id, record_id, $2, $3, $4, grade, decision_no, reason, listed_on, ends_on, exited_on,
            CASE WHEN exited_on IS NOT NULL THEN 'REMOVED' END
       FROM unnest($5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::date[], $11::date[], $12::date[])
            AS d (subject_id, record_id, grade, decision_no, reason, listed_on, ends_on, exited_on)
     ON CONFLICT (record_id) DO UPDATE
        SET subject_id = EXCLUDED.subject_id, grade = EXCLUDED.grade, decision_no = EXCLUDED.decision_no,
            reason = EXCLUDED.reason, listed_on = EXCLUDED.listed_on, ends_on = EXCLUDED.ends_on,
            exited_on = EXCLUDED.exited_on, exit_kind = EXCLUDED.exit_kind
     RETURNING id, record_id, subject_id, xmax = 0 AS is_new`,
    [
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
    ],
  )
  const byRecord = new Map(drafts.map((draft) => [draft.recordId, draft]))
  const stored = rows.map((row) => ({
    listingId: Number(row.id),
    recordId: Number(row.record_id),
    subjectId: Number(row.subject_id),
    type: row.is_new ? ('LISTED' as const) : ('CORRECTED' as const),
    draft: byRecord.get(Number(row.record_id)),
  }))
  await client.query(
    `INSERT INTO listing_event (listing_id, seq, type, data, effective_on)
     SELECT listing_id, (SELECT coalesce(max(seq), 0) + 1 FROM listing_event p WHERE p.listing_id = e.listing_id), type, data, on_day
       FROM unnest($1::bigint[], $2::text[], $3::jsonb[], $4::date[]) AS e (listing_id, type, data, on_day)`,
    [
      stored.map(({ listingId }) => listingId),
      stored.map(({ type }) => type),
      stored.map(({ draft, subjectId }) =>
        JSON.stringify({
          subjectId,
          endsOn: draft?.endsOn ?? null,
          exitedOn: draft?.exitedOn ?? null,
          decisionNo: draft?.decisionNo ?? '',
          grade: draft?.grade ?? '',
        }),
      ),
      stored.map(({ draft }) => draft?.listedOn),
    ],
  )
  return stored.map(({ listingId, recordId, subjectId, type }) => ({
    kind: type === 'LISTED' ? 'LISTED' : 'LISTING_CORRECTED',
    listingId,
    recordId,
    subjectId,
  }))
}

export type ListingEnd = {
  recordId: number
  on: string
  kind: 'WITHDRAWN' | 'SUPERSEDED'
  reason: string | null
}

/** Ends the memberships that rest on records which no longer stand; one that ended before keeps its day, if earlier. */
export async function endListings(client: Queryable, ends: readonly ListingEnd[]): Promise<FeedEntry[]> {
  if (ends.length === 0) return []
  const { rows } = await client.query(
    `UPDATE listing l SET exited_on = least(l.exited_on, e.on_day), exit_kind = e.kind
       FROM unnest($1::bigint[], $2::date[], $3::text[]) AS e (record_id, on_day, kind)
      WHERE l.record_id = e.record_id
     RETURNING l.id AS "listingId", l.record_id AS "recordId", l.subject_id AS "subjectId"`,
    [ends.map(({ recordId }) => recordId), ends.map(({ on }) => on), ends.map(({ kind }) => kind)],
  )
  const byRecord = new Map(ends.map((end) => [end.recordId, end]))
  await client.query(
    `INSERT INTO listing_event (listing_id, seq, type, data, effective_on)
     SELECT listing_id, (SELECT coalesce(max(seq), 0) + 1 FROM listing_event p WHERE p.listing_id = e.listing_id), type, data, on_day
       FROM unnest($1::bigint[], $2::text[], $3::jsonb[], $4::date[]) AS e (listing_id, type, data, on_day)`,
    [
      rows.map(({ listingId }) => listingId),
      rows.map(({ recordId }) => byRecord.get(recordId)?.kind),
      rows.map(({ recordId }) => JSON.stringify({ reason: byRecord.get(recordId)?.reason ?? null })),
      rows.map(({ recordId }) => byRecord.get(recordId)?.on),
    ],
  )
  return rows.map((row) => ({ kind: 'LISTING_ENDED', ...row }))
}
