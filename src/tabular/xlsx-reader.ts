import { limits } from '../limits.ts'
import {
  cellTooLong,
  columnsAllowed,
  rowsAllowed,
  rowTooLong,
  tooManyColumns,
  tooManyRows,
} from './row-limits.ts'
import { type SharedStrings, sharedStrings } from './shared-strings.ts'
import { columnOf, decodeEscapes, isoDateCell, mostSheetRows, numberCell } from './sheet-cells.ts'
import type { ByteSource, Cell, FileRow, OpenedFile } from './tabular-file.ts'
import { chooseSheet, partText, readWorkbook, type Sheet, type Workbook } from './workbook.ts'
import { openArchive, type WorkbookArchive, workbookBroken } from './workbook-archive.ts'
import { xmlParser } from './xml-parser.ts'

/** Opens the sheet of this name; null: the first that is visible. */
export async function openWorkbookFile(source: ByteSource, sheetName: string | null): Promise<OpenedFile> {
  const archive = await openArchive(source)
  const workbook = await readWorkbook(archive)
  const sheet = chooseSheet(workbook.sheets, sheetName)
  if (!archive.has(sheet.part)) throw workbookBroken()
  return {
    found: { format: 'XLSX', encoding: null, sheet: sheet.name },
    rows: () => sheetRows(archive, workbook, sheet),
  }
}

/** A number stands for the shared string of that number, until it is looked up. */
type RawRow = { line: number; cells: (Cell | number)[]; lastString: number }

async function* sheetRows(
  archive: WorkbookArchive,
  workbook: Workbook,
  sheet: Sheet,
): AsyncGenerator<FileRow[]> {
  const part = workbook.sharedStringsPart
  const strings = sharedStrings(part === null ? null : partText(archive, part))
  try {
    const reader = sheetReader(workbook)
    let rows: FileRow[] = []
    let length = 0
    for await (const text of partText(archive, sheet.part)) {
      reader.write(text)
      for (const raw of reader.rows.splice(0)) {
        if (raw.lastString >= strings.count()) await strings.reach(raw.lastString)
        const row = lookedUp(raw, strings)
        rows.push({ kind: 'CELLS', line: raw.line, cells: row.cells })
        length += row.length
        // Few shared strings can make many long cells: what is handed on at once is bounded by its length too.
        if (rows.length >= limits.fileRowsPerRead || length > limits.fileRowBytes) {
          yield rows
          rows = []
          length = 0
        }
      }
    }
    reader.end()
    if (rows.length > 0) yield rows
  } finally {
    await strings.close()
  }
}

function lookedUp({ line, cells }: RawRow, strings: SharedStrings): { cells: Cell[]; length: number } {
  let length = 0
  const found = cells.map((cell, column) => {
    if (typeof cell !== 'number') {
      if (typeof cell === 'string') length += cell.length
      return cell
    }
    const text = strings.at(cell)
    if (text.length > limits.fileCellCharacters) throw cellTooLong(line, column)
    length += text.length
    return text
  })
  if (length > limits.fileRowBytes) throw rowTooLong(line)
  return { cells: found, length }
}

/** Reads `sheetData` (ECMA-376 part 1, section 18.3.1.80); its rows and cells may leave out any that are empty. */
function sheetReader(workbook: Workbook) {
  const rows: RawRow[] = []
  let count = 0
  let isData = false
  let row: RawRow = { line: 0, cells: [], lastString: -1 }
  let column = -1
  let type = 'n'
  let style = ''
  let isFormula = false
  let isValue = false
  let isReadingAid = false
  let text = ''
  let rowLength = 0

  const openRow = (reference: string | undefined) => {
    const line = reference === undefined ? row.line + 1 : Number(reference)
    if (!(Number.isInteger(line) && line > row.line && line <= mostSheetRows)) throw workbookBroken()
    row = { line, cells: [], lastString: -1 }
    column = -1
    rowLength = 0
  }
  const openCell = (attributes: Record<string, string>) => {
    const next = attributes.r === undefined ? column + 1 : columnOf(attributes.r)
    if (next === null || next <= column) throw workbookBroken()
    column = next
    type = attributes.t ?? 'n'
    style = attributes.s ?? ''
    isFormula = false
    text = ''
  }
  const closeCell = () => {
    const cell = cellValue()
    if (cell === '') return
    if (column >= columnsAllowed) throw tooManyColumns(row.line)
    while (row.cells.length < column) row.cells.push('')
    row.cells.push(cell)
    if (typeof cell === 'number' && cell > row.lastString) row.lastString = cell
  }
  const cellValue = (): Cell | number => {
    // What a formula comes to depends on other cells and on the day: it is not what was sent.
    if (isFormula) return { fault: 'FORMULA' }
    if (text === '') return ''
    switch (type) {
      case 's':
        return sharedIndex(text)
      case 'inlineStr':
      case 'str':
        return decodeEscapes(text)
      case 'b':
        return text === '1' || text === 'true' ? 'TRUE' : 'FALSE'
      case 'e':
        return { fault: 'ERROR_VALUE' }
      case 'd':
        return isoDateCell(text)
      default:
        return numberCell(text, workbook.dateStyles[Number(style)] === true, workbook.date1904)
    }
  }
  const closeRow = () => {
    if (row.cells.length === 0) return
    count += 1
    if (count > rowsAllowed) throw tooManyRows(row.line)
    rows.push(row)
  }

  const parser = xmlParser(
    {
      open(name, attributes) {
        if (name === 'sheetData') isData = true
        if (!isData) return
        switch (name) {
          case 'c':
            openCell(attributes)
            break
          case 'v':
            isValue = type !== 'inlineStr'
            break
          case 't':
            isValue = type === 'inlineStr' && !isReadingAid
            break
          case 'f':
            isFormula = true
            break
          case 'row':
            openRow(attributes.r)
            break
          case 'rPh':
            isReadingAid = true
            break
        }
      },
      text(piece) {
        if (!isValue) return
        text += piece
        rowLength += piece.length
        if (text.length > limits.fileCellCharacters) throw cellTooLong(row.line, column)
        if (rowLength > limits.fileRowBytes) throw rowTooLong(row.line)
      },
      close(name) {
        if (!isData) return
        isValue = false
        switch (name) {
          case 'c':
            closeCell()
            break
          case 'row':
            closeRow()
            break
          case 'rPh':
            isReadingAid = false
            break
          case 'sheetData':
            isData = false
            break
        }
      },
    },
    workbookBroken,
  )
  return { rows, write: parser.write, end: parser.end }
}

function sharedIndex(text: string): number {
  const index = Number(text)
  if (!(Number.isInteger(index) && index >= 0)) throw workbookBroken()
  return index
}
