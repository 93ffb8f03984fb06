import { createHash } from 'node:crypto'
import ExcelJS from 'exceljs'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { isDateFormat, numberCell } from '../../../src/tabular/sheet-cells.ts'
import { readAll, readCells, workbookOf, workbookParts, zipOf } from '../../support/workbook.ts'

const fault = (code: string) => ({ fault: code })

describe('a workbook that Excel would write', () => {
  const book = new ExcelJS.Workbook()
  const hidden = book.addWorksheet('隐藏', { state: 'hidden' })
  hidden.addRow(['藏'])
  const sheet = book.addWorksheet('名单')
  sheet.getCell('A1').value = '标题'
  sheet.mergeCells('A1:C1')
  sheet.getCell('A3').value = { richText: [{ text: '统一' }, { font: { bold: true }, text: '代码' }] }
  sheet.getCell('B3').value = new Date(Date.UTC(2026, 2, 1))
  sheet.getCell('B3').numFmt = 'yyyy"年"m"月"d"日"'
  sheet.getCell('C3').value = new Date(Date.UTC(2026, 2, 1, 8, 30, 5))
  sheet.getCell('D3').value = { formula: 'A1&"x"', result: '标题x' }
  sheet.getCell('E3').value = true
  sheet.getCell('F3').value = { error: '#N/A' }
  sheet.getCell('H3').value = Number('411702199001011234')
  sheet.getCell('I3').value = 46_082
  sheet.getCell('A5').value = ' 标题 '
  book.addWorksheet('另表').addRow(['另'])

  it('reads the first visible sheet', async () => {
    const content = Buffer.from(await book.xlsx.writeBuffer())
    const { found } = await readAll(content)
    expect(found).toEqual({ format: 'XLSX', encoding: null, sheet: '名单' })
    expect(await readCells(content)).toEqual([
      [1, '标题', ...(await mergedCells(content))],
      [
        3,
        '统一代码',
        { text: '2026-03-01', day: '2026-03-01' },
        { text: '2026-03-01 08:30:05', day: '2026-03-01' },
        fault('FORMULA'),
        'TRUE',
        fault('ERROR_VALUE'),
        '',
        fault('DIGITS_LOST'),
        { text: '46082', day: '2026-03-01' },
      ],
      [5, ' 标题 '],
    ])
  })

  it('reads the sheet that is named, also a hidden one', async () => {
    const content = Buffer.from(await book.xlsx.writeBuffer())
    expect(await readCells(content, { sheet: '隐藏' })).toEqual([[1, '藏']])
    expect(await readCells(content, { sheet: '另表' })).toEqual([[1, '另']])
    await expect(readAll(content, { sheet: '无' })).rejects.toThrow('隐藏、名单、另表')
  })
})

/** exceljs writes the value of a merged area into each of its cells. */
async function mergedCells(content: Buffer) {
  const [first] = await readCells(content)
  return first?.slice(2) ?? []
}

