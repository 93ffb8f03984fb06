import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { Department } from '../departments/department.ts'

/** Who may send records of a dataset: its provider (提供单位), while the dataset is in use. */
export function maySubmit(
  department: Department,
  dataset: CatalogueDataset,
): 'ALLOWED' | 'NOT_YOURS' | 'NOT_ACTIVE' {
  if (dataset.departmentId !== department.id || !department.roles.includes('PROVIDER')) return 'NOT_YOURS'
  return dataset.status === 'ACTIVE' ? 'ALLOWED' : 'NOT_ACTIVE'
}
