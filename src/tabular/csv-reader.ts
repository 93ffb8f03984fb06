import { parse } from 'csv-parse'
import { limits } from '../limits.ts'
import {
  cellTooLong,
  columnsAllowed,
  rowsAllowed,
  rowTooLong,
  tooManyColumns,
  tooManyRows,
} from './row-limits.ts'
import { type ByteSource, FileRefusal, type FileRow, type TextEncoding } from './tabular-file.ts'
import { decodedText } from './text-decoding.ts'

/**
 * Rows of a CSV file (RFC 4180; also with tabs or semicolons, and with any line ends). `start` is the beginning of
 * its text, from which the delimiter is told.
 */
export async function* csvRows(
  source: ByteSource,
  encoding: TextEncoding,
  start: string,
): AsyncGenerator<FileRow[]> {
  const parser = parse({
    delimiter: delimiterOf(start),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: limits.fileRowBytes,
  })
  // Asked for after each piece instead; without a listener it would end the process.
  parser.on('error', () => {})
  const records = recordReader()
  try {
    let bytesSinceRow = 0
    let held = 0
    for await (const text of decodedText(source, encoding)) {
      const piece = Buffer.from(text)
      parser.write(piece)
      bytesSinceRow += piece.length
      for (let record = parser.read(); record !== null; record = parser.read()) {
        records.add(record)
        bytesSinceRow = piece.length
      }
      if (parser.errored) throw parser.errored
      // The parser measures what cells hold: a row of delimiters alone would grow without end.
      if (bytesSinceRow > 2 * limits.fileRowBytes) throw rowTooLong(records.line())
      while (records.rows.length >= limits.fileRowsPerRead)
        yield records.rows.splice(0, limits.fileRowsPerRead)
      held += piece.length
      if (held >= limits.fileCharactersPerRead && records.rows.length > 0) {
        yield records.rows.splice(0)
        held = 0
      }
    }
    parser.end()
    for await (const record of parser) records.add(record)
    while (records.rows.length > 0) yield records.rows.splice(0, limits.fileRowsPerRead)
  } catch (error) {
    throw csvRefusal(error, records.line())
  } finally {
    parser.destroy()
  }
}

function recordReader() {
  const rows: FileRow[] = []
  let line = 1
  let count = 0
  return {
    rows,
    /** The line of the next record's first character. */
    line: () => line,
    add(record: string[]) {
      let lines = 1
      let last = -1
      for (const [column, cell] of record.entries()) {
        if (cell === '') continue
        last = column
        if (cell.length > limits.fileCellCharacters) throw cellTooLong(line, column)
        if (cell.includes('\n') || cell.includes('\r')) lines += cell.match(/\r\n|\n|\r/g)?.length ?? 0
        if (cell.startsWith("'")) record[column] = withoutGuard(cell)
      }
      if (last >= columnsAllowed) throw tooManyColumns(line)
      if (last >= 0) {
        count += 1
        if (count > rowsAllowed) throw tooManyRows(line)
        rows.push({
          kind: 'CELLS',
          line,
          cells: record.length > columnsAllowed ? record.slice(0, last + 1) : record,
        })
      }
      line += lines
    },
  }
}

/** Takes away the apostrophe that keeps a spreadsheet from reading text as a formula (see annotated-csv). */
const withoutGuard = (cell: string) => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell)

function csvRefusal(error: unknown, line: number): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof FileRefusal) return error
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return rowTooLong(line)
    case 'CSV_QUOTE_NOT_CLOSED':
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return new FileRefusal(
        'CSV_QUOTE',
        line,
        `第 ${line} 行起的引号不成对：含引号的内容须整格加引号并把内部引号写两遍 (unbalanced quotes from line ${line}: RFC 4180 section 2)`,
      )
    default:
      return error
  }
}

const delimiters = [',', '\t', ';'] as const
const linesLookedAt = limits.fileTitleRows + 10

/** The delimiter that most of the first lines hold equally often; of two such, the one that they hold more often. */
export function delimiterOf(start: string): string {
  // Delimiters inside quotes are content.
  const lines = start
    .replace(/"[^"]*"/g, '')
    .split(/\r\n|\n|\r/, linesLookedAt)
    .filter((line) => line.trim() !== '')
  let best = { delimiter: ',', lines: 0, count: 0 }
  for (const delimiter of delimiters) {
    const counts = lines.map((line) => line.split(delimiter).length - 1).filter((count) => count > 0)
    for (const count of new Set(counts)) {
      const alike = counts.filter((other) => other === count).length
      if (alike > best.lines || (alike === best.lines && count > best.count))
        best = { delimiter, lines: alike, count }
    }
  }
  return best.delimiter
}
