import { limits } from '../limits.ts'
import { rowsAllowed, rowTooLong, tooManyRows } from './row-limits.ts'
import type { ByteSource, FileRow, TextEncoding } from './tabular-file.ts'
import { decodedText } from './text-decoding.ts'

/**
 * Rows of one JSON object a line. A line that is none is a broken row. A member name that is repeated in one object
 * cannot be seen: JSON.parse keeps the last (RFC 8259 section 4 leaves it open).
 */
export async function* ndjsonRows(source: ByteSource, encoding: TextEncoding): AsyncGenerator<FileRow[]> {
  let rows: FileRow[] = []
  let line = 1
  let count = 0
  const add = (text: string) => {
    if (isTooLong(text)) throw rowTooLong(line)
    if (text.trim() !== '') {
      count += 1
      if (count > rowsAllowed) throw tooManyRows(line)
      rows.push(jsonRow(line, text.endsWith('\r') ? text.slice(0, -1) : text))
    }
    line += 1
  }
  let unfinished = ''
  let held = 0
  for await (const piece of decodedText(source, encoding)) {
    let start = 0
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
      add(unfinished + piece.slice(start, end))
      unfinished = ''
      held += end + 1 - start
      start = end + 1
      if (rows.length >= limits.fileRowsPerRead || held >= limits.fileCharactersPerRead) {
        yield rows
        rows = []
        held = 0
      }
    }
    unfinished += piece.slice(start)
    if (unfinished.length > limits.fileRowBytes) throw rowTooLong(line)
  }
  add(unfinished)
  if (rows.length > 0) yield rows
}

const isTooLong = (text: string) =>
  text.length > limits.fileRowBytes / 3 && Buffer.byteLength(text) > limits.fileRowBytes

function jsonRow(line: number, text: string): FileRow {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'BROKEN', line, fault: 'ROW_NOT_JSON', text }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { kind: 'BROKEN', line, fault: 'ROW_NOT_AN_OBJECT', text }
  // What JSON.parse reads at any depth, JSON.stringify and other walks of the value would not survive.
  if (isDeeperThan(limits.jsonDepth, value)) return { kind: 'BROKEN', line, fault: 'ROW_TOO_DEEP', text }
  return { kind: 'MEMBERS', line, members: Object.entries(value) }
}

function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(depth - 1, inner))
}
