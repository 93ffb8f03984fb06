import type { CatalogueDataset, CatalogueListType } from '../catalogue/catalogue.ts'
import type { ListNature } from '../catalogue/catalogue-file.ts'
import { type DatasetDefinition, type Field, isSealedType } from '../catalogue/definition.ts'

/**
 * What of a dataset the public may read (公开公示): the one door between what departments store and what everybody sees.
 * Pure. A sheet names the columns of one edition of the definition that are PUBLIC by that edition and by today's;
 * statements read the columns that a sheet names and no others. Without a sheet nothing of a record is public.
 */

/** 登记 (basic information), 行政许可, 行政处罚, 名单. */
export const recordKinds = ['REGISTRATION', 'LICENCE', 'PENALTY', 'LIST'] as const
export type RecordKind = (typeof recordKinds)[number]

/** Until when it is published: by the dated rules, while the membership is in force, or while the record stands. */
export type PublicationTerm = 'BY_RULE' | 'IN_FORCE' | 'STANDING'

export type PublicSheet = {
  edition: number
  datasetId: number
  dataset: string
  datasetName: string
  kind: RecordKind
  term: PublicationTerm
  listType: string | null
  nature: ListNature | null
  /** Columns that have a meaning of their own; each is PUBLIC. Null: there is none. */
  name: string
  documentNo: string | null
  /** The day of the decision, or of listing. */
  day: string | null
  /** All columns that are PUBLIC, in the order of the definition. */
  fields: Field[]
  publication: DatasetDefinition['publication'] | null
  /** What says whether it is corrected is itself public, so the end of publication may be told by it. */
  correctedIsPublic: boolean
}

/** National codes of the double-publicity tables (双公示), by which licences are told from other records. */
const licence = { documentNo: 'XK_WSH', day: 'XK_JDRQ' }
const penaltyDocumentNo = 'CF_WSH'

export function publicSheetOf(
  dataset: CatalogueDataset,
  edition: { id: number; definition: DatasetDefinition },
  listTypes: readonly CatalogueListType[],
): PublicSheet | null {
  const { definition } = dataset
  if (definition.sharing !== 'PUBLIC' || edition.definition.sharing !== 'PUBLIC') return null
  const fields = publicFields(definition, edition.definition)
  const shown = (name: string | undefined, type?: 'DATE') => {
    const field = fields.find((candidate) => candidate.name === name)
    return field && (type === undefined || field.value.type === type) ? field.name : null
  }
  const name = shown(definition.subject.name)
  const isNamed = definition.subject.number !== undefined || shown(definition.subject.uscc) !== null
  if (name === null || !isNamed) return null
  const publication = definition.publication ?? null
  const sheet = {
    edition: edition.id,
    datasetId: dataset.id,
    dataset: dataset.code,
    datasetName: definition.name,
    listType: null,
    nature: null,
    name,
    fields,
    publication,
    correctedIsPublic: publication?.corrected === undefined || shown(publication.corrected.field) !== null,
  }
  if (definition.listing) {
    const listType = listTypes.find(({ code, status }) => code === dataset.listTypeCode && status !== 'DRAFT')
    const day = shown(definition.listing.listedOn, 'DATE')
    // Without a rule on its publication only praise is shown: it harms nobody, and Henan art. 36 wants both lists public.
    const term = publication ? 'BY_RULE' : listType?.nature === 'TRUSTWORTHY' ? 'IN_FORCE' : null
    if (!listType || day === null || term === null) return null
    const documentNo = shown(definition.listing.decisionNo)
    return { ...sheet, kind: 'LIST', term, listType: listType.code, nature: listType.nature, documentNo, day }
  }
  if (publication) {
    const day = shown(publication.determinedOn, 'DATE')
    if (day === null) return null
    return { ...sheet, kind: 'PENALTY', term: 'BY_RULE', documentNo: shown(penaltyDocumentNo), day }
  }
  const licensedOn = shown(licence.day, 'DATE')
  if (licensedOn !== null) {
    return {
      ...sheet,
      kind: 'LICENCE',
      term: 'STANDING',
      documentNo: shown(licence.documentNo),
      day: licensedOn,
    }
  }
  // Whatever else departments share says nothing yet of what it is to the public.
  if (!definition.subject.nameIsRegistered) return null
  return { ...sheet, kind: 'REGISTRATION', term: 'STANDING', documentNo: null, day: null }
}

/** As today's edition describes them. Numbers that may be of persons are never among them. */
function publicFields(today: DatasetDefinition, then: DatasetDefinition): Field[] {
  const wasPublic = new Map(then.fields.map((field) => [field.name, isPublic(field)]))
  return today.fields.filter((field) => isPublic(field) && wasPublic.get(field.name) === true)
}

const isPublic = ({ disclosure, value }: Field) => disclosure === 'PUBLIC' && !isSealedType(value)
