import ExcelJS from 'exceljs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AnnotatedRow,
  annotatedCopy,
  remarksHeading,
  resultHeading,
} from '../../../src/tabular/annotated-copy.ts'
import { encodeGb18030 } from '../../../src/tabular/gb18030.ts'
import type { FileRow, FoundFile, Member, TextEncoding } from '../../../src/tabular/tabular-file.ts'
import { collect, readAll, readCells, workbookOf } from '../../support/workbook.ts'

async function copyOf(found: FoundFile, rows: FileRow[], headingAt = 0): Promise<Buffer> {
  const annotated = rows.map((row, at): AnnotatedRow => {
    if (at < headingAt) return { row, result: '', remarks: '' }
    if (at === headingAt && row.kind === 'CELLS')
      return { row, result: resultHeading, remarks: remarksHeading }
    return { row, result: '退回', remarks: '证件号：校验码不符' }
  })
  return collect(
    annotatedCopy(
      found,
      (async function* () {
        for (const row of annotated) yield [row]
      })(),
    ),
  )
}

const cells = (line: number, ...values: string[]): FileRow => ({ kind: 'CELLS', line, cells: values })
const csv = (encoding: TextEncoding): FoundFile => ({ format: 'CSV', encoding, sheet: null })
const xlsx: FoundFile = { format: 'XLSX', encoding: null, sheet: '名单' }

describe('CSV', () => {
  const rows = [
    cells(1, '某局名单'),
    cells(2, '姓名', '金额'),
    cells(3, '甲,"乙"', '-1.5'),
    cells(4, '=1+1', '@x', "'-y"),
  ]

  it('has the two columns in front and runs nothing', async () => {
    expect((await copyOf(csv('UTF-8'), rows, 1)).toString()).toBe(
      '\ufeff,,某局名单\r\n处理结果,问题,姓名,金额\r\n' +
        '退回,证件号：校验码不符,"甲,""乙""",-1.5\r\n' +
        "退回,证件号：校验码不符,'=1+1,'@x,''-y\r\n",
    )
  })

  it('keeps its encoding, except UTF-16', async () => {
    const text = new TextDecoder('gb18030', { fatal: true }).decode(await copyOf(csv('GB18030'), rows, 1))
    expect(text.split('\r\n')[1]).toBe('处理结果,问题,姓名,金额')
    expect((await readAll(await copyOf(csv('UTF-16LE'), rows, 1))).found.encoding).toBe('UTF-8')
  })

  it('does not pile up when a copy is sent again', async () => {
    const once = await readAll(await copyOf(csv('UTF-8'), rows.slice(1)))
    expect(await readAll(await copyOf(once.found, once.rows))).toEqual(once)
  })
})

describe('a workbook', () => {
  it('is one sheet of text that a spreadsheet opens', async () => {
    const copy = await copyOf(xlsx, [cells(2, '姓名', ''), cells(5, '=1+1', '411702199001011234')])
    const book = new ExcelJS.Workbook()
    await book.xlsx.load(new Uint8Array(copy).buffer)
    const sheet = book.getWorksheet('名单')
    expect(sheet?.getRow(2).values).toEqual([undefined, '处理结果', '问题', '姓名'])
    expect(sheet?.getRow(5).values).toEqual([
      undefined,
      '退回',
      '证件号：校验码不符',
      '=1+1',
      '411702199001011234',
    ])
    expect(sheet?.getCell('C5').numFmt).toBe('@')
    expect(sheet?.getCell('A2').font.bold).toBe(true)
  })

  it('names what could not be read', async () => {
    const { found, rows } = await readAll(
      await workbookOf(
        '<row><c><f>A1</f></c><c t="e"><v>#N/A</v></c><c><v>1E17</v></c><c><v>46082</v></c></row>',
      ),
    )
    expect(await readCells(await copyOf(found, rows, -1))).toEqual([
      [1, '退回', '证件号：校验码不符', '（公式）', '（错误值）', '（数字超过15位，已失真）', '46082'],
    ])
  })

  it('passes a failure of the rows on', async () => {
    const failing = annotatedCopy(
      xlsx,
      (async function* (): AsyncGenerator<AnnotatedRow[]> {
        yield [{ row: cells(1, 'a'), result: '', remarks: '' }]
        throw new RangeError('gone')
      })(),
    )
    await expect(collect(failing)).rejects.toThrow('gone')
  })

  it('ends the reading of the rows when it is left early', async () => {
    let ended = false
    const copy = annotatedCopy(
      xlsx,
      (async function* (): AsyncGenerator<AnnotatedRow[]> {
        try {
          for (let line = 1; ; line += 1)
            yield [{ row: cells(line, `${Math.sin(line)}`), result: '', remarks: '' }]
        } finally {
          ended = true
        }
      })(),
    )
    let size = 0
    for await (const piece of copy) {
      size += piece.length
      if (size > 100_000) break
    }
    await expect.poll(() => ended).toBe(true)
  })
})

