import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { encodeGb18030 } from '../../../src/tabular/gb18030.ts'
import { openTabularFile } from '../../../src/tabular/open-tabular-file.ts'
import { type ByteSource, ByteSourceFailure, type FileHints } from '../../../src/tabular/tabular-file.ts'
import { bytesOf, readAll, readCells, untold, workbookOf, zipOf } from '../../support/workbook.ts'

const bom = '\ufeff'
const utf16 = (text: string) => Buffer.from(bom + text, 'utf16le')
const bytes = (...values: (number | string)[]) =>
  Buffer.concat(
    values.map((value) => (typeof value === 'number' ? Buffer.from([value]) : Buffer.from(value))),
  )

describe('what a file is', () => {
  it.each<[string, Uint8Array | string, Partial<FileHints>, object]>([
    ['UTF-8', '姓名,金额\n', {}, { format: 'CSV', encoding: 'UTF-8' }],
    ['UTF-8 with a mark', `${bom}姓名,金额\n`, {}, { format: 'CSV', encoding: 'UTF-8' }],
    ['GB18030, not declared', encodeGb18030('姓名,金额\n'), {}, { format: 'CSV', encoding: 'GB18030' }],
    ['GB18030 that is declared', 'a,b\n', { encoding: 'GB18030' }, { format: 'CSV', encoding: 'GB18030' }],
    ['a mark wins over what is declared', utf16('姓名\n'), { encoding: 'UTF-8' }, { encoding: 'UTF-16LE' }],
    ['objects', ' \n{"a":1}', {}, { format: 'NDJSON' }],
    ['an envelope', '<ExchangeMessage/>', {}, { format: 'XML', encoding: 'UTF-8' }],
    [
      'an envelope in GBK',
      encodeGb18030('<?xml version="1.0" encoding="gbk"?><ExchangeMessage/>'),
      {},
      { format: 'XML', encoding: 'GB18030' },
    ],
    ['a bracket, where the sender says CSV', '[注]\na,b\n', { format: 'CSV' }, { format: 'CSV' }],
  ])('%s', async (_, content, hints, found) => {
    expect((await openTabularFile(bytesOf(content), { ...untold, ...hints })).found).toMatchObject(found)
  })

  it.each<[string, Uint8Array | string, Partial<FileHints>, string, number | null]>([
    ['nothing', '', {}, 'FILE_EMPTY', null],
    ['only a mark and spaces', `${bom} \r\n`, {}, 'FILE_EMPTY', null],
    ['an old workbook', bytes(0xd0, 0xcf, 0x11, 0xe0, 'x'), {}, 'FORMAT_OLD_EXCEL', null],
    ['a PDF', '%PDF-1.7', {}, 'FORMAT_UNKNOWN', null],
    ['a picture', bytes(0x89, 'PNG'), {}, 'FORMAT_UNKNOWN', null],
    ['gzip', bytes(0x1f, 0x8b, 8), {}, 'FORMAT_UNKNOWN', null],
    ['7z', bytes(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), {}, 'FORMAT_UNKNOWN', null],
    ['a web page that is called .xls', '<html><table>', {}, 'FORMAT_UNKNOWN', null],
    ['a JSON array', '[{"a":1}]', {}, 'JSON_ARRAY', 1],
    ['CSV declared, an envelope sent', '<ExchangeMessage/>', { format: 'CSV' }, 'FORMAT_MISMATCH', null],
    ['XLSX declared, CSV sent', 'a,b', { format: 'XLSX' }, 'FORMAT_MISMATCH', null],
    ['UTF-16BE', bytes(0xfe, 0xff, 0, 0x41), {}, 'ENCODING_INVALID', 1],
    ['an encoding nobody agreed on', '<?xml version="1.0" encoding="Big5"?><a/>', {}, 'ENCODING_INVALID', 1],
    ['bytes that are not GB18030', bytes('a\r\nb\rc\nd', 0xff, '\n'), {}, 'ENCODING_INVALID', 4],
    [
      'UTF-8 that is declared and is not',
      bytes('甲\n乙', 0xe4, '\n丙'),
      { encoding: 'UTF-8' },
      'ENCODING_INVALID',
      2,
    ],
    ['a character cut off at the end', bytes('a\nb', 0xd6), { encoding: 'GB18030' }, 'ENCODING_INVALID', 2],
    ['UTF-16 of an odd length', bytes(0xff, 0xfe, 0x41, 0, 0x42), {}, 'ENCODING_INVALID', 1],
  ])('refuses %s', async (_, content, hints, code, line) => {
    await expect(readAll(content, hints)).rejects.toMatchObject({ name: 'FileRefusal', code, line })
  })

  it('refuses an archive that is no workbook, and names the sheets where the one asked for is missing', async () => {
    await expect(readAll(await zipOf({ 'a.txt': 'x' }))).rejects.toMatchObject({ code: 'NOT_A_WORKBOOK' })
    const refused = readAll(await workbookOf(''), { sheet: '乙' })
    await expect(refused).rejects.toMatchObject({
      code: 'SHEET_NOT_FOUND',
      message: expect.stringContaining('甲'),
    })
  })

  it('never answers a failure to read the bytes as a refusal of the file', async () => {
    const failing: ByteSource = {
      size: 10,
      async *stream() {
        yield Buffer.from('a,b\n')
        throw new RangeError('connection lost')
      },
    }
    const short: ByteSource = { ...bytesOf('a,b\n'), size: 10 }
    const brokenZip: ByteSource = {
      size: 100_000,
      async *stream(start, end) {
        if (start > 0) throw new RangeError('connection lost')
        yield Buffer.concat([Buffer.from('PK\x03\x04')], end - start)
      },
    }
    for (const source of [failing, short, brokenZip])
      await expect(openTabularFile(source, untold)).rejects.toThrow(ByteSourceFailure)
  })
})

