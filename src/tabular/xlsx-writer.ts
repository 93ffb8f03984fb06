import { PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { limits } from '../limits.ts'
import { columnName, columnsAllowed } from './row-limits.ts'
import { mostSheetRows } from './sheet-cells.ts'
import { xmlText } from './xml-text.ts'

/** `line` is the number that the row is given, where it is beyond the one before. */
export type SheetRow = { line: number; isHeading: boolean; cells: string[] }

/** A new workbook of one sheet. All cells are text, so none can be a formula and no number loses its digits. */
export async function* workbookBytes(
  sheetName: string,
  rows: AsyncIterable<SheetRow[]>,
): AsyncGenerator<Uint8Array> {
  const sheet = Readable.from(sheetXml(rows))
  const zip = new ZipFile()
  const output = new PassThrough()
  zip.on('error', (error) => output.destroy(error))
  // yazl does not pass on what goes wrong in what it is given.
  sheet.on('error', (error) => output.destroy(error))
  zip.outputStream.pipe(output)
  for (const [path, xml] of Object.entries(fixedParts(sheetName)))
    zip.addBuffer(Buffer.from(`${xmlHeader}${xml}`), path, timeless)
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml', timeless)
  zip.end()
  try {
    yield* output
  } finally {
    output.destroy()
    sheet.destroy()
  }
}

/** The same rows give the same bytes. */
const timeless = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true }

const xmlHeader = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const relationships = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
const officeDocument = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** Styles by number: text, and text in bold. Format 49 is text: a number typed in later keeps its digits too. */
const textStyle = 1
const boldStyle = 2

const fixedParts = (sheetName: string): Record<string, string> => ({
  '[Content_Types].xml':
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Override PartName="/xl/workbook.xml" ContentType="${contentType}.sheet.main+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${contentType}.styles+xml"/>` +
    `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${contentType}.worksheet+xml"/>` +
    '</Types>',
  '_rels/.rels':
    `<Relationships ${relationships}>` +
    `<Relationship Id="rId1" Type="${officeDocument}/officeDocument" Target="xl/workbook.xml"/>` +
    '</Relationships>',
  'xl/workbook.xml':
    `<workbook ${main} xmlns:r="${officeDocument}"><sheets>` +
    `<sheet name="${xmlText(sheetName.slice(0, 31))}" sheetId="1" r:id="rId1"/>` +
    '</sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    `<Relationships ${relationships}>` +
    `<Relationship Id="rId1" Type="${officeDocument}/worksheet" Target="worksheets/sheet1.xml"/>` +
    `<Relationship Id="rId2" Type="${officeDocument}/styles" Target="styles.xml"/>` +
    '</Relationships>',
  'xl/styles.xml':
    `<styleSheet ${main}>` +
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>' +
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>' +
    '</styleSheet>',
})

async function* sheetXml(rows: AsyncIterable<SheetRow[]>): AsyncGenerator<Buffer> {
  yield Buffer.from(
    `${xmlHeader}<worksheet ${main}><cols>` +
      `<col min="1" max="1" width="12" style="${textStyle}" customWidth="1"/>` +
      `<col min="2" max="2" width="60" style="${textStyle}" customWidth="1"/>` +
      `<col min="3" max="${columnsAllowed}" width="20" style="${textStyle}" customWidth="1"/>` +
      '</cols><sheetData>',
  )
  let previous = 0
  for await (const some of rows) {
    const parts = some.map(({ line, isHeading, cells }) => {
      previous = Math.min(Math.max(line, previous + 1), mostSheetRows)
      return rowXml(previous, cells, isHeading ? boldStyle : textStyle)
    })
    if (parts.length > 0) yield Buffer.from(parts.join(''))
  }
  yield Buffer.from('</sheetData></worksheet>')
}

function rowXml(number: number, cells: readonly string[], style: number): string {
  const parts = cells.map((text, column) =>
    text === ''
      ? ''
      : `<c r="${columnName(column)}${number}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${cellXml(text)}</t></is></c>`,
  )
  return `<row r="${number}">${parts.join('')}</row>`
}

/** What XML cannot hold, and text that already looks like such an escape (ECMA-376 part 1, section 22.9.2.19). */
const escaped =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not be written
  /[\u0000-\u0008\u000b\u000c\r\u000e-\u001f\ufffe\uffff]|\p{Surrogate}|_(?=x[0-9A-Fa-f]{4}_)/gu

function cellXml(text: string): string {
  const shown = text.slice(0, limits.fileCellCharacters)
  return xmlText(
    shown.replace(escaped, (character) => {
      const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
      return `_x${code}_`
    }),
  )
}
