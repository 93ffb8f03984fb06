import type { TextEncoding } from './tabular-file.ts'

/** What kind of file the first bytes show. Pure. */
export type FileContent =
  | { kind: 'ZIP' }
  | { kind: 'OLD_EXCEL' }
  | { kind: 'BINARY' }
  | { kind: 'TEXT'; mark: TextEncoding | 'UTF-16BE' | null }

const startsWith = (head: Uint8Array, ...bytes: number[]) => bytes.every((byte, at) => head[at] === byte)
const startsWithText = (head: Uint8Array, text: string) => startsWith(head, ...Buffer.from(text, 'latin1'))

/** PDF, pictures, other archives: nothing that has rows. */
const binarySignatures = [
  '%PDF',
  '\x89PNG',
  '\xff\xd8\xff',
  'GIF8',
  'II*\0',
  'MM\0*',
  'RIFF',
  '\x1f\x8b',
  'Rar!',
  '7z\xbc\xaf\x27\x1c',
  '\xfd7zXZ',
  'BZh9',
  '\x7fELF',
]

export function fileContent(head: Uint8Array): FileContent {
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04) || startsWith(head, 0x50, 0x4b, 0x05, 0x06))
    return { kind: 'ZIP' }
  // A compound file: a workbook of Excel 97-2003, or a newer one with a password.
  if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) return { kind: 'OLD_EXCEL' }
  if (binarySignatures.some((signature) => startsWithText(head, signature))) return { kind: 'BINARY' }
  return { kind: 'TEXT', mark: byteOrderMark(head) }
}

function byteOrderMark(head: Uint8Array): TextEncoding | 'UTF-16BE' | null {
  if (startsWith(head, 0xef, 0xbb, 0xbf)) return 'UTF-8'
  if (startsWith(head, 0xff, 0xfe)) return 'UTF-16LE'
  if (startsWith(head, 0xfe, 0xff)) return 'UTF-16BE'
  if (startsWith(head, 0x84, 0x31, 0x95, 0x33)) return 'GB18030'
  return null
}

export type TextContent = 'CSV' | 'NDJSON' | 'XML' | 'JSON_ARRAY' | 'WEB_PAGE' | 'NOTHING'

export function textContent(text: string): TextContent {
  const start = text.trimStart()
  if (start === '') return 'NOTHING'
  if (/^<(?:!doctype\s+html|html|head|meta|table|body)\b/i.test(start)) return 'WEB_PAGE'
  if (start.startsWith('<')) return 'XML'
  if (start.startsWith('{')) return 'NDJSON'
  return start.startsWith('[') ? 'JSON_ARRAY' : 'CSV'
}

/** The encoding that an XML declaration names (XML 1.0 section 4.3.3); null: none named. */
export function declaredXmlEncoding(text: string): string | null {
  return /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(text)?.[1] ?? null
}