describe('CSV', () => {
  it.each<[string, string, unknown[][]]>([
    [
      'any line ends',
      'a,b\r\n1,2\n3,4\r5,6',
      [
        [1, 'a', 'b'],
        [2, '1', '2'],
        [3, '3', '4'],
        [4, '5', '6'],
      ],
    ],
    [
      'quotes',
      'a,"b ""c"", d"\n"1\n2\r\n3",x\ny',
      [
        [1, 'a', 'b "c", d'],
        [2, '1\n2\r\n3', 'x'],
        [5, 'y'],
      ],
    ],
    [
      'tabs',
      'a\tb,c\n1\t2',
      [
        [1, 'a', 'b,c'],
        [2, '1', '2'],
      ],
    ],
    [
      'semicolons',
      'a;b\n1,5;2\n2,5;3',
      [
        [1, 'a', 'b'],
        [2, '1,5', '2'],
        [3, '2,5', '3'],
      ],
    ],
    [
      'commas inside quotes say nothing',
      '"a,b,c";d\n"1,2,3";4',
      [
        [1, 'a,b,c', 'd'],
        [2, '1,2,3', '4'],
      ],
    ],
    [
      'a title above',
      '某某局,2026\na;b;c\n1;2;3\n4;5;6',
      [
        [1, '某某局,2026'],
        [2, 'a', 'b', 'c'],
        [3, '1', '2', '3'],
        [4, '4', '5', '6'],
      ],
    ],
    [
      'ragged rows',
      'a,b,c\n1\n1,2,3,4',
      [
        [1, 'a', 'b', 'c'],
        [2, '1'],
        [3, '1', '2', '3', '4'],
      ],
    ],
    [
      'empty rows are left out and counted',
      'a,b\n\n,,\r\n\n1,2',
      [
        [1, 'a', 'b'],
        [5, '1', '2'],
      ],
    ],
    ['NUL stays', 'a\0,b', [[1, 'a\0', 'b']]],
    ['spaces stay', ' a , b\n', [[1, ' a ', ' b']]],
    ['the apostrophe of a copy goes', "'=1+1,'a,''-x", [[1, '=1+1', "'a", "'-x"]]],
  ])('%s', async (_, content, rows) => {
    expect(await readCells(content)).toEqual(rows)
    expect(await readCells(utf16(content))).toEqual(rows)
    expect(await readCells(encodeGb18030(content))).toEqual(rows)
  })

  it.each<[string, string, string, number]>([
    ['a quote that is never closed', 'a,b\n1,"2\n3,4\n', 'CSV_QUOTE', 2],
    ['a quote in the middle', 'a,b\n1,2\n3,4"5"\n', 'CSV_QUOTE', 3],
    ['text after a quote', 'a,b\n"1"2,3\n', 'CSV_QUOTE', 2],
    ['a cell too long', `a\n\n${'x'.repeat(limits.fileCellCharacters + 1)}`, 'CELL_TOO_LONG', 3],
    ['a row too long', `a\n"${'x'.repeat(limits.fileRowBytes + 10)}`, 'ROW_TOO_LONG', 2],
    ['a row of delimiters', `a\nb\n${','.repeat(3 * limits.fileRowBytes)}`, 'ROW_TOO_LONG', 3],
    ['columns', `a\n${','.repeat(10_000)}x`, 'TOO_MANY_COLUMNS', 2],
  ])('refuses %s', async (_, content, code, line) => {
    await expect(readAll(content)).rejects.toMatchObject({ code, line })
  })

  it('takes empty columns without end', async () => {
    expect(await readCells(`a,b${','.repeat(10_000)}\n`)).toEqual([[1, 'a', 'b']])
  })

  it('takes as many rows as are allowed, and no more', async () => {
    const most = limits.fileRows + limits.fileTitleRows + 1
    expect((await readAll('a\n'.repeat(most))).rows).toHaveLength(most)
    await expect(readAll('a\n'.repeat(most + 1))).rejects.toMatchObject({
      code: 'TOO_MANY_ROWS',
      line: most + 1,
    })
  })

  it('gives at most so many rows at once, and the same again', async () => {
    const file = await openTabularFile(bytesOf('a,b\n'.repeat(limits.fileRowsPerRead * 2 + 1)), untold)
    const read = async () => {
      const sizes: number[] = []
      for await (const rows of file.rows()) sizes.push(rows.length)
      return sizes
    }
    expect(await read()).toEqual([limits.fileRowsPerRead, limits.fileRowsPerRead, 1])
    expect(await read()).toEqual([limits.fileRowsPerRead, limits.fileRowsPerRead, 1])
  })
})

