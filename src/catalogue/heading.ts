import type { DatasetDefinition } from './definition.ts'

/** Headings of columns as people write them, matched to fields. Pure. */

/** Columns that count the rows and say nothing of them. */
const ordinals = new Set(['序号', '编号序号', 'no', 'no.', '#'])

/**
 * What two spellings of one heading have in common: full width or half, spaces, stars and 必填 marks make no
 * difference, nor do upper and lower case.
 */
export function headingKey(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}*＊:：]/gu, '')
    .replace(/[(（[【](?:必填|选填|必填项|非必填)[)）\]】]/gu, '')
    .replace(/[【〔［[]/gu, '(')
    .replace(/[】〕］\]]/gu, ')')
    .toLowerCase()
}

/** Whether the dataset leaves a column of this heading out. */
export function isLeftOut(definition: Pick<DatasetDefinition, 'ignoredHeadings'>, heading: string): boolean {
  const key = headingKey(heading)
  return ordinals.has(key) || definition.ignoredHeadings.some((ignored) => headingKey(ignored) === key)
}

export type HeadingFault =
  | { code: 'HEADING_UNKNOWN'; heading: string }
  | { code: 'FIELD_TWICE'; heading: string; field: string }
  | { code: 'HEADING_AMBIGUOUS'; heading: string; field: string }

export type Columns = {
  /** From the heading as it is in the file to the name of the field; null: the column is left out. */
  fieldOf: ReadonlyMap<string, string | null>
  faults: HeadingFault[]
}

/** Matches by name, then label, then synonyms. A heading of no field is a fault: nothing is dropped unsaid. */
export function matchHeadings(definition: DatasetDefinition, headings: readonly string[]): Columns {
  const fieldOf = new Map<string, string | null>()
  const faults: HeadingFault[] = []
  const taken = new Map<string, string>()
  for (const heading of headings) {
    const fields = fieldsNamed(definition, heading)
    const field = fields[0]
    if (field === undefined) {
      fieldOf.set(heading, null)
      if (!isLeftOut(definition, heading)) faults.push({ code: 'HEADING_UNKNOWN', heading })
      continue
    }
    if (fields.length > 1) faults.push({ code: 'HEADING_AMBIGUOUS', heading, field })
    if (taken.has(field)) faults.push({ code: 'FIELD_TWICE', heading, field })
    taken.set(field, heading)
    fieldOf.set(heading, field)
  }
  return { fieldOf, faults }
}

/** Fields that a heading may name; a name or label wins over any synonym, since it is the field's own. */
export function fieldsNamed(definition: DatasetDefinition, heading: string): string[] {
  const key = headingKey(heading)
  const own = definition.fields.filter(
    (field) => headingKey(field.name) === key || headingKey(field.label) === key,
  )
  const found =
    own.length > 0
      ? own
      : definition.fields.filter((field) => field.synonyms.some((synonym) => headingKey(synonym) === key))
  return found.map((field) => field.name)
}
