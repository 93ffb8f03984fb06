import { isJsonObject, type JsonObject, parseJson } from '../encoding.ts'
import { InputFileError } from '../errors.ts'
import { limits } from '../limits.ts'

/** Rows of a CSV (first line: headings), NDJSON or JSON file, told apart by its name; `-` is NDJSON or CSV by its first character. */
export function readRows(name: string, text: string): readonly JsonObject[] {
  const content = text.replace(/^\uFEFF/, '')
  if (name.endsWith('.json')) return fromJson(content)
  if (name.endsWith('.csv') || (name === '-' && !content.trimStart().startsWith('{'))) return fromCsv(content)
  return content
    .split('\n')
    .map((line) => line.trim())
    .flatMap((line, index) =>
      line === '' ? [] : [objectOf(parseJson(line), `第 ${index + 1} 行 (line ${index + 1})`)],
    )
}

function fromJson(content: string): readonly JsonObject[] {
  const value = parseJson(content)
  if (!Array.isArray(value)) throw new InputFileError('须为 JSON 数组 (expected a JSON array of objects)')
  return value.map((row, index) => objectOf(row, `第 ${index + 1} 项 (item ${index + 1})`))
}

function objectOf(value: unknown, place: string): JsonObject {
  if (!isJsonObject(value)) throw new InputFileError(`${place}: 须为 JSON 对象 (expected a JSON object)`)
  return value
}

function fromCsv(content: string): readonly JsonObject[] {
  const [headings, ...lines] = parseCsv(content)
  if (!headings) return []
  return lines.map((cells, index) => {
    if (cells.length !== headings.length) {
      throw new InputFileError(
        `第 ${index + 2} 行 (row ${index + 2}): 应有 ${headings.length} 列，实有 ${cells.length} 列 (columns expected and found)`,
      )
    }
    return Object.fromEntries(headings.map((heading, column) => [heading.trim(), cells[column] ?? '']))
  })
}

/** RFC 4180: quotes hold commas, line ends and doubled quotes. Empty lines are left out. */
function parseCsv(content: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endCell = () => {
    row.push(cell)
    cell = ''
  }
  const endRow = () => {
    endCell()
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  for (let at = 0; at < content.length; at += 1) {
    const character = content[at]
    if (quoted) {
      if (character !== '"') cell += character
      else if (content[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (character === '"' && cell === '') quoted = true
    else if (character === ',') endCell()
    else if (character === '\n') endRow()
    else if (character !== '\r') cell += character
  }
  if (quoted) throw new InputFileError('引号没有结束 (a quote is not closed)')
  if (cell !== '' || row.length > 0) endRow()
  return rows
}

/** Parts that the exchange takes in one call, by number of rows and by bytes; the same rows are always cut alike. */
export function inParts<T>(rows: readonly T[], most: number): readonly (readonly T[])[] {
  const room = limits.bodyBytes - limits.bodyReserveBytes
  const parts: T[][] = []
  let bytes = 0
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row)) + 1
    const last = parts.at(-1)
    if (last && last.length < most && bytes + size <= room) {
      last.push(row)
      bytes += size
    } else {
      parts.push([row])
      bytes = size
    }
  }
  return parts
}