describe('NDJSON', () => {
  it('keeps a line that is no object from spoiling the others', async () => {
    const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    const { rows } = await readAll(`{"名":"甲","数":1}\r\n\n{"a"\n[1]\nnull\n${deep}\n{"b":{"c":[true]}}`)
    expect(rows).toEqual([
      {
        kind: 'MEMBERS',
        line: 1,
        members: [
          ['名', '甲'],
          ['数', 1],
        ],
      },
      { kind: 'BROKEN', line: 3, fault: 'ROW_NOT_JSON', text: '{"a"' },
      { kind: 'BROKEN', line: 4, fault: 'ROW_NOT_AN_OBJECT', text: '[1]' },
      { kind: 'BROKEN', line: 5, fault: 'ROW_NOT_AN_OBJECT', text: 'null' },
      { kind: 'BROKEN', line: 6, fault: 'ROW_TOO_DEEP', text: deep },
      { kind: 'MEMBERS', line: 7, members: [['b', { c: [true] }]] },
    ])
  })

  it('refuses a line that is too long', async () => {
    const content = `{}\n{"a":"${'甲'.repeat(limits.fileRowBytes / 3)}"}`
    await expect(readAll(content)).rejects.toMatchObject({ code: 'ROW_TOO_LONG', line: 2 })
  })
})

describe('XML', () => {
  const message = (body: string) =>
    `<ExchangeMessage>\n<Header><sender>a</sender><contacts><name>b</name></contacts></Header>\n<Body>${body}</Body></ExchangeMessage>`

  it('takes each fields element for a row', async () => {
    const body =
      '\n<fields><CF_XDR_MC>甲 &amp; 乙</CF_XDR_MC><B> x\n</B></fields>\n<fields\n id="2"><C><![CDATA[<1>]]></C><D/></fields><fields/>'
    expect((await readAll(message(body))).rows).toEqual([
      {
        kind: 'MEMBERS',
        line: 4,
        members: [
          ['CF_XDR_MC', '甲 & 乙'],
          ['B', ' x\n'],
        ],
      },
      {
        kind: 'MEMBERS',
        line: 6,
        members: [
          ['C', '<1>'],
          ['D', ''],
        ],
      },
    ])
  })

  it('takes many messages in one root, and a field that is repeated for a broken row', async () => {
    const one = message('<fields><A>1</A></fields>')
    const two = message('<fields><A>1</A><A>2</A></fields>')
    expect((await readAll(`<all>${one}${two}</all>`)).rows).toEqual([
      { kind: 'MEMBERS', line: 3, members: [['A', '1']] },
      {
        kind: 'BROKEN',
        line: 5,
        fault: 'MEMBER_REPEATED',
        members: [
          ['A', '1'],
          ['A', '2'],
        ],
      },
    ])
  })

  it.each<[string, string, string, number]>([
    ['another root', '<workbook>\n<sheet/></workbook>', 'XML_SHAPE', 2],
    ['a root alone', '<fields/>', 'XML_SHAPE', 1],
    ['an element inside a field', message('<fields><A><B/></A></fields>'), 'XML_SHAPE', 3],
    ['something else in the body', message('<row/>'), 'XML_SHAPE', 3],
    ['text between the fields', message('<fields>x<A/></fields>'), 'XML_SHAPE', 3],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]>\n<ExchangeMessage/>', 'XML_DOCTYPE', 1],
    ['an entity nobody declared', message('\n<fields><A>&b;</A></fields>'), 'XML_BROKEN', 4],
    ['an end that is missing', '<ExchangeMessage>\n<Body>', 'XML_BROKEN', 2],
    ['depth', `<ExchangeMessage>${'<a>'.repeat(100)}`, 'XML_TOO_DEEP', 1],
    [
      'an attribute without end',
      `<ExchangeMessage a="${'x'.repeat(2 * limits.fileRowBytes)}`,
      'XML_TOO_LONG',
      1,
    ],
    [
      'a row that is too long',
      message(`<fields><A>${'x'.repeat(limits.fileRowBytes)}x</A></fields>`),
      'ROW_TOO_LONG',
      3,
    ],
  ])('refuses %s', async (_, content, code, line) => {
    await expect(readAll(content)).rejects.toMatchObject({ code, line })
  })
})
