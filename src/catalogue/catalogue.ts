import type { ListNature } from './catalogue-file.ts'
import type { DatasetDefinition, Disclosure } from './definition.ts'
import type { ListRule } from './list-rules.ts'
import type { CatalogueMeasure } from './measures.ts'

/** The catalogue as it stands, without drafts: read as a whole, small, and asked by every request. */
export type Catalogue = {
  datasets: CatalogueDataset[]
  listTypes: CatalogueListType[]
  /** Every version, by code and day. */
  measures: CatalogueMeasure[]
  /** Which departments may read the AUTHORISED fields of which datasets. */
  grants: { departmentId: number; datasetId: number }[]
}

export type CatalogueDataset = {
  id: number
  code: string
  departmentId: number
  departmentCode: string
  departmentName: string
  status: 'DRAFT' | 'ACTIVE' | 'RETIRED'
  listTypeCode: string | null
  /** The day on which it came into the catalogue: what happened before is backlog (存量), for which no clock ran. */
  since: string
  versionId: number
  version: number
  definition: DatasetDefinition
}

export type CatalogueListType = {
  code: string
  name: string
  nature: ListNature
  field: string
  scope: string
  basis: string[]
  determinedBy: string
  /** In the order of their days. */
  rules: ListRule[]
  status: 'DRAFT' | 'ACTIVE' | 'RETIRED'
}

type Reader = { id: number }

/** 授权查询 data is for its provider and for those granted it; everything shared is for every department. */
export function maySee(
  catalogue: Catalogue,
  reader: Reader,
  dataset: CatalogueDataset,
  disclosure: Disclosure,
): boolean {
  if (dataset.departmentId === reader.id || disclosure !== 'AUTHORISED') return true
  return catalogue.grants.some((grant) => grant.departmentId === reader.id && grant.datasetId === dataset.id)
}

/** Datasets of which the reader may see that a record exists. */
export function visibleDatasets(catalogue: Catalogue, reader: Reader): CatalogueDataset[] {
  return catalogue.datasets.filter((dataset) =>
    maySee(catalogue, reader, dataset, dataset.definition.sharing),
  )
}
