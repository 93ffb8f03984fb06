import { type Catalogue, type CatalogueDataset, maySee } from '../catalogue/catalogue.ts'
import { type DatasetDefinition, isSealedType } from '../catalogue/definition.ts'
import type { Vault } from '../kernel/vault.ts'
import { openSealed, type Sealed, type StoredContent } from '../records/record-content.ts'
import type { ListingRow } from './enquiry-store.ts'

type Reader = { id: number }

/**
 * The fields of a record that the reader may see, as they were defined when it was written; certificate numbers opened
 * for those authorised, absent for others. What the dataset discloses less since, is disclosed less.
 */
export function disclosedContent(
  vault: Vault,
  catalogue: Catalogue,
  reader: Reader,
  dataset: CatalogueDataset,
  writtenBy: DatasetDefinition,
  content: StoredContent,
): Record<string, string | number> {
  const today = new Map(dataset.definition.fields.map((field) => [field.name, field]))
  const disclosed: Record<string, string | number> = {}
  for (const field of writtenBy.fields) {
    const value = content[field.name]
    const disclosures = [field.disclosure, today.get(field.name)?.disclosure ?? field.disclosure]
    if (value === undefined || !disclosures.every((mode) => maySee(catalogue, reader, dataset, mode)))
      continue
    if (!isSealed(value)) disclosed[field.name] = value
    // Sealed in an edition that did not seal it yet: what it discloses was not meant for a certificate number.
    else if (isSealedType(field.value)) {
      disclosed[field.name] = openSealed(vault, dataset.code, field.name, value)
    }
  }
  return disclosed
}

/** Decision number and reason of a listing come from fields of its dataset and are disclosed as these are. */
export function disclosedDecision(
  catalogue: Catalogue,
  reader: Reader,
  dataset: CatalogueDataset,
  listing: Pick<ListingRow, 'decisionNo' | 'reason'>,
): { decisionNo: string | null; reason: string | null } {
  const rules = dataset.definition.listing
  const shows = (name: string | undefined) => {
    const field = dataset.definition.fields.find((candidate) => candidate.name === name)
    return field !== undefined && maySee(catalogue, reader, dataset, field.disclosure)
  }
  return {
    decisionNo: shows(rules?.decisionNo) ? listing.decisionNo : null,
    reason: shows(rules?.reason) ? listing.reason : null,
  }
}

function isSealed(value: string | number | Sealed): value is Sealed {
  return typeof value === 'object'
}
