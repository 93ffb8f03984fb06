import { type Catalogue, type CatalogueDataset, maySee, visibleDatasets } from '../catalogue/catalogue.ts'
import type { ResponsibleRole } from '../catalogue/definition.ts'

/** Who may know of responsible persons: a role is disclosed as the fields are that name its persons. Pure. */

type Reader = { id: number }

export function disclosedRoles(
  catalogue: Catalogue,
  reader: Reader,
  dataset: CatalogueDataset,
): ReadonlySet<ResponsibleRole> {
  const { subject, fields } = dataset.definition
  const byRole = Map.groupBy(subject.responsible ?? [], ({ role }) => role)
  // A stored person tells its role, not its field: where two fields name a role, the more guarded one counts.
  const shown = [...byRole].filter(([, sources]) =>
    sources.every(({ name }) => {
      const field = fields.find((candidate) => candidate.name === name)
      return field !== undefined && maySee(catalogue, reader, dataset, field.disclosure)
    }),
  )
  return new Set(shown.map(([role]) => role))
}

/** Where a reader may learn for whom a person answers: by dataset the roles that it may see. */
export function rolesByDataset(
  catalogue: Catalogue,
  reader: Reader,
): { datasetId: number; role: ResponsibleRole }[] {
  return visibleDatasets(catalogue, reader).flatMap((dataset) =>
    [...disclosedRoles(catalogue, reader, dataset)].map((role) => ({ datasetId: dataset.id, role })),
  )
}
