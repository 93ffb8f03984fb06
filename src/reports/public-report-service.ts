import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import { feedPosition } from '../feed/feed-store.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { everything, recordsOf } from '../publicity/public-reading-service.ts'
import type { PublicRecord } from '../publicity/public-record.ts'
import { openDatasets, type PublicWorld, type PublicWorldReader } from '../publicity/public-world-service.ts'
import { type PublishedRow, pageOfPublished } from '../publicity/publicity-store.ts'
import { readAsked } from './asked-subject.ts'
import type { Draft, IssuedDocumentView, Issuing } from './issuing-service.ts'
import { publicReportId, publicSections } from './public-report.ts'
import { subjectOfCode } from './report-store.ts'
import type { StatedSubject } from './statement.ts'

/** Credit reports that anybody may have of an organisation: as free as the page that they put on paper. */
export type PublicReportService = {
  /**
   * Of the organisation with that code; refused where nothing is published of it. `admit` is called before a report is made
   * that there was not yet, and may refuse.
   */
  issue(uscc: string, admit: () => Promise<void>): Promise<IssuedDocumentView>
}

export function createPublicReportService(parts: {
  vault: Vault
  world: PublicWorldReader
  issuing: Issuing
}): PublicReportService {
  return {
    async issue(uscc, admit) {
      const asked = readAsked(parts.vault, { identifier: uscc, scheme: 'USCC', name: null })
      const world = await parts.world()
      return parts.issuing.issueToAnybody(
        { kind: 'CREDIT_REPORT', purpose: '公开查询', asked, facts: ['ANYBODY'] },
        (client) => gather(client, world, asked.number),
        admit,
      )
    },
  }
}

async function gather(
  client: Queryable,
  world: PublicWorld,
  uscc: string,
): Promise<Draft & { documentId: string }> {
  const most = limits.publicReportRecords
  const dataVersion = await feedPosition(client)
  const found = await pageOfPublished(
    client,
    world.published,
    { ...everything, subject: uscc },
    { after: null, limit: most + 1 },
  )
  const rows = found.slice(0, most)
  const byId = await recordsOf(client, world, rows)
  const records = rows.flatMap(({ recordId }) => byId.get(recordId) ?? [])
  const subjectId = await subjectOfCode(client, uscc)
  const [latest] = records
  if (!latest || subjectId === null) throw nothingPublished()
  const subject: StatedSubject = {
    kind: 'ORGANISATION',
    name: (records.find(({ kind }) => kind === 'REGISTRATION') ?? latest).name,
    name_from: 'RECORDS',
    uscc,
    number_ends: null,
  }
  const datasets: CatalogueDataset[] = openDatasets(world).map(({ dataset }) => dataset)
  const sections = publicSections(world.catalogue, datasets, records, limits.reportRecordsPerDataset)
  return {
    documentId: publicReportId({ subject, sections, asOf: world.day }),
    dataVersion,
    asOf: world.day,
    subjectId,
    datasetIds: datasets.map(({ id }) => id),
    shown: shownBy(world, rows, byId),
    statement: (issuance) => ({
      ...issuance,
      kind: 'CREDIT_REPORT',
      edition: 'PUBLIC',
      subject,
      sections,
      enquiries: null,
      limits: {
        records_shown: limits.reportRecordsPerDataset,
        records_considered: most,
        considered_all: found.length <= most,
      },
    }),
  }
}

/** What the report lists, by which it is told later whether it still stands. */
function shownBy(
  { sheets }: PublicWorld,
  rows: readonly PublishedRow[],
  records: ReadonlyMap<number, PublicRecord>,
): Draft['shown'] {
  const listed = [...Map.groupBy(rows, ({ recordId }) => records.get(recordId)?.dataset)].flatMap(
    ([dataset, own]) => (dataset === undefined ? [] : own.slice(0, limits.reportRecordsPerDataset)),
  )
  return {
    listings: listed.flatMap(({ listingId }) => listingId ?? []),
    records: listed.map(({ recordId: id, version, edition }) => ({
      id,
      version,
      // Only what a rule publishes can be published no more while it stands.
      published: sheets.get(edition)?.term === 'BY_RULE',
    })),
  }
}

const nothingPublished = () =>
  new Refusal('SUBJECT_NOT_FOUND', '没有该主体正在公示的信息 (nothing is published of this organisation)')
