import type { DatasetDefinition, Field } from '../catalogue/definition.ts'
import { fieldsNamed, headingKey, isLeftOut, matchHeadings } from '../catalogue/heading.ts'
import { limits } from '../limits.ts'
import { remarksHeading, resultHeading } from '../tabular/annotated-copy.ts'
import type { NamedRow } from '../tabular/named-rows.ts'
import type { Cell, RowFault } from '../tabular/tabular-file.ts'
import type { BatchRefusal } from './batch.ts'
import { FaultyCell, type Problem, toldName } from './field-values.ts'

/** Rows of a file brought to the fields of their dataset. Pure. */

/** The columns that an annotated copy adds: a corrected copy can be sent as it is. */
const ownHeadings = new Set([resultHeading, remarksHeading].map(headingKey))
const isOwn = (heading: string) => ownHeadings.has(headingKey(heading))

/** How many of the headings are known: tells the row of headings from titles above it. */
export function countKnownHeadings(definition: DatasetDefinition, headings: readonly string[]): number {
  return headings.filter((heading) => fieldsNamed(definition, heading).length > 0).length
}

/** What is wrong with the headings as a whole, so that no row could be good or something would be dropped unsaid. */
export function headingRefusal(
  definition: DatasetDefinition,
  headings: readonly string[],
): BatchRefusal | null {
  const { fieldOf, faults } = matchHeadings(
    definition,
    headings.filter((heading) => heading !== '' && !isOwn(heading)),
  )
  const unknown = faults.filter((fault) => fault.code === 'HEADING_UNKNOWN')
  if (unknown.length > 0) {
    return refusal(
      'HEADING_UNKNOWN',
      `表头 ${quoted(unknown)} 不是数据集的信息项；请改名、删去该列，或由管理员加为同义词 (headings that name no field of the dataset: rename or remove the columns, or have them added as synonyms)`,
    )
  }
  const [doubled] = faults.filter((fault) => fault.code === 'FIELD_TWICE')
  if (doubled) {
    return refusal(
      'FIELD_TWICE',
      `表头 ${quoted([doubled])} 与另一列是同一信息项 ${doubled.field} (two columns for one field)`,
    )
  }
  const [ambiguous] = faults.filter((fault) => fault.code === 'HEADING_AMBIGUOUS')
  if (ambiguous) {
    return refusal(
      'HEADING_AMBIGUOUS',
      `表头 ${quoted([ambiguous])} 可指多个信息项，请用信息项名称 (the heading fits several fields: use the name of the field)`,
    )
  }
  const present = new Set(fieldOf.values())
  const missing = definition.fields.filter((field) => field.required === true && !present.has(field.name))
  if (missing.length > 0) {
    return refusal(
      'HEADING_MISSING',
      `缺少必填列 ${missing.map(({ label, name }) => `${label}（${name}）`).join('、')} (columns that are required)`,
    )
  }
  return null
}

const refusal = (code: string, message: string): BatchRefusal => ({ code, message, line: null })

/** Headings are echoed so that a person finds them; where a file has none, data stands there, so digits are not. */
function quoted(faults: readonly { heading: string }[]): string {
  return faults
    .slice(0, 20)
    .map(({ heading }) => `“${toldName(heading.replace(/\p{Nd}[\p{Nd}\sXx-]{4,}/gu, '…')).slice(0, 40)}”`)
    .join('、')
}

/** A row of a file as `submitRecords` would be sent it: an object by the names of the fields; or why it is none. */
export type MappedRow = { raw: Record<string, unknown>; fault: null } | { raw: null; fault: RowFaultProblem }
type RowFaultProblem = Pick<Problem, 'code' | 'message'>

const rowFaults: Record<RowFault, string> = {
  ROW_NOT_JSON: '该行不是 JSON (the line is not JSON)',
  ROW_NOT_AN_OBJECT: '须为字段与值的对象 (expected an object of fields)',
  ROW_TOO_DEEP: '嵌套过深 (nested too deeply)',
  MEMBER_REPEATED: '同一信息项出现两次 (a field is there twice)',
}

export function createRowMapper(definition: DatasetDefinition): (row: NamedRow) => MappedRow {
  const fields = new Map(definition.fields.map((field) => [field.name, field]))
  const known = new Map<string, string | null>()

  /** The field of a heading; null: left out; the heading itself where no field has it, so that the row is refused. */
  function fieldOf(heading: string): string | null {
    const found = known.get(heading)
    if (found !== undefined) return found
    const field = isOwn(heading)
      ? null
      : (fieldsNamed(definition, heading)[0] ?? (isLeftOut(definition, heading) ? null : heading))
    // Names in a file of objects are the sender's: only as many as a table could have are remembered.
    if (known.size < limits.fileColumns) known.set(heading, field)
    return field
  }

  return (row) => {
    if (row.fault !== null) return faulty(row.fault)
    const raw: Record<string, unknown> = {}
    for (const [heading, value] of row.values) {
      const name = fieldOf(heading)
      if (name === null || value === '') continue
      if (Object.hasOwn(raw, name)) return faulty('MEMBER_REPEATED')
      raw[name] = isSheetCell(row, value) ? valueOfCell(value, fields.get(name)) : value
    }
    return { raw, fault: null }
  }
}

const faulty = (code: RowFault): MappedRow => ({ raw: null, fault: { code, message: rowFaults[code] } })

type SheetCell = Exclude<Cell, string>

/** Only a sheet has cells that are more than text; an object in a file of objects is what its sender wrote. */
function isSheetCell({ row }: NamedRow, value: unknown): value is SheetCell {
  return row.kind === 'CELLS' && typeof value === 'object' && value !== null
}

/** A number in a sheet is a day where the field is one. */
function valueOfCell(cell: SheetCell, field: Field | undefined): unknown {
  if ('fault' in cell) return new FaultyCell(cell.fault)
  return field?.value.type === 'DATE' ? cell.day : cell.text
}
