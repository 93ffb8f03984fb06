import { limits } from '../limits.ts'
import { cellText, columnName, isBlank, tooManyRows } from './row-limits.ts'
import { FileRefusal, type FileRow, type OpenedFile, type RowFault } from './tabular-file.ts'

type CellRow = Extract<FileRow, { kind: 'CELLS' }>
/**
 * A row of data: `index` counts them from 0, `row` is as read, for the copy that is sent back. The values of CSV and
 * XLSX are Cells by their headings, those of NDJSON and XML what the sender wrote. A broken row has a fault and none.
 */
export type NamedRow = {
  index: number
  line: number
  row: FileRow
  fault: RowFault | null
  values: Map<string, unknown>
}

export type NamedFile = {
  /** As written, in the order of the columns; null for NDJSON and XML, whose rows name their own members. */
  headings: string[] | null
  /** The rows above the headings, verbatim. */
  titleRows: FileRow[]
  headingRow: FileRow | null
  /** Can be called again. Throws FileRefusal, also HEADING_EMPTY and TOO_MANY_ROWS. */
  rows(): AsyncIterable<NamedRow[]>
}

/**
 * Finds the headings among the first `limits.fileTitleRows + 1` rows that are not empty: the row in which `recognise`
 * knows the most headings, the first of several. Throws HEADINGS_NOT_FOUND where it knows none, HEADING_REPEATED.
 */
export async function nameRows(
  file: OpenedFile,
  recognise: (headings: readonly string[]) => number,
): Promise<NamedFile> {
  const { format } = file.found
  if (format === 'NDJSON' || format === 'XML')
    return { headings: null, titleRows: [], headingRow: null, rows: () => memberRows(file) }
  const first = await firstRows(file)
  const known = first.map((row) => recognise(headingsOf(row)))
  const most = Math.max(0, ...known)
  const at = known.indexOf(most)
  const headingRow = first[at]
  if (headingRow === undefined || most === 0) throw headingsNotFound()
  const columns = headingRow.cells.map((cell) => cellText(cell).trim())
  refuseRepeated(columns, headingRow.line)
  return {
    headings: headingsOf(headingRow),
    titleRows: first.slice(0, at),
    headingRow,
    rows: () => cellRows(file, headingRow.line, columns),
  }
}

async function firstRows(file: OpenedFile): Promise<CellRow[]> {
  const first: CellRow[] = []
  for await (const rows of file.rows()) {
    for (const row of rows) if (row.kind === 'CELLS' && !row.cells.every(isBlank)) first.push(row)
    if (first.length > limits.fileTitleRows) break
  }
  return first.slice(0, limits.fileTitleRows + 1)
}

const headingsOf = (row: CellRow) =>
  row.cells.map((cell) => cellText(cell).trim()).filter((text) => text !== '')

function refuseRepeated(columns: readonly string[], line: number): void {
  for (const [column, heading] of columns.entries()) {
    const first = columns.indexOf(heading)
    if (heading === '' || first === column) continue
    const both = `${columnName(first)}、${columnName(column)}`
    throw new FileRefusal(
      'HEADING_REPEATED',
      line,
      `第 ${line} 行 ${both} 列的标题相同 (row ${line}: columns ${columnName(first)} and ${columnName(column)} have the same heading)`,
    )
  }
}

async function* cellRows(
  file: OpenedFile,
  headingLine: number,
  columns: readonly string[],
): AsyncGenerator<NamedRow[]> {
  let index = 0
  for await (const rows of file.rows()) {
    const named: NamedRow[] = []
    for (const row of rows) {
      if (row.kind !== 'CELLS' || row.line <= headingLine || row.cells.every(isBlank)) continue
      if (index >= limits.fileRows) throw tooManyRows(row.line)
      named.push({ index, line: row.line, row, fault: null, values: namedCells(row, columns) })
      index += 1
    }
    if (named.length > 0) yield named
  }
}

/** Cells that the row leaves out at its end are empty. */
function namedCells(row: CellRow, columns: readonly string[]): Map<string, unknown> {
  const values = new Map<string, unknown>()
  const width = Math.max(columns.length, row.cells.length)
  for (let column = 0; column < width; column += 1) {
    const cell = row.cells[column] ?? ''
    const heading = columns[column] ?? ''
    if (heading !== '') values.set(heading, cell)
    else if (!isBlank(cell)) throw headingEmpty(column, row.line)
  }
  return values
}

async function* memberRows(file: OpenedFile): AsyncGenerator<NamedRow[]> {
  let index = 0
  for await (const rows of file.rows()) {
    const named: NamedRow[] = []
    for (const row of rows) {
      if (row.kind === 'CELLS') continue
      if (index >= limits.fileRows) throw tooManyRows(row.line)
      const { line } = row
      const fault = row.kind === 'BROKEN' ? row.fault : null
      named.push({ index, line, row, fault, values: new Map(row.kind === 'MEMBERS' ? row.members : []) })
      index += 1
    }
    yield named
  }
}

const headingsNotFound = () =>
  new FileRefusal(
    'HEADINGS_NOT_FOUND',
    null,
    `前 ${limits.fileTitleRows + 1} 行中没有认得的标题 (no known heading in the first ${limits.fileTitleRows + 1} rows)`,
  )

function headingEmpty(column: number, line: number): FileRefusal {
  const name = columnName(column)
  return new FileRefusal(
    'HEADING_EMPTY',
    line,
    `第 ${line} 行 ${name} 列有内容而该列没有标题 (row ${line}: column ${name} has no heading but holds data)`,
  )
}