describe('cells', () => {
  it.each<[string, boolean, boolean, unknown]>([
    ['2026001', false, false, '2026001'],
    ['0.30000000000000004', false, false, '0.3'],
    ['4.1170219900101126E17', false, false, fault('DIGITS_LOST')],
    ['1E15', false, false, fault('DIGITS_LOST')],
    ['411702199001011', false, false, '411702199001011'],
    ['1.5E-7', false, false, '0.00000015'],
    ['-1.5E-10', false, false, '-0.00000000015'],
    ['-0', false, false, '0'],
    ['NaN', false, false, fault('ERROR_VALUE')],
    ['1e999', false, false, fault('ERROR_VALUE')],
    ['-3', true, false, '-3'],
    ['1', true, false, { text: '1900-01-01', day: '1900-01-01' }],
    ['59', true, false, { text: '1900-02-28', day: '1900-02-28' }],
    ['60', true, false, { text: '1900-02-29', day: '1900-02-29' }],
    ['61', true, false, { text: '1900-03-01', day: '1900-03-01' }],
    ['2958465', true, false, { text: '9999-12-31', day: '9999-12-31' }],
    ['2958466', true, false, '2958466'],
    ['0', true, true, { text: '1904-01-01', day: '1904-01-01' }],
    ['44620', true, true, { text: '2026-03-01', day: '2026-03-01' }],
    ['46082.999999', true, false, { text: '2026-03-02', day: '2026-03-02' }],
    ['46082.5', true, false, { text: '2026-03-01 12:00:00', day: '2026-03-01' }],
    ['0.75', true, false, '18:00:00'],
    ['18171', false, false, '18171'],
    ['18172', false, false, { text: '18172', day: '1949-10-01' }],
    ['73050', false, false, { text: '73050', day: '2099-12-31' }],
    ['73051', false, false, '73051'],
  ])('%s, as a date %s, from 1904 %s', (value, isDate, date1904, cell) => {
    expect(numberCell(value, isDate, date1904)).toEqual(cell)
  })

  it.each<[number, string | null, boolean]>([
    [0, null, false],
    [14, null, true],
    [22, null, true],
    [31, null, true],
    [57, null, true],
    [49, null, false],
    [164, 'yyyy-mm-dd', true],
    [165, '[$-804]yyyy"年"m"月"', true],
    [166, '0.00"yuan md"', false],
    [167, '[Red]#,##0.00', false],
    [168, 'General', false],
    [169, '0\\d', false],
  ])('format %s %s is a date: %s', (id, code, isDate) => {
    expect(isDateFormat(id, code)).toBe(isDate)
  })

  it.each<[string, string, unknown[][]]>([
    [
      'rows and cells without references',
      '<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>',
      [
        [1, '1', '2'],
        [2, '3'],
      ],
    ],
    [
      'gaps',
      '<row r="3"><c r="B3"><v>1</v></c><c r="AA3"><v>2</v></c></row>',
      [[3, '', '1', ...Array(24).fill(''), '2']],
    ],
    [
      'the last row there is',
      '<row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>2</v></c></row>',
      [
        [1, '1'],
        [1_048_576, '2'],
      ],
    ],
    [
      'cells of style only',
      '<row r="1"><c r="A1" s="1"/><c r="XFD1" s="1"/></row><row r="2"><c r="A2"><v>1</v></c></row>',
      [[2, '1']],
    ],
    [
      'text',
      '<row><c t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r><rPh><t>c</t></rPh></is></c><c t="str"><v>d_x000D_e_x005F_x0041_</v></c><c t="b"><v>0</v></c></row>',
      [[1, 'a b', 'd\re_x0041_', 'FALSE']],
    ],
    [
      'ISO dates',
      '<row><c t="d"><v>2026-03-01T00:00:00</v></c><c t="d"><v>2026-03-01T08:00:00.000</v></c></row>',
      [[1, { text: '2026-03-01', day: '2026-03-01' }, { text: '2026-03-01 08:00:00', day: '2026-03-01' }]],
    ],
    [
      'formulas without a value',
      '<row><c><f>A1</f></c><c t="shared"><f t="shared" si="0"/><v>1</v></c></row>',
      [[1, fault('FORMULA'), fault('FORMULA')]],
    ],
    ['prefixes', '<x:row xmlns:x="y"><x:c><x:v>7</x:v></x:c></x:row>', [[1, '7']]],
  ])('%s', async (_, rows, cells) => {
    expect(await readCells(await workbookOf(rows))).toEqual(cells)
  })

  it('counts the days of a workbook from 1904', async () => {
    const styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs><dxfs><xf numFmtId="14"/></dxfs>'
    const content = await workbookOf('<row><c s="1"><v>0</v></c><c s="2"><v>1</v></c></row>', {
      styles,
      workbookPr: '<workbookPr date1904="1"/>',
    })
    expect(await readCells(content)).toEqual([[1, { text: '1904-01-01', day: '1904-01-01' }, '1']])
  })

  it('looks shared strings up in any order, also those that no longer fit in memory', async () => {
    const count = 6_000
    // Of text that packs badly, or the archive would look like a bomb.
    const text = (at: number) => createHash('shake256', { outputLength: 5_000 }).update(`${at}`).digest('hex')
    const strings = Array.from({ length: count }, (_, at) => `<si><t>${text(at)}</t></si>`).join('')
    const order = [count - 1, 0, 3_000, 17, count - 2, 0, 256, 255]
    const rows = order.map((at) => `<row><c t="s"><v>${at}</v></c></row>`).join('')
    const read = await readCells(await workbookOf(rows, { strings }))
    expect(read).toEqual(order.map((at, row) => [row + 1, text(at)]))
  })
})

