import type { Catalogue, CatalogueDataset } from '../catalogue/catalogue.ts'
import { noTerm, type TermOn, termBy } from '../catalogue/list-rules.ts'
import type { Department } from '../departments/department.ts'
import { Refusal } from '../kernel/refusal.ts'

/** Who may send records of a dataset: its provider (提供单位), while the dataset is in use. */
function maySubmit(
  department: Department,
  dataset: CatalogueDataset,
): 'ALLOWED' | 'NOT_YOURS' | 'NOT_ACTIVE' {
  if (dataset.departmentId !== department.id || !department.roles.includes('PROVIDER')) return 'NOT_YOURS'
  return dataset.status === 'ACTIVE' ? 'ALLOWED' : 'NOT_ACTIVE'
}

/** The dataset of that code, which the department may send records of. */
export function submittableDataset(
  catalogue: Catalogue,
  department: Department,
  code: string,
): CatalogueDataset {
  const dataset = catalogue.datasets.find((candidate) => candidate.code === code)
  if (!dataset)
    throw new Refusal('DATASET_NOT_FOUND', '目录中没有此数据集 (the catalogue has no such dataset)')
  switch (maySubmit(department, dataset)) {
    case 'ALLOWED':
      return dataset
    case 'NOT_YOURS':
      throw new Refusal(
        'DATASET_NOT_YOURS',
        '该数据集由其他部门提供 (another department provides this dataset)',
        '河南省社会信用条例第十三条',
      )
    case 'NOT_ACTIVE':
      throw new Refusal('DATASET_NOT_ACTIVE', '该数据集未启用 (the dataset is not active)')
  }
}

/** How long a membership lasts where the record does not say. Refuses a dataset whose list is not in use. */
export function termOf(catalogue: Catalogue, dataset: Pick<CatalogueDataset, 'listTypeCode'>): TermOn {
  if (dataset.listTypeCode === null) return noTerm
  const listType = catalogue.listTypes.find((candidate) => candidate.code === dataset.listTypeCode)
  if (listType?.status !== 'ACTIVE') {
    throw new Refusal(
      'LIST_TYPE_NOT_ACTIVE',
      `名单 ${dataset.listTypeCode} 未启用 (the list type is not active)`,
      '国办发〔2020〕49号',
    )
  }
  return termBy(listType.rules)
}
