import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeGb18030 } from '../../../src/tabular/gb18030.ts'
import { openTabularFile } from '../../../src/tabular/open-tabular-file.ts'
import { FileRefusal, type FileRow } from '../../../src/tabular/tabular-file.ts'
import { bytesOf, readAll, untold, workbookOf } from '../../support/workbook.ts'

const csv = '名单,2026\r\n姓名,证件号,"备\r\n注"\r\n甲,411702199001011234,"a ""b"""\r乙,,c\n'
const ndjson = '{"姓名":"甲","n":1}\r\n\n{"x":\n[1]\n{"姓名":"𠀀"}'
const xml =
  '<?xml version="1.0" encoding="GB18030"?>\r\n<ExchangeMessage><Header><sender>a</sender></Header><Body>\r\n<fields><A>甲&amp;乙</A>\r\n<B><![CDATA[<x>]]></B></fields></Body></ExchangeMessage>'
const workbook = await workbookOf(
  '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="C2" s="1"><v>46082.5</v></c></row><row><c><f>1</f></c><c t="inlineStr"><is><t>甲</t></is></c></row>',
  {
    strings: '<si><t>一</t></si><si><r><t>二</t></r></si>',
    styles: '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
  },
)
const files: [string, Uint8Array][] = [
  ['CSV', Buffer.from(csv)],
  ['CSV in GB18030', encodeGb18030(csv)],
  ['CSV in UTF-16', Buffer.from(`\ufeff${csv}`, 'utf16le')],
  ['NDJSON', Buffer.from(ndjson)],
  ['XML', encodeGb18030(xml)],
  ['XLSX', workbook],
]

describe.each(files)('%s', (_, content) => {
  it('gives the same rows however its bytes are cut', async () => {
    const whole = await readAll(content)
    expect(whole.rows.length).toBeGreaterThan(0)
    for (const size of [1, 2, 3, 5, 7, 11, 64]) expect(await readAll(content, {}, size)).toEqual(whole)
  })

  it('is read or refused, whatever was done to it', async () => {
    const change = fc.record({ at: fc.nat(content.length - 1), byte: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 8 }),
        fc.oneof(fc.constant(content.length), fc.nat(content.length)),
        async (changes, length) => {
          const bytes = Buffer.from(content)
          for (const { at, byte } of changes) bytes[at] = byte
          await readOrRefused(bytes.subarray(0, length))
        },
      ),
      { numRuns: 1_500, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
    )
  })
})

it('reads or refuses any bytes', async () => {
  const start = fc.constantFrom(
    '',
    'PK\x03\x04',
    '\xff\xfe',
    '\xef\xbb\xbf',
    '<',
    '{',
    '<ExchangeMessage><Body><fields>',
  )
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 300 }), async (first, rest) => {
      await readOrRefused(Buffer.concat([Buffer.from(first, 'latin1'), rest]))
    }),
    { numRuns: 3_000, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  )
})

it('lets go of the file when the reading is left early', async () => {
  for (const [, content] of files) {
    let open = 0
    const source = bytesOf(content, 16)
    const file = await openTabularFile(
      {
        size: source.size,
        async *stream(start, end) {
          open += 1
          try {
            yield* source.stream(start, end)
          } finally {
            open -= 1
          }
        },
      },
      untold,
    )
    for await (const _ of file.rows()) break
    await expect.poll(() => open).toBe(0)
  }
})

/** Anything but rows or a refusal fails; a hang fails by the time limit of the test. */
async function readOrRefused(bytes: Uint8Array): Promise<FileRow[]> {
  try {
    return (await readAll(bytes)).rows
  } catch (error) {
    if (error instanceof FileRefusal) return []
    throw error
  }
}
