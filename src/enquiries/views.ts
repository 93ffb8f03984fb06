import { type Catalogue, type CatalogueListType, visibleDatasets } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Vault } from '../kernel/vault.ts'
import type { Suspension } from '../listings/membership.ts'
import { readSuspensions } from '../listings/suspensions.ts'
import type { RecordStatus } from '../records/record-status.ts'
import { disclosedContent, disclosedDecision } from './disclosure-policy.ts'
import type { ListingRow, RecordRow } from './enquiry-store.ts'
import type { FoundSubject } from './screening.ts'

/** What is stored, as one reader may see it. */

type Reader = { id: number }

/** Datasets whose records the reader may know of, and those of its own. */
export type ReadingScope = { datasetIds: readonly number[]; ownDatasetIds: readonly number[] }

/** By the catalogue, which stands for many requests, and the reader. */
const knownScopes = new WeakMap<Catalogue, Map<number, ReadingScope>>()

export function datasetsOf(catalogue: Catalogue, reader: Reader): ReadingScope {
  const scopes = knownScopes.get(catalogue) ?? new Map<number, ReadingScope>()
  knownScopes.set(catalogue, scopes)
  const known = scopes.get(reader.id)
  if (known) return known
  const own = catalogue.datasets.filter((dataset) => dataset.departmentId === reader.id)
  const scope = {
    datasetIds: visibleDatasets(catalogue, reader).map((dataset) => dataset.id),
    ownDatasetIds: own.map((dataset) => dataset.id),
  }
  scopes.set(reader.id, scope)
  return scope
}

/** A listing as the caller may see it; a part that is not disclosed to it is null. */
export type ListingView = {
  id: number
  listType: CatalogueListType
  subjectId: number
  dataset: string
  grade: string
  listedOn: LegalDay
  endsOn: LegalDay | null
  exitedOn: LegalDay | null
  exitKind: string | null
  publishedOn: LegalDay | null
  disputedSince: LegalDay | null
  suspensions: Suspension[]
  recordId: number
  decisionNo: string | null
  reason: string | null
  /** Who determined it (认定单位), under the name borne at the time. */
  determinedBy: { code: string; name: string }
}

export function listingViewer(catalogue: Catalogue, reader: Reader): (row: ListingRow) => ListingView {
  const listTypes = new Map(catalogue.listTypes.map((type) => [type.code, type]))
  const datasets = new Map(catalogue.datasets.map((dataset) => [dataset.id, dataset]))
  return (row) => {
    const dataset = datasets.get(row.datasetId)
    const listType = listTypes.get(row.listTypeCode)
    if (!dataset) throw noDataset(row.datasetId)
    if (!listType) throw new RangeError(`the catalogue has no list type ${row.listTypeCode}`)
    return {
      id: row.id,
      listType,
      subjectId: row.subjectId,
      dataset: dataset.code,
      grade: row.grade,
      listedOn: row.listedOn,
      endsOn: row.endsOn,
      exitedOn: row.exitedOn,
      exitKind: row.exitKind,
      publishedOn: row.publishedOn,
      disputedSince: row.disputedSince,
      suspensions: readSuspensions(row.suspended),
      recordId: row.recordId,
      ...disclosedDecision(catalogue, reader, dataset, row),
      determinedBy: { code: row.departmentCode, name: row.departmentName },
    }
  }
}

const noDataset = (id: number) => new RangeError(`the catalogue has no dataset ${id}`)

export type RecordView = {
  id: number
  dataset: string
  version: number
  status: RecordStatus
  content: Record<string, string | number>
  recordedAt: Date
  subject: FoundSubject
}

/** A record as the reader may see it: by the edition that it was written by, disclosed no more widely than today. */
export function recordViewer(
  parts: { vault: Vault; catalogue: Pick<CatalogueReader, 'version'> },
  catalogue: Catalogue,
  reader: Reader,
): (row: RecordRow) => Promise<RecordView> {
  return async (row) => {
    const dataset = catalogue.datasets.find(({ id }) => id === row.datasetId)
    if (!dataset) throw noDataset(row.datasetId)
    const writtenBy = await parts.catalogue.version(row.datasetVersionId)
    return {
      id: row.id,
      dataset: dataset.code,
      version: row.version,
      status: row.status,
      content: disclosedContent(parts.vault, catalogue, reader, dataset, writtenBy, row.content),
      recordedAt: new Date(row.recordedAt),
      subject: row.subject,
    }
  }
}
