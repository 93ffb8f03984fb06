import { csvBytes } from './csv-writer.ts'
import { ndjsonBytes } from './ndjson-writer.ts'
import type { Cell, CellFault, FileRow, FoundFile, Member } from './tabular-file.ts'
import { type SheetRow, workbookBytes } from './xlsx-writer.ts'
import { xmlBytes } from './xml-writer.ts'

/** Headings of the two columns that a copy has in front; who reads a copy that is sent again leaves them out. */
export const resultHeading = '处理结果'
export const remarksHeading = '问题'
/** Under which a line that is no object is given back. */
const originalHeading = '原文'

/**
 * A row as read and what became of it. `result` is e.g. 退回 (rejected), `resultHeading` for the row of headings and
 * '' for those above it; `remarks` are the reasons, joined, `remarksHeading` for the row of headings.
 */
export type AnnotatedRow = { row: FileRow; result: string; remarks: string }

/**
 * The file as it was sent with what became of each row in front of it, in the format it had. A sheet becomes the only
 * one of a new workbook, its cells text; UTF-16 becomes UTF-8.
 */
export function annotatedCopy(
  found: FoundFile,
  rows: AsyncIterable<AnnotatedRow[]>,
): AsyncIterable<Uint8Array> {
  const encoding = found.encoding ?? 'UTF-8'
  switch (found.format) {
    case 'CSV':
      return csvBytes(encoding, mapped(rows, copiedCells()))
    case 'XLSX':
      return workbookBytes(found.sheet ?? 'Sheet1', mapped(rows, sheetRows()))
    case 'NDJSON':
      return ndjsonBytes(encoding, mapped(rows, copiedMembers))
    case 'XML':
      return xmlBytes(encoding, mapped(rows, copiedMembers))
  }
}

async function* mapped<Row>(
  rows: AsyncIterable<AnnotatedRow[]>,
  copied: (row: AnnotatedRow) => Row,
): AsyncGenerator<Row[]> {
  for await (const some of rows) yield some.map(copied)
}

function sheetRows(): (row: AnnotatedRow) => SheetRow {
  const cellsOf = copiedCells()
  return (row) => ({ line: row.row.line, isHeading: row.result === resultHeading, cells: cellsOf(row) })
}

/**
 * The cells of each row without the two columns of an earlier copy, so that they do not pile up. Rows above the
 * headings come before it is known where those columns are, and keep all their cells.
 */
function copiedCells(): (row: AnnotatedRow) => string[] {
  let earlier: ReadonlySet<number> = new Set()
  return ({ row, result, remarks }) => {
    const cells = rowCells(row)
    if (result === resultHeading)
      earlier = new Set(cells.flatMap((text, column) => (isOwnHeading(text.trim()) ? [column] : [])))
    const kept = earlier.size === 0 ? cells : cells.filter((_, column) => !earlier.has(column))
    return [result, remarks, ...kept]
  }
}

/** The members of a row without those of an earlier copy. */
function copiedMembers({ row, result, remarks }: AnnotatedRow): Member[] {
  const members = rowMembers(row).filter(([name]) => !isOwnHeading(name))
  return [[resultHeading, result], [remarksHeading, remarks], ...members]
}

function rowCells(row: FileRow): string[] {
  if (row.kind === 'CELLS') return row.cells.map(copiedText)
  return rowMembers(row).map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)))
}

function rowMembers(row: FileRow): Member[] {
  switch (row.kind) {
    case 'MEMBERS':
      return row.members
    case 'CELLS':
      return row.cells.map((cell, column) => [`列${column + 1}`, copiedText(cell)])
    case 'BROKEN':
      return row.fault === 'MEMBER_REPEATED' ? row.members : [[originalHeading, row.text]]
  }
}

const isOwnHeading = (name: string) => name === resultHeading || name === remarksHeading

const faultTexts: Record<CellFault, string> = {
  FORMULA: '（公式）',
  ERROR_VALUE: '（错误值）',
  DIGITS_LOST: '（数字超过15位，已失真）',
}

/** One that could not be read is named: its content is not known. */
function copiedText(cell: Cell): string {
  if (typeof cell === 'string') return cell
  return 'text' in cell ? cell.text : faultTexts[cell.fault]
}
