import type { TextEncoding } from './tabular-file.ts'
import { encoded } from './text-encoding.ts'

/** Written with commas; UTF-8 with its mark, without which Excel takes Chinese for something else. */
export async function* csvBytes(
  encoding: TextEncoding,
  rows: AsyncIterable<string[][]>,
): AsyncGenerator<Uint8Array> {
  if (encoding !== 'GB18030') yield encoded('\ufeff', encoding)
  for await (const some of rows) {
    if (some.length === 0) continue
    yield encoded(some.map(csvLine).join(''), encoding)
  }
}

export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

function csvCell(text: string): string {
  const safe = isFormula(text) ? `'${text}` : text
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * A spreadsheet runs text that begins like this as a formula, on the machine of whoever opens the copy. The reader
 * takes the apostrophe away again; where the text had one, it gets another, so that it comes back as it was.
 */
const isFormula = (text: string) => /^'*[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(?:\.\d+)?$/.test(text)
