import type { Catalogue } from '../catalogue/catalogue.ts'
import { type CatalogueReader, createCatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { createEnquiryService, type EnquiryService } from '../enquiries/enquiry-service.ts'
import { type ListingView, recordViewer } from '../enquiries/views.ts'
import { feedPosition } from '../feed/feed-store.ts'
import { legalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import { publicationOfRecords } from '../publication/publication-service.ts'
import { type Asked, readAsked } from './asked-subject.ts'
import { statedSubject } from './certificate.ts'
import type { DocumentInput } from './certificate-service.ts'
import {
  belongs,
  type Considered,
  latestOfEach,
  reportSections,
  type ShownRecord,
  type StandingRecord,
  statedEnquiries,
} from './credit-report.ts'
import type { Draft, IssuedDocumentView, Issuing, IssuingParts } from './issuing-service.ts'
import { coveredDatasets, mayHaveReport } from './report-policy.ts'
import { contentOfRecords, disputesOf, enquiriesAbout, standingRecords } from './report-store.ts'
import type { Edition } from './statement.ts'

export type ReportInput = DocumentInput & { edition: Edition }

/** Public credit reports (公共信用信息报告). */
export type CreditReportService = {
  issue(caller: Caller, input: ReportInput): Promise<IssuedDocumentView>
}

export function createCreditReportService(
  parts: Pick<IssuingParts, 'vault' | 'clock'> & {
    catalogue: CatalogueReader
    issuing: Issuing
  },
): CreditReportService {
  const { vault, clock } = parts

  async function gather(
    client: Queryable,
    caller: Caller,
    catalogue: Catalogue,
    asked: Asked,
    input: ReportInput,
  ): Promise<Draft> {
    const { edition } = input
    // A connection that holds the picture must not wait for another one of the same pool.
    const editions = createCatalogueReader(client, () => 0)
    const reader: CatalogueReader = { current: async () => catalogue, version: editions.version }
    const enquiries = createEnquiryService({ pool: client, vault, clock, catalogue: reader })
    const { subject } = await enquiries.subject(caller, input.identifier, asked.scheme)
    if (!subject) throw subjectNotFound()
    if (!mayHaveReport(catalogue, { kind: 'DEPARTMENT', department: caller.department }, subject, edition))
      throw reportNotAuthorised()
    const dataVersion = await feedPosition(client)
    const asOf = legalDay(clock.now())
    const datasets = coveredDatasets(catalogue, caller.department, edition)
    const datasetIds = datasets.map(({ id }) => id)
    const most = limits.reportRecordsConsidered
    const found = await standingRecords(client, subject.id, datasetIds, most + 1)
    const standing = found.slice(0, most)
    const considered: Considered = {
      edition,
      datasets,
      listings: await listingsByRecord(enquiries, caller, subject.id),
      publications: await publicationOfRecords(
        client,
        standing.map(({ id }) => id),
        asOf,
      ),
      disputes: await disputesOf(
        client,
        standing.map(({ id }) => id),
      ),
    }
    const belonging = standing.filter((record) => belongs(record, considered))
    const totals = new Map(
      [...Map.groupBy(belonging, ({ datasetId }) => datasetId)].map(([id, records]) => [id, records.length]),
    )
    const latest = latestOfEach(belonging, limits.reportRecordsPerDataset)
    const shown = await withContent(client, reader, catalogue, caller, latest)
    const asking = await enquiriesAbout(client, subject.id, limits.reportEnquiries)
    return {
      dataVersion,
      asOf,
      subjectId: subject.id,
      datasetIds,
      shown: shownBy(considered, latest),
      statement: (issuance) => ({
        ...issuance,
        kind: 'CREDIT_REPORT',
        edition,
        subject: statedSubject(asked, subject),
        sections: reportSections(catalogue, considered, totals, shown),
        enquiries: statedEnquiries(asking, edition),
        limits: {
          records_shown: limits.reportRecordsPerDataset,
          records_considered: most,
          considered_all: found.length <= most,
        },
      }),
    }
  }

  async function withContent(
    client: Queryable,
    reader: CatalogueReader,
    catalogue: Catalogue,
    caller: Caller,
    records: readonly StandingRecord[],
  ): Promise<ShownRecord[]> {
    const view = recordViewer({ vault, catalogue: reader }, catalogue, caller.department)
    const rows = await contentOfRecords(
      client,
      records.map(({ id }) => id),
    )
    const shown: ShownRecord[] = []
    for (const row of rows) {
      const { id, version, content, recordedAt } = await view(row)
      const writtenBy = await reader.version(row.datasetVersionId)
      shown.push({ id, version, datasetId: row.datasetId, content, recordedAt, writtenBy })
    }
    return shown
  }

  return {
    async issue(caller, input) {
      const asked = readAsked(vault, input)
      const catalogue = await parts.catalogue.current()
      return parts.issuing.issue(
        caller,
        {
          kind: 'CREDIT_REPORT',
          documentId: input.documentId,
          purpose: input.purpose,
          asked,
          facts: [input.edition],
        },
        (client, asker) => gather(client, asker, catalogue, asked, input),
      )
    },
  }
}

/** Every membership in force, by its record. */
async function listingsByRecord(
  enquiries: EnquiryService,
  caller: Caller,
  subjectId: number,
): Promise<Map<number, ListingView>> {
  const filter = { listType: null, subjectId, ended: 'LEFT_OUT' as const, asOf: null, known: null }
  const byRecord = new Map<number, ListingView>()
  let afterId: number | null = null
  for (;;) {
    const page = { afterId, limit: limits.pageSize.max }
    const listings: ListingView[] = await enquiries.listings(caller, filter, page)
    for (const listing of listings) byRecord.set(listing.recordId, listing)
    const last = listings.at(-1)
    if (!last || listings.length < page.limit) return byRecord
    afterId = last.id
  }
}

function shownBy({ listings, publications }: Considered, records: readonly StandingRecord[]): Draft['shown'] {
  return {
    listings: records.flatMap(({ id }) => listings.get(id)?.id ?? []),
    records: records.map(({ id, version }) => ({
      id,
      version,
      published: publications.get(id)?.published ?? false,
    })),
  }
}

const subjectNotFound = () =>
  new Refusal(
    'SUBJECT_NOT_FOUND',
    '有权查询的数据中没有该主体，可申请查询证明 (no data that you may see tell of it: ask for a certificate of search)',
  )

const reportNotAuthorised = () =>
  new Refusal(
    'REPORT_NOT_AUTHORISED',
    '自然人的信用报告只提供给本人和经授权的部门 (a report on a person is for that person and for authorised departments)',
    '个人信息保护法第三十四条；河南省社会信用条例第十八条',
  )
