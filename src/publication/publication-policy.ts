import { type Catalogue, type CatalogueDataset, maySee } from '../catalogue/catalogue.ts'
import { type PublicationPart, publicationFields } from '../catalogue/publication-part.ts'

/** Who may know of publication: it tells days and gravity, so it is disclosed as the fields are that it is made from. Pure. */
export function mayKnowPublication(
  catalogue: Catalogue,
  reader: { id: number },
  dataset: CatalogueDataset,
  part: PublicationPart,
): boolean {
  const names = new Set(publicationFields(part))
  return dataset.definition.fields
    .filter(({ name }) => names.has(name))
    .every(({ disclosure }) => maySee(catalogue, reader, dataset, disclosure))
}
