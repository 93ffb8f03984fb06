import { ZipFile } from 'yazl'
import { openTabularFile } from '../../src/tabular/open-tabular-file.ts'
import type { ByteSource, FileHints, FileRow } from '../../src/tabular/tabular-file.ts'

/** Files for the tests of the readers: bytes in pieces of any size, and workbooks made part by part. */

export const untold: FileHints = { format: null, sheet: null, encoding: null }

export function bytesOf(content: Uint8Array | string, pieceBytes = 64 * 1024): ByteSource {
  const bytes = Buffer.from(content)
  return {
    size: bytes.length,
    async *stream(start, end) {
      for (let at = start; at < end; at += pieceBytes)
        yield bytes.subarray(at, Math.min(at + pieceBytes, end))
    },
  }
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

export async function readAll(
  content: Uint8Array | string,
  hints: Partial<FileHints> = {},
  pieceBytes?: number,
) {
  const file = await openTabularFile(bytesOf(content, pieceBytes), { ...untold, ...hints })
  const rows: FileRow[] = []
  for await (const some of file.rows()) rows.push(...some)
  return { found: file.found, rows }
}

/** The cells of each row by its line. */
export async function readCells(content: Uint8Array | string, hints: Partial<FileHints> = {}) {
  const { rows } = await readAll(content, hints)
  return rows.map((row) => [row.line, ...(row.kind === 'CELLS' ? row.cells : [row])])
}

export async function zipOf(parts: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  const pieces: Buffer[] = []
  for await (const piece of zip.outputStream) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`

type SheetOptions = { strings?: string; styles?: string; workbookPr?: string }

/** The parts of a workbook with one sheet, whose `sheetData` holds these rows. */
export function workbookParts(rows: string, { strings, styles, workbookPr }: SheetOptions = {}) {
  return {
    '_rels/.rels': `<Relationships>${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<workbook xmlns:r="r">${workbookPr ?? ''}<sheets><sheet name="甲" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${[
      relation('rId1', 'worksheet', 'worksheets/sheet1.xml'),
      relation('rId2', 'sharedStrings', '/xl/sharedStrings.xml'),
      relation('rId3', 'styles', 'styles.xml'),
    ].join('')}</Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
    ...(strings === undefined ? {} : { 'xl/sharedStrings.xml': `<sst>${strings}</sst>` }),
    ...(styles === undefined ? {} : { 'xl/styles.xml': `<styleSheet>${styles}</styleSheet>` }),
  }
}

export const workbookOf = (rows: string, options?: SheetOptions) => zipOf(workbookParts(rows, options))
