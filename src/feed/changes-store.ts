import type { ListingRow, RecordRow } from '../enquiries/enquiry-store.ts'
import { isShared, listingColumns } from '../enquiries/listing-sql.ts'
import type { FoundSubject } from '../enquiries/screening.ts'
import { joinSubject, subjectJson } from '../enquiries/subject-sql.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import type { FeedEventKind } from './feed-kinds.ts'

export type ChangeRow = {
  position: number
  at: string
  kind: FeedEventKind
  recordId: number
  listingId: number | null
  subject: FoundSubject | null
  listing: ListingRow | null
  record: RecordRow | null
}

export type ChangeRows = { head: number; changes: ChangeRow[] }

/**
 * One statement, so one picture: what the feed says up to its head, and what was true at that head. A listing goes with
 * its record in every change of either, since what is shown of it rests on both.
 */
const selectChanges = `
  WITH page AS MATERIALIZED (
    SELECT e.position, e.at, e.kind, e.record_id
      FROM feed_event e JOIN record r ON r.id = e.record_id
     WHERE e.position > $1::bigint AND e.position <= $1::bigint + $5::bigint AND r.dataset_id = ANY ($2::int[])
     ORDER BY e.position LIMIT $4)
  SELECT (SELECT position FROM feed_head) AS head,
    (SELECT coalesce(json_agg(json_build_object(
       'position', p.position, 'at', p.at, 'kind', p.kind, 'recordId', p.record_id, 'listingId', l.id,
       'subject', CASE WHEN ${isShared('r', '$3')} THEN ${subjectJson} END,
       'listing', CASE WHEN ${isShared('r', '$3')} AND l.id IS NOT NULL AND NOT (
                         coalesce(l.ends_on < $6::date, false) OR coalesce(l.exited_on <= $6::date, false))
                       THEN json_build_object(${listingColumns}) END,
       'record', CASE WHEN r.status = 'ACTIVE' THEN json_build_object(
         'id', r.id, 'datasetId', r.dataset_id, 'subjectId', r.subject_id, 'version', r.version,
         'datasetVersionId', v.dataset_version_id, 'status', r.status, 'content', v.content,
         'recordedAt', v.recorded_at, 'subject', ${subjectJson}) END) ORDER BY p.position), '[]')
       FROM page p
       JOIN record r ON r.id = p.record_id
       JOIN record_version v ON v.record_id = r.id AND v.version = r.version
       ${joinSubject('r.subject_id')}
       LEFT JOIN listing l ON l.record_id = r.id) AS changes`

export async function pageOfChanges(
  database: Queryable,
  filter: { datasetIds: readonly number[]; ownDatasetIds: readonly number[]; today: LegalDay },
  page: { after: number; limit: number; positions: number },
): Promise<ChangeRows> {
  const { rows } = await database.query({
    name: 'changes',
    text: selectChanges,
    values: [page.after, filter.datasetIds, filter.ownDatasetIds, page.limit, page.positions, filter.today],
  })
  return { head: Number(rows[0].head), changes: rows[0].changes }
}
