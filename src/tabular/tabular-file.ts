/** Files of rows as departments have them, whatever the rows are about. */

/** Where the bytes of a file come from. */
export type ByteSource = {
  size: number
  /** Bytes from `start` (inclusive) to `end` (exclusive), in pieces, in order. */
  stream(start: number, end: number): AsyncIterable<Uint8Array>
}

export type FileFormat = 'CSV' | 'XLSX' | 'NDJSON' | 'XML'
export type TextEncoding = 'UTF-8' | 'GB18030' | 'UTF-16LE'

/** As the sender declares it; null: told from the file itself. */
export type FileHints = { format: FileFormat | null; sheet: string | null; encoding: TextEncoding | null }

/** What the file turned out to be. `encoding` is null for a workbook, `sheet` for anything else. */
export type FoundFile = { format: FileFormat; encoding: TextEncoding | null; sheet: string | null }

export type OpenedFile = {
  found: FoundFile
  /**
   * Rows in the order of the file, at most `limits.fileRowsPerRead` at a time; wholly empty ones are left out. Can
   * be called again and gives exactly the same. Throws FileRefusal where the file cannot be read on.
   */
  rows(): AsyncIterable<FileRow[]>
}

/**
 * `line` is where a person finds the row: the line in a text file (of the row's first character), the row number in
 * a sheet, both from 1. CSV and XLSX give cells, NDJSON and XML give members. A broken row spoils only itself.
 */
export type FileRow =
  | { kind: 'CELLS'; line: number; cells: Cell[] }
  | { kind: 'MEMBERS'; line: number; members: Member[] }
  | { kind: 'BROKEN'; line: number; fault: LineFault; text: string }
  | { kind: 'BROKEN'; line: number; fault: 'MEMBER_REPEATED'; members: Member[] }

export type Member = [name: string, value: unknown]
export type LineFault = 'ROW_NOT_JSON' | 'ROW_NOT_AN_OBJECT' | 'ROW_TOO_DEEP'
export type RowFault = LineFault | 'MEMBER_REPEATED'

/**
 * Text; a number or date of a sheet, with the day that its serial is or would be; or what is wrong with the cell. An
 * empty cell is ''. DIGITS_LOST: a number of more than 15 digits, of which a sheet keeps only 15.
 */
export type Cell = string | { text: string; day: string } | { fault: CellFault }
export type CellFault = 'FORMULA' | 'ERROR_VALUE' | 'DIGITS_LOST'

export type FileRefusalCode =
  | 'FILE_EMPTY'
  | 'FORMAT_UNKNOWN'
  | 'FORMAT_OLD_EXCEL'
  | 'FORMAT_MISMATCH'
  | 'JSON_ARRAY'
  | 'NOT_A_WORKBOOK'
  | 'WORKBOOK_BROKEN'
  | 'WORKBOOK_TOO_LARGE'
  | 'SHEET_NOT_FOUND'
  | 'ENCODING_INVALID'
  | 'CSV_QUOTE'
  | 'XML_BROKEN'
  | 'XML_DOCTYPE'
  | 'XML_TOO_DEEP'
  | 'XML_TOO_LONG'
  | 'XML_SHAPE'
  | 'TOO_MANY_ROWS'
  | 'TOO_MANY_COLUMNS'
  | 'ROW_TOO_LONG'
  | 'CELL_TOO_LONG'
  | 'HEADINGS_NOT_FOUND'
  | 'HEADING_REPEATED'
  | 'HEADING_EMPTY'

/** The whole file cannot be read; nothing of it was taken. The message never repeats what a cell holds. */
export class FileRefusal extends Error {
  readonly code: FileRefusalCode
  /** Where a person finds it; null where no line can be named. */
  readonly line: number | null

  constructor(code: FileRefusalCode, line: number | null, message: string) {
    super(message)
    this.name = 'FileRefusal'
    this.code = code
    this.line = line
  }
}

/** The bytes could not be had: a fault of ours, not of the file, and never to be answered as a refusal. */
export class ByteSourceFailure extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'ByteSourceFailure'
  }
}