describe('hostile workbooks', () => {
  const row = (content: string) => workbookOf(`<row>${content}</row>`)
  const one = '<row><c><v>1</v></c></row>'
  const parts = workbookParts(one)

  it.each<[string, () => Promise<Buffer>, string]>([
    ['a reference beyond the last column', () => row('<c r="ZZZZ1"><v>1</v></c>'), 'WORKBOOK_BROKEN'],
    ['more columns than are allowed', () => row('<c r="XFD1"><v>1</v></c>'), 'TOO_MANY_COLUMNS'],
    ['10,000 cells', () => row('<c><v>1</v></c>'.repeat(10_000)), 'TOO_MANY_COLUMNS'],
    [
      'a row number beyond the last',
      () => workbookOf('<row r="1048577"><c><v>1</v></c></row>'),
      'WORKBOOK_BROKEN',
    ],
    ['a row twice', () => workbookOf('<row r="2"/><row r="2"/>'), 'WORKBOOK_BROKEN'],
    ['a cell twice', () => row('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>'), 'WORKBOOK_BROKEN'],
    ['a shared string that is not there', () => row('<c t="s"><v>0</v></c>'), 'WORKBOOK_BROKEN'],
    ['a shared string number that is none', () => row('<c t="s"><v>1e99</v></c>'), 'WORKBOOK_BROKEN'],
    [
      'a cell that is too long',
      () => row(`<c t="str"><v>${'x'.repeat(limits.fileCellCharacters + 1)}</v></c>`),
      'CELL_TOO_LONG',
    ],
    [
      'a row that is too long',
      () => row(`<c t="str"><v>${'x'.repeat(30_000)}</v></c>`.repeat(40)),
      'ROW_TOO_LONG',
    ],
    [
      'an entity',
      () => zipOf({ ...parts, 'xl/worksheets/sheet1.xml': `<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>` }),
      'XML_DOCTYPE',
    ],
    [
      'XML that stops',
      () => zipOf({ ...parts, 'xl/worksheets/sheet1.xml': '<worksheet><sheetData>' }),
      'WORKBOOK_BROKEN',
    ],
    ['depth', () => zipOf({ ...parts, 'xl/worksheets/sheet1.xml': '<a>'.repeat(100) }), 'XML_TOO_DEEP'],
    [
      'too many members',
      () =>
        zipOf({
          ...parts,
          ...Object.fromEntries(Array.from({ length: limits.workbookMembers }, (_, at) => [`x${at}`, ''])),
        }),
      'WORKBOOK_TOO_LARGE',
    ],
    [
      'a bomb',
      () =>
        zipOf({ ...parts, 'xl/worksheets/sheet1.xml': `<worksheet>${'<a/>'.repeat(5_000_000)}</worksheet>` }),
      'WORKBOOK_TOO_LARGE',
    ],
    [
      'a sheet that is not there',
      () =>
        zipOf({
          ...parts,
          'xl/_rels/workbook.xml.rels': parts['xl/_rels/workbook.xml.rels'].replace('sheet1', 'sheet9'),
        }),
      'WORKBOOK_BROKEN',
    ],
    [
      'a member that is changed',
      async () => changed(await workbookOf(one), 'sheetData', 'sheetDATA'),
      'WORKBOOK_BROKEN',
    ],
    ['an archive that is cut off', async () => (await workbookOf(one)).subarray(0, -30), 'WORKBOOK_BROKEN'],
    [
      'members of one name',
      async () => twice(await zipOf({ ...parts, 'xl/workbook.xmk': 'x' })),
      'WORKBOOK_BROKEN',
    ],
    ['members that overlap', async () => overlapping(await zipOf(parts)), 'WORKBOOK_BROKEN'],
    [
      'no visible sheet',
      () =>
        zipOf({
          ...parts,
          'xl/workbook.xml': parts['xl/workbook.xml'].replace('sheetId', 'state="veryHidden" sheetId'),
        }),
      'SHEET_NOT_FOUND',
    ],
    ['a declared size that is too small', async () => smaller(await workbookOf(one)), 'WORKBOOK_BROKEN'],
  ])('refuses %s', async (_, content, code) => {
    await expect(content().then((bytes) => readAll(bytes))).rejects.toMatchObject({
      name: 'FileRefusal',
      code,
    })
  })

  it('does not mind names that climb out of a folder, and rows that hold nothing', async () => {
    const climbing = changed(await zipOf({ ...parts, 'aa/bb/cc': 'x' }), 'aa/bb/cc', '../../cc')
    expect(await readCells(climbing)).toEqual([[1, '1']])
    expect(await readCells(await workbookOf(`${'<row/>'.repeat(200_000)}${one}`))).toEqual([[200_001, '1']])
  })
})

/** yazl packs small members; names stand in the clear. */
function changed(zip: Buffer, from: string, to: string): Buffer {
  const text = zip.toString('latin1')
  if (text.includes(from)) return Buffer.from(text.replaceAll(from, to), 'latin1')
  const copy = Buffer.from(zip)
  const at = copy.indexOf('xl/worksheets/sheet1.xml') + 'xl/worksheets/sheet1.xml'.length + 8
  copy.writeUInt8((copy[at] ?? 0) ^ 0xff, at)
  return copy
}

const twice = (zip: Buffer) => changed(zip, 'xl/workbook.xmk', 'xl/workbook.xml')

const entrySignature = Buffer.from([0x50, 0x4b, 0x01, 0x02])

function overlapping(zip: Buffer): Buffer {
  const copy = Buffer.from(zip)
  const first = copy.indexOf(entrySignature)
  const second = copy.indexOf(entrySignature, first + 4)
  copy.writeUInt32LE(copy.readUInt32LE(first + 42) + 1, second + 42)
  return copy
}

function smaller(zip: Buffer): Buffer {
  const copy = Buffer.from(zip)
  for (let at = copy.indexOf(entrySignature); at >= 0; at = copy.indexOf(entrySignature, at + 4))
    copy.writeUInt32LE(1, at + 24)
  return copy
}
