import type { ListNature } from './catalogue-file.ts'
import type { DatasetDefinition, Disclosure } from './definition.ts'
import type { ListRule } from './list-rules.ts'

/** The catalogue as it stands, without drafts: read as a whole, small, and asked by every request. */
export type Catalogue = {
  datasets: CatalogueDataset[]
  listTypes: CatalogueListType[]
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

export type CatalogueMeasure = {
  code: string
  name: string
  content: string
  class: string
  legalBasis: string[]
  departmentKinds: string[]
  matters: string[]
  triggeredBy: string[]
  effectiveFrom: string
  effectiveTo: string | null
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

/** A measure (惩戒措施) binds a department of its kinds on days on which it is in force. */
export function measuresBinding(
  catalogue: Catalogue,
  departmentKind: string,
  listTypes: Set<string>,
  day: string,
): CatalogueMeasure[] {
  return catalogue.measures.filter(
    (measure) =>
      measure.triggeredBy.some((code) => listTypes.has(code)) &&
      (measure.departmentKinds.length === 0 || measure.departmentKinds.includes(departmentKind)) &&
      measure.effectiveFrom <= day &&
      (measure.effectiveTo === null || day <= measure.effectiveTo),
  )
}