describe('rows of members', () => {
  it('keeps NDJSON, also a line that is none', async () => {
    const { found, rows } = await readAll('{"b":1,"__proto__":2,"问题":"旧"}\n{x\n')
    expect((await copyOf(found, rows)).toString()).toBe(
      '{"处理结果":"退回","问题":"证件号：校验码不符","b":1,"__proto__":2}\n' +
        '{"处理结果":"退回","问题":"证件号：校验码不符","原文":"{x"}\n',
    )
  })

  it.each<[string, (text: string) => Uint8Array]>([
    ['UTF-8', (text) => Buffer.from(text)],
    ['GB18030', encodeGb18030],
  ])('keeps XML in %s', async (name, encode) => {
    const content = `<?xml version="1.0" encoding="${name}"?><ExchangeMessage><Body><fields><名>甲&amp;&lt;&#13;</名><B/></fields><fields><A>1</A><A>2</A></fields></Body></ExchangeMessage>`
    const { found, rows } = await readAll(encode(content))
    const again = await readAll(await copyOf(found, rows))
    expect(again.found).toEqual({ format: 'XML', encoding: name, sheet: null })
    const own: Member[] = [
      [resultHeading, '退回'],
      [remarksHeading, '证件号：校验码不符'],
    ]
    expect(again.rows).toEqual([
      { kind: 'MEMBERS', line: 3, members: [...own, ['名', '甲&<\r'], ['B', '']] },
      { kind: 'BROKEN', line: 4, fault: 'MEMBER_REPEATED', members: [...own, ['A', '1'], ['A', '2']] },
    ])
  })
})

describe('what is read from a copy is what was read from the file', () => {
  const text = fc.string({
    unit: fc.constantFrom(...'=+-@\'"_x000D_,;\t\r\n\0 甲㐀𠀀é€a1<&\u0007\ufffe'),
    maxLength: 12,
  })
  const table = fc.array(fc.array(text, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 })

  it.each<[string, FoundFile]>([
    ['CSV in UTF-8', csv('UTF-8')],
    ['CSV in GB18030', csv('GB18030')],
    ['XLSX', xlsx],
  ])('%s', async (_, found) => {
    await fc.assert(
      fc.asyncProperty(table, async (contents) => {
        const headings = Array.from({ length: 5 }, (_, at) => `列${at}`)
        const rows = [headings, ...contents].map((values, at) => cells(at + 1, ...values))
        const read = await readCells(await copyOf(found, rows), { encoding: found.encoding })
        const width = Math.max(...rows.map((row) => (row.kind === 'CELLS' ? row.cells.length : 0)))
        const padded = (values: unknown[]) => [...values, ...Array(width - values.length).fill('')]
        expect(read.map((values) => padded(values.slice(3)))).toEqual([headings, ...contents].map(padded))
      }),
      { numRuns: 200 },
    )
  })
})

describe('GB18030', () => {
  const decode = (bytes: Uint8Array) => new TextDecoder('gb18030', { fatal: true }).decode(bytes)

  it('writes every character so that it is read as it was, but for some of private use', () => {
    const lost: number[] = []
    for (let point = 0; point <= 0x10ffff; point += point < 0x10000 ? 1 : 7) {
      if (point >= 0xd800 && point <= 0xdfff) continue
      const character = String.fromCodePoint(point)
      if (decode(encodeGb18030(`a${character}b`)) !== `a${character}b` && !/\p{Co}/u.test(character))
        lost.push(point)
    }
    expect(lost).toEqual([])
  })

  it.each([
    ['中', 'd6d0'],
    ['€', 'a2e3'],
    ['㐀', '8139ee39'],
    ['𠀀', '95328236'],
    ['\u{10ffff}', 'e3329a35'],
    ['\ud800', '3f'],
  ])('%s is %s', (character, bytes) => {
    expect(Buffer.from(encodeGb18030(character)).toString('hex')).toBe(bytes)
  })
})
