import { type Catalogue, type CatalogueDataset, visibleDatasets } from '../catalogue/catalogue.ts'
import { type DatasetDefinition, type Field, isSealedType } from '../catalogue/definition.ts'
import type { Department } from '../departments/department.ts'
import type { Edition } from './statement.ts'

/** Who may have a report of whom, and what it may say. Pure. */

type ReportSubject = { id: number; kind: 'ORGANISATION' | 'PERSON' }

export type Asker =
  | { kind: 'DEPARTMENT'; department: Pick<Department, 'id' | 'roles'> }
  /** The subject itself, proven to be it (art. 40). */
  | { kind: 'SUBJECT'; subjectId: number }
  | { kind: 'ANYONE' }

/**
 * Of an organisation everybody has the public edition. A person's report is for that person, and for departments with a
 * statutory task in it (个人信息保护法 art. 34): the credit office (信用主管部门), and whoever was granted data on persons.
 */
export function mayHaveReport(
  catalogue: Catalogue,
  asker: Asker,
  subject: ReportSubject,
  edition: Edition,
): boolean {
  const isPublic = subject.kind === 'ORGANISATION' && edition === 'PUBLIC'
  switch (asker.kind) {
    case 'ANYONE':
      return isPublic
    case 'SUBJECT':
      return isPublic || asker.subjectId === subject.id
    case 'DEPARTMENT':
      if (subject.kind === 'ORGANISATION') return true
      return edition === 'DEPARTMENT' && isAuthorisedForPersons(catalogue, asker.department)
  }
}

function isAuthorisedForPersons(
  catalogue: Catalogue,
  { id, roles }: Pick<Department, 'id' | 'roles'>,
): boolean {
  if (roles.includes('CREDIT_OFFICE')) return true
  const aboutPersons = new Set(catalogue.datasets.filter(isAboutPersons).map((dataset) => dataset.id))
  return catalogue.grants.some((grant) => grant.departmentId === id && aboutPersons.has(grant.datasetId))
}

const isAboutPersons = ({ definition }: CatalogueDataset): boolean =>
  definition.subjectKinds.includes('PERSON')

/** The datasets that a document looks through, and names. */
export function coveredDatasets(
  catalogue: Catalogue,
  reader: { id: number },
  edition: Edition,
): CatalogueDataset[] {
  return visibleDatasets(catalogue, reader).filter(
    ({ status, definition }) =>
      status !== 'DRAFT' && (edition === 'DEPARTMENT' || definition.sharing === 'PUBLIC'),
  )
}

/** Whether an edition may show a field: the public one only what is public, by the edition it was written by and today. */
export function mayShowField(
  edition: Edition,
  name: string,
  writtenBy: DatasetDefinition,
  today: DatasetDefinition,
): boolean {
  if (edition === 'DEPARTMENT') return true
  const isPublic = ({ fields }: DatasetDefinition) =>
    fields.some(
      (field: Field) => field.name === name && field.disclosure === 'PUBLIC' && !isSealedType(field.value),
    )
  return isPublic(writtenBy) && isPublic(today)
}
