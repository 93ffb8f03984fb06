import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { Department } from '../departments/department.ts'
import type { SubjectKind } from './judgement.ts'

/**
 * Who decides who is who. About an organisation, the department that registers such subjects (登记机关): it gives the codes, so
 * it knows which one was replaced or mistyped. About a person, the credit office (信用主管部门), which hears those concerned; no
 * registrar of persons is part of the exchange. Administrators may do both by command line.
 */

/** What of the catalogue tells who registers subjects. */
type Registries = {
  datasets: readonly (Pick<CatalogueDataset, 'departmentId' | 'status'> & {
    definition: { subject: { nameIsRegistered: boolean } }
  })[]
}

/** Whoever reports records, or hears objections, may ask the question. */
export const mayPropose = ({ roles }: Pick<Department, 'roles'>) =>
  roles.includes('PROVIDER') || roles.includes('CREDIT_OFFICE')

export function mayJudge(
  department: Pick<Department, 'id' | 'roles'>,
  kind: SubjectKind,
  catalogue: Registries,
): boolean {
  switch (kind) {
    case 'ORGANISATION':
      return department.roles.includes('PROVIDER') && isRegistrar(department, catalogue)
    case 'PERSON':
      return department.roles.includes('CREDIT_OFFICE')
  }
}

/** The names in its dataset are those that subjects are registered under. */
function isRegistrar({ id }: Pick<Department, 'id'>, { datasets }: Registries): boolean {
  return datasets.some(
    ({ departmentId, status, definition }) =>
      departmentId === id && status === 'ACTIVE' && definition.subject.nameIsRegistered,
  )
}
