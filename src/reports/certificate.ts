import type { Catalogue, CatalogueDataset } from '../catalogue/catalogue.ts'
import type { ScreeningResult } from '../enquiries/enquiry-service.ts'
import type { ListingView } from '../enquiries/views.ts'
import type { Asked } from './asked-subject.ts'
import type {
  CoveredDataset,
  Issuance,
  SearchOutcome,
  SearchStatement,
  StatedListing,
  StatedSubject,
} from './statement.ts'

/** What a certificate of search (查询证明) says, from the answer of a screening. Pure. */

export function searchStatement(
  issuance: Issuance,
  asked: Asked & { matter: string | null },
  result: ScreeningResult,
  datasets: CoveredDataset[],
): SearchStatement {
  return {
    ...issuance,
    kind: 'SEARCH_CERTIFICATE',
    subject: statedSubject(asked, result.subject),
    outcome: outcomeOf(result, datasets),
    matter: asked.matter,
    listings: result.listings.map(statedListing),
    measures: result.measures().map(({ measure }) => ({
      code: measure.code,
      name: measure.name,
      class: measure.class,
      legal_basis: measure.legalBasis,
    })),
    datasets,
    remarks: result.warnings.map(({ message }) => message),
  }
}

/** To be on a list of the trustworthy is no hit; that a person answers for an organisation is no record of its own. */
function outcomeOf(
  { outcome, listings }: ScreeningResult,
  datasets: readonly CoveredDataset[],
): SearchOutcome {
  if (outcome === 'LISTED') return 'LISTED'
  return listings.length > 0 || datasets.some(({ records }) => records > 0) ? 'NOT_LISTED' : 'NO_RECORD'
}

export function statedSubject(
  asked: Asked,
  found: { kind: 'ORGANISATION' | 'PERSON'; name: string; uscc: string | null } | null,
): StatedSubject {
  const kind = found?.kind ?? asked.kind
  return {
    kind,
    name: found?.name ?? asked.name,
    name_from: found ? 'RECORDS' : 'ASKED',
    uscc: kind === 'ORGANISATION' ? (found?.uscc ?? asked.number) : null,
    number_ends: kind === 'PERSON' ? asked.number.slice(-4) : null,
  }
}

export const statedListing = (listing: ListingView): StatedListing => ({
  list: listing.listType.name,
  list_code: listing.listType.code,
  nature: listing.listType.nature,
  grade: listing.grade,
  determined_by: listing.determinedBy.name,
  decision_no: listing.decisionNo,
  listed_on: listing.listedOn,
  ends_on: listing.endsOn,
  disputed_since: listing.disputedSince,
})

export function coverage(
  catalogue: Catalogue,
  datasets: readonly CatalogueDataset[],
  records: ReadonlyMap<number, number>,
): CoveredDataset[] {
  const lists = new Map(catalogue.listTypes.map(({ code, name }) => [code, name]))
  return datasets.map(({ id, code, definition, departmentName, listTypeCode }) => ({
    code,
    name: definition.name,
    provided_by: departmentName,
    list: listTypeCode === null ? null : (lists.get(listTypeCode) ?? null),
    records: records.get(id) ?? 0,
  }))
}
