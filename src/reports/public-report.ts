import { createHash } from 'node:crypto'
import type { Catalogue, CatalogueDataset } from '../catalogue/catalogue.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { PublicRecord } from '../publicity/public-record.ts'
import { groupOf } from './credit-report.ts'
import {
  type ReportSection,
  reportGroups,
  type StatedListing,
  type StatedRecord,
  type StatedSubject,
} from './statement.ts'

/** What a credit report says that anybody may have: what the page of the organisation shows, and nothing else. Pure. */

/** `records` the latest first, as the page shows them; of each dataset so many are told. */
export function publicSections(
  catalogue: Catalogue,
  datasets: readonly CatalogueDataset[],
  records: readonly PublicRecord[],
  most: number,
): ReportSection[] {
  const byDataset = Map.groupBy(records, ({ dataset }) => dataset)
  const sections = datasets.map((dataset) => {
    const own = byDataset.get(dataset.code) ?? []
    return {
      group: groupOf(catalogue, dataset),
      dataset: dataset.code,
      name: dataset.definition.name,
      provided_by: dataset.departmentName,
      total: own.length,
      records: own.slice(0, most).map((record) => statedRecord(catalogue, record)),
    }
  })
  return sections.toSorted((a, b) => reportGroups.indexOf(a.group) - reportGroups.indexOf(b.group))
}

function statedRecord(catalogue: Catalogue, record: PublicRecord): StatedRecord {
  return {
    recorded_at: record.updatedOn,
    listing: statedListing(catalogue, record),
    disputed_since: record.disputedSince,
    publication:
      record.kind === 'REGISTRATION' || record.kind === 'LICENCE'
        ? null
        : { published: true, until: record.publicationEndsOn },
    fields: record.fields.map(({ name, label, unit, value }) => ({
      name,
      label: unit === null || label.includes(unit) ? label : `${label}（${unit}）`,
      value,
    })),
  }
}

function statedListing(catalogue: Catalogue, record: PublicRecord): StatedListing | null {
  const list = catalogue.listTypes.find(({ code }) => code === record.listType)
  if (!list) return null
  return {
    list: list.name,
    list_code: list.code,
    nature: list.nature,
    grade: null,
    determined_by: record.source.name,
    decision_no: record.documentNo,
    listed_on: record.day,
    ends_on: record.endsOn,
    disputed_since: record.disputedSince,
  }
}

/** The same content on the same day is the same document, whoever asks and how often. */
export const publicReportId = (content: {
  subject: StatedSubject
  sections: ReportSection[]
  asOf: LegalDay
}): string => createHash('sha256').update(canonicalJson(content)).digest('base64url')
