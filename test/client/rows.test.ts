import { describe, expect, it } from 'vitest'
import { inParts, readRows } from '../../client/commands/rows.ts'
import { limits } from '../../client/limits.ts'

describe('a long file', () => {
  it('is cut by number of rows, in order and without loss', () => {
    const rows = Array.from({ length: 12 }, (_, row) => row)
    expect(inParts(rows, 5).map((part) => part.length)).toEqual([5, 5, 2])
    expect(inParts(rows, 5).flat()).toEqual(rows)
    expect(inParts([], 5)).toEqual([])
  })

  it('is cut by bytes as well, so that every part fits one request', () => {
    const rows = Array.from({ length: 50 }, (_, row) => ({ row, text: '信'.repeat(200_000) }))
    const parts = inParts(rows, 5_000)
    expect(parts.flat()).toEqual(rows)
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(limits.bodyBytes)
  })
})

describe('rows of a file', () => {
  it('are read from CSV with quotes, line ends inside, and a byte order mark', () => {
    const content = '\uFEFFname,note\r\n"甲,乙","一\n""二"""\r\n'
    expect(readRows('a.csv', content)).toEqual([{ name: '甲,乙', note: '一\n"二"' }])
  })

  it.each([
    ['a.csv', 'a,b\n1\n'],
    ['a.csv', 'a\n"open\n'],
    ['a.json', '{}'],
    ['a.ndjson', 'nonsense\n'],
  ])('that are not rows are refused: %s', (name, content) => {
    expect(() => readRows(name, content)).toThrow(expect.objectContaining({ name: 'InputFileError' }))
  })
})
