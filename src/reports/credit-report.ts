import type { Catalogue, CatalogueDataset } from '../catalogue/catalogue.ts'
import { type DatasetDefinition, type Field, isSealedType } from '../catalogue/definition.ts'
import type { ListingView } from '../enquiries/views.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Publication } from '../publication/publication.ts'
import { statedListing } from './certificate.ts'
import { mayShowField } from './report-policy.ts'
import {
  type Edition,
  type ReportGroup,
  type ReportSection,
  reportGroups,
  type StatedEnquiries,
  type StatedField,
  type StatedListing,
  type StatedRecord,
} from './statement.ts'

/** What a public credit report (公共信用信息报告) says: records in the groups that people know from 信用中国. Pure. */

/** A record that stands, before it is known what of it may be shown. */
export type StandingRecord = { id: number; datasetId: number; version: number }

export type ShownRecord = StandingRecord & {
  recordedAt: Date
  writtenBy: DatasetDefinition
  /** As it is disclosed to the asker. */
  content: Record<string, string | number>
}

/** What the report looks through: records with their listings in force and their publication on the day. */
export type Considered = {
  edition: Edition
  datasets: readonly CatalogueDataset[]
  listings: ReadonlyMap<number, ListingView>
  publications: ReadonlyMap<number, Publication | null>
  /** Since when a record is disputed (异议标注). */
  disputes: ReadonlyMap<number, LegalDay>
}

/**
 * Whether a record belongs into the report: of a list only who is on it today, and into the public edition only what is
 * published today. A basic record has no publication period and is public as its fields are.
 */
export function belongs(record: StandingRecord, considered: Considered): boolean {
  const dataset = considered.datasets.find(({ id }) => id === record.datasetId)
  if (!dataset) return false
  if (dataset.listTypeCode !== null && !considered.listings.has(record.id)) return false
  const publication = considered.publications.get(record.id) ?? null
  return considered.edition === 'DEPARTMENT' || publication === null || publication.published
}

export function reportSections(
  catalogue: Catalogue,
  considered: Considered,
  totals: ReadonlyMap<number, number>,
  shown: readonly ShownRecord[],
): ReportSection[] {
  const byDataset = Map.groupBy(shown, ({ datasetId }) => datasetId)
  const sections = considered.datasets.map((dataset) => ({
    group: groupOf(catalogue, dataset),
    dataset: dataset.code,
    name: dataset.definition.name,
    provided_by: dataset.departmentName,
    total: totals.get(dataset.id) ?? 0,
    records: (byDataset.get(dataset.id) ?? []).map((record) => statedRecord(considered, dataset, record)),
  }))
  return sections.toSorted((a, b) => reportGroups.indexOf(a.group) - reportGroups.indexOf(b.group))
}

function statedRecord(
  { edition, listings, publications, disputes }: Considered,
  dataset: CatalogueDataset,
  record: ShownRecord,
): StatedRecord {
  const listing = listings.get(record.id)
  const publication = publications.get(record.id) ?? null
  return {
    recorded_at: record.recordedAt.toISOString(),
    listing: listing ? disclosedListing(edition, dataset.definition, statedListing(listing)) : null,
    disputed_since: listing?.disputedSince ?? disputes.get(record.id) ?? null,
    publication: publication && { published: publication.published, until: publication.until },
    fields: record.writtenBy.fields.flatMap((field): StatedField[] => {
      const value = record.content[field.name]
      if (value === undefined || !mayShowField(edition, field.name, record.writtenBy, dataset.definition))
        return []
      return [{ name: field.name, label: field.label, value: valueText(field, value) }]
    }),
  }
}

/** What the public edition tells of a membership comes from fields, and is as public as these are. */
function disclosedListing(
  edition: Edition,
  definition: DatasetDefinition,
  listing: StatedListing,
): StatedListing {
  const { decisionNo, grade } = definition.listing ?? {}
  const shows = (name: string | undefined) =>
    name !== undefined && mayShowField(edition, name, definition, definition)
  const showsGrade = grade === undefined || 'fixed' in grade || shows(grade.field)
  return {
    ...listing,
    decision_no: shows(decisionNo) ? listing.decision_no : null,
    grade: showsGrade ? listing.grade : null,
  }
}

/** Of each dataset so many, the first of them. */
export function latestOfEach(records: readonly StandingRecord[], most: number): StandingRecord[] {
  return [...Map.groupBy(records, ({ datasetId }) => datasetId).values()].flatMap((own) => own.slice(0, most))
}

/** A list says by its nature where it belongs, other data by the nature (信息性质) that the catalogue gives it. */
export function groupOf(
  catalogue: Catalogue,
  { listTypeCode, definition }: Pick<CatalogueDataset, 'listTypeCode' | 'definition'>,
): ReportGroup {
  const list = catalogue.listTypes.find(({ code }) => code === listTypeCode)
  switch (list?.nature) {
    case 'SERIOUS_DISHONESTY':
    case 'JOINT_PUNISHMENT':
      return 'DISHONESTY'
    case 'KEY_ATTENTION':
      return 'ATTENTION'
    case 'TRUSTWORTHY':
      return 'TRUSTWORTHY'
    case undefined:
      return natures.find(([word]) => definition.nature.includes(word))?.[1] ?? 'OTHER'
  }
}

const natures: readonly [string, ReportGroup][] = [
  ['基础信息', 'BASIC'],
  ['行政许可', 'LICENCE'],
  ['行政处罚', 'PENALTY'],
  ['守信', 'TRUSTWORTHY'],
  ['信用承诺', 'PLEDGE'],
]

/** Money is stored in fen and told in the unit of its label; of a certificate number only its end is told on paper. */
function valueText({ value: type }: Field, value: string | number): string {
  if (isSealedType(type)) return `尾号 ${String(value).slice(-4)}`
  switch (type.type) {
    case 'MONEY_WAN':
      return decimal(Number(value), 6)
    case 'MONEY_YUAN':
      return decimal(Number(value), 2)
    default:
      return String(value)
  }
}

function decimal(fen: number, places: number): string {
  const digits = String(Math.abs(fen)).padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`
}

/** Enquiries about a subject, latest first; `total` of them all, whatever is shown. */
export type SubjectEnquiries = {
  total: number
  entries: { at: Date; department: string; purpose: string | null }[]
}

/** As the document tells them: what an enquiry was for is for departments alone. */
export const statedEnquiries = ({ total, entries }: SubjectEnquiries, edition: Edition): StatedEnquiries => ({
  total,
  entries: entries.map(({ at, department, purpose }) => ({
    at: at.toISOString(),
    department,
    purpose: edition === 'PUBLIC' ? null : purpose,
  })),
})
