import type { ListingRow, RecordRow } from '../enquiries/enquiry-store.ts'
import { isShared, listingSelected } from '../enquiries/listing-sql.ts'
import type { FoundSubject } from '../enquiries/screening.ts'
import { joinSubject, otherUsccs } from '../enquiries/subject-sql.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import type { StoredContent } from '../records/record-content.ts'
import type { FeedEventKind } from './feed-kinds.ts'

export type ChangeRow = {
  position: number
  at: Date
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
 * its record in every change of either, since what is shown of it rests on both. One row for each change, since there may be
 * hundreds and building JSON takes PostgreSQL several times as long; a single row without a position where there is none.
 */
const selectChanges = `
  WITH page AS MATERIALIZED (
    SELECT e.position, e.at, e.kind, e.record_id
      FROM feed_event e JOIN record r ON r.id = e.record_id
     WHERE e.position > $1::bigint AND e.position <= $1::bigint + $5::bigint AND r.dataset_id = ANY ($2::int[])
     ORDER BY e.position LIMIT $4)
  SELECT head.position AS head, change.*
    FROM feed_head head LEFT JOIN (
      SELECT p.position, (extract(epoch FROM p.at) * 1000)::float8 AS at, p.kind, p.record_id AS "recordId", l.id AS "listingId",
             ${isShared('r', '$3')} AS "isShared", r.status = 'ACTIVE' AS "stands",
             l.id IS NOT NULL AND NOT (coalesce(l.ends_on < $6::date, false) OR coalesce(l.exited_on <= $6::date, false)) AS "isListed",
             s.id AS "subject.id", s.kind AS "subject.kind", s.uscc AS "subject.uscc", s.name AS "subject.name",
             ${otherUsccs} AS "subject.otherUsccs", ${listingSelected('listing.')},
             r.dataset_id AS "record.datasetId", r.subject_id AS "record.subjectId", r.version AS "record.version",
             r.status AS "record.status", v.dataset_version_id AS "record.datasetVersionId",
             CASE WHEN $7 AND r.status = 'ACTIVE' THEN v.content END AS "record.content",
             CASE WHEN $7 THEN v.recorded_at END AS "record.recordedAt"
        FROM page p
        JOIN record r ON r.id = p.record_id
        JOIN record_version v ON v.record_id = r.id AND v.version = r.version
        ${joinSubject('r.subject_id')}
        LEFT JOIN listing l ON l.record_id = r.id) AS change ON true
   ORDER BY change.position`

/** `records`: whether the contents of records that stand are read as well. */
export async function pageOfChanges(
  database: Queryable,
  filter: { datasetIds: readonly number[]; ownDatasetIds: readonly number[]; today: LegalDay },
  page: { after: number; limit: number; positions: number; records: 'LEFT_OUT' | 'INCLUDED' },
): Promise<ChangeRows> {
  const { rows } = await database.query({
    name: 'changes',
    text: selectChanges,
    values: [
      page.after,
      filter.datasetIds,
      filter.ownDatasetIds,
      page.limit,
      page.positions,
      filter.today,
      page.records === 'INCLUDED',
    ],
  })
  return {
    head: rows[0].head,
    changes: rows.flatMap((row) => (row.position === null ? [] : [changeOf(row)])),
  }
}

type Prefixed<P extends string, T> = { [K in keyof T & string as `${P}.${K}`]: T[K] }
type Row = Omit<ChangeRow, 'at' | 'subject' | 'listing' | 'record'> & {
  /** Milliseconds since 1970: a text would be read as a date hundreds of times. */
  at: number
  isShared: boolean
  stands: boolean
  isListed: boolean
} & Prefixed<'subject', Omit<FoundSubject, 'nameKeys' | 'otherUsccs'> & { otherUsccs: string[] | null }> &
  Prefixed<'listing', ListingRow> &
  Prefixed<
    'record',
    Omit<RecordRow, 'id' | 'content' | 'recordedAt' | 'subject'> & {
      content: StoredContent | null
      recordedAt: Date
    }
  >

function changeOf(row: Row): ChangeRow {
  const subject: FoundSubject = {
    id: row['subject.id'],
    kind: row['subject.kind'],
    uscc: row['subject.uscc'],
    name: row['subject.name'],
    nameKeys: [],
    otherUsccs: row['subject.otherUsccs'] ?? [],
  }
  return {
    position: row.position,
    at: new Date(row.at),
    kind: row.kind,
    recordId: row.recordId,
    listingId: row.listingId,
    subject: row.isShared ? subject : null,
    listing: row.isShared && row.isListed ? listingOf(row) : null,
    record:
      row.stands && row['record.content'] !== null
        ? {
            id: row.recordId,
            datasetId: row['record.datasetId'],
            subjectId: row['record.subjectId'],
            version: row['record.version'],
            datasetVersionId: row['record.datasetVersionId'],
            status: row['record.status'],
            content: row['record.content'],
            recordedAt: row['record.recordedAt'].toISOString(),
            subject,
          }
        : null,
  }
}

const listingOf = (row: Row): ListingRow => ({
  id: row['listing.id'],
  listTypeCode: row['listing.listTypeCode'],
  subjectId: row['listing.subjectId'],
  recordId: row['listing.recordId'],
  datasetId: row['listing.datasetId'],
  departmentCode: row['listing.departmentCode'],
  departmentName: row['listing.departmentName'],
  grade: row['listing.grade'],
  decisionNo: row['listing.decisionNo'],
  reason: row['listing.reason'],
  listedOn: row['listing.listedOn'],
  endsOn: row['listing.endsOn'],
  exitedOn: row['listing.exitedOn'],
  exitKind: row['listing.exitKind'],
  publishedOn: row['listing.publishedOn'],
  disputedSince: row['listing.disputedSince'],
  suspended: row['listing.suspended'],
})
