import { limits } from '../limits.ts'
import { type Cell, FileRefusal } from './tabular-file.ts'

/** What every reader refuses alike. */

/** A copy that was sent back has two columns more than the file had: it must be readable again. */
export const columnsAllowed = limits.fileColumns + 2
/** Headings and the title above them are rows too. */
export const rowsAllowed = limits.fileRows + limits.fileTitleRows + 1

/** A, B, … Z, AA as sheets name their columns; from 0. */
export function columnName(index: number): string {
  const rest = Math.floor(index / 26)
  const letter = String.fromCharCode(65 + (index % 26))
  return rest === 0 ? letter : columnName(rest - 1) + letter
}

export const tooManyRows = (line: number) =>
  new FileRefusal(
    'TOO_MANY_ROWS',
    line,
    `至多 ${limits.fileRows} 行，请分成几个文件 (at most ${limits.fileRows} rows: divide the file)`,
  )

export const tooManyColumns = (line: number) =>
  new FileRefusal(
    'TOO_MANY_COLUMNS',
    line,
    `第 ${line} 行超过 ${limits.fileColumns} 列 (row ${line} has more than ${limits.fileColumns} columns)`,
  )

export const rowTooLong = (line: number) =>
  new FileRefusal(
    'ROW_TOO_LONG',
    line,
    `第 ${line} 行超过 ${limits.fileRowBytes} 字节 (row ${line} is longer than ${limits.fileRowBytes} bytes)`,
  )

export function cellTooLong(line: number, column: number): FileRefusal {
  const name = columnName(column)
  const most = limits.fileCellCharacters
  return new FileRefusal(
    'CELL_TOO_LONG',
    line,
    `第 ${line} 行 ${name} 列超过 ${most} 个字符 (row ${line}, column ${name}: more than ${most} characters)`,
  )
}

export function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell
  return 'text' in cell ? cell.text : ''
}

export const isBlank = (cell: Cell) => typeof cell === 'string' && cell.trim() === ''
