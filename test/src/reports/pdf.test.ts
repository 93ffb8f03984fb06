import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPdf, readAttachment } from '../../../client/pdf-attachment.ts'
import { drawDocument } from '../../../src/reports/pdf/draw-document.ts'
import { coverageOf } from '../../../src/reports/pdf/font-coverage.ts'
import { type Faces, linesOf, runsOf } from '../../../src/reports/pdf/text-layout.ts'
import type { SearchStatement } from '../../../src/reports/statement.ts'

/** Every character as wide as high; the main font lacks what is beyond the basic plane, the other has one of these. */
const faces: Faces = {
  mainHas: (codePoint) => codePoint < 0x10000,
  fallbackHas: (codePoint) => codePoint === 0x20bb7,
  widthOf: () => 1,
}
const textOf = (lines: { runs: { text: string }[] }[]) =>
  lines.map(({ runs }) => runs.map(({ text }) => text).join(''))

describe('text on paper', () => {
  it('takes the other font for what the usual one lacks, and code points for what both lack', () => {
    expect(runsOf(faces, '甲𠮷乙𠀀')).toEqual([
      { font: 'MAIN', text: '甲' },
      { font: 'FALLBACK', text: '𠮷' },
      { font: 'MAIN', text: '乙〔U+20000〕' },
    ])
  })

  it('breaks between Chinese characters, not inside numbers, and begins no line with what closes', () => {
    expect(textOf(linesOf(faces, '信用信息交换', 1, 4))).toEqual(['信用信息', '交换'])
    expect(textOf(linesOf(faces, '代码91419800', 1, 9))).toEqual(['代码', '91419800'])
    expect(textOf(linesOf(faces, '信用信息，交换', 1, 4))).toEqual(['信用信息，', '交换'])
    expect(textOf(linesOf(faces, '一\n二', 1, 4))).toEqual(['一', '二'])
  })

  it('loses no character, whatever the text and the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const all = runsOf(faces, text)
          .map((run) => run.text)
          .join('')
        const squeezed = (line: string) => line.replace(/[ \n]/g, '')
        expect(squeezed(textOf(linesOf(faces, text, 1, width)).join(''))).toBe(squeezed(all))
      }),
    )
  })

  it('knows what the font of the documents covers', () => {
    const path = import.meta.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf')
    const covers = coverageOf(readFileSync(new URL(path)))
    expect(
      ['信', '㐂', 'A', '〔', '𠮷', '\u{10ffff}'].map((character) => covers(character.codePointAt(0) ?? 0)),
    ).toEqual([true, true, true, true, false, false])
  })
})

const statement: SearchStatement = {
  v: 1,
  kind: 'SEARCH_CERTIFICATE',
  iss: 'https://credit.example.invalid',
  iat: 1_795_600_000,
  serial: '7QK2-M9XD-04TZ-AB3C-KK91-Z0PQ-RS77',
  verify_at: 'https://credit.example.invalid/verify/7QK2-M9XD-04TZ-AB3C-KK91-Z0PQ-RS77',
  issued_at: '2026-11-25T01:02:03.000Z',
  asked_by: { code: 'NDRC', name: '汝宁市发展和改革委员会' },
  purpose: '招标资格审查',
  data_version: 12,
  as_of: '2026-11-25',
  subject: {
    kind: 'ORGANISATION',
    name: '汝宁市虚构食品有限公司',
    name_from: 'RECORDS',
    uscc: '91419800MADEM0011R',
    number_ends: null,
  },
  outcome: 'NO_RECORD',
  matter: null,
  listings: [],
  measures: [],
  datasets: [],
  remarks: [],
}
const order = { statement, token: `a.${'b'.repeat(5_000)}.c`, fallbackFont: null }

describe('a drawn document', () => {
  it('is the same, byte for byte, whenever it is drawn', async () => {
    expect((await drawDocument(order)).equals(await drawDocument(order))).toBe(true)
  })

  it('holds the signed statement, which is found again', async () => {
    const pdf = await drawDocument(order)
    expect(isPdf(pdf)).toBe(true)
    const reading = readAttachment(pdf, 'statement.jws')
    expect(reading.outcome === 'FOUND' && Buffer.from(reading.bytes).toString()).toBe(order.token)
    expect(readAttachment(pdf, 'other.jws')).toEqual({ outcome: 'MISSING' })
  })

  it('is not believed where it holds two', async () => {
    const pdf = await drawDocument(order)
    const second = Buffer.from(
      '\n9999 0 obj\n<<\n/Type /Filespec\n/F (statement.jws)\n/EF <<\n/F 1 0 R\n>>\n>>\nendobj\n',
    )
    expect(readAttachment(Buffer.concat([pdf, second]), 'statement.jws')).toEqual({ outcome: 'AMBIGUOUS' })
    const [, number] = /\/F \(statement\.jws\)\n\/EF <<\n\/F (\d+) 0 R/.exec(pdf.toString('latin1')) ?? []
    const replaced = Buffer.from(`\n${number} 0 obj\n<<\n/Length 1\n>>\nstream\nx\nendstream\nendobj\n`)
    expect(readAttachment(Buffer.concat([pdf, replaced]), 'statement.jws')).toEqual({ outcome: 'AMBIGUOUS' })
  })

  it('cut off or changed anywhere never breaks the reader', async () => {
    const pdf = await drawDocument(order)
    fc.assert(
      fc.property(fc.nat(pdf.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const bent = Buffer.from(pdf)
        bent[at] = value
        expect(['FOUND', 'MISSING', 'AMBIGUOUS', 'UNREADABLE']).toContain(
          readAttachment(bent, 'statement.jws').outcome,
        )
        expect(['FOUND', 'MISSING', 'UNREADABLE']).toContain(
          readAttachment(pdf.subarray(0, at), 'statement.jws').outcome,
        )
      }),
    )
  })

  it('that would unpack without end is not unpacked', () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024))
    const pdf = Buffer.concat([
      Buffer.from(`%PDF-1.7\n1 0 obj\n<<\n/Length ${bomb.length}\n/Filter /FlateDecode\n>>\nstream\n`),
      bomb,
      Buffer.from('\nendstream\nendobj\n2 0 obj\n<<\n/F (statement.jws)\n/EF <<\n/F 1 0 R\n>>\n>>\nendobj\n'),
    ])
    expect(readAttachment(pdf, 'statement.jws')).toEqual({ outcome: 'UNREADABLE' })
  })
})
