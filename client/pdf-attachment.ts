import { inflateSync } from 'node:zlib'
import { limits } from './limits.ts'

/** Finds one file inside a PDF (ISO 32000-2, 7.11.4) as documents of the exchange hold it, and reads nothing else of it. */

export type AttachmentReading =
  | { readonly outcome: 'FOUND'; readonly bytes: Uint8Array }
  | { readonly outcome: 'MISSING' | 'AMBIGUOUS' | 'UNREADABLE' }

const magic = '%PDF-'

export function isPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, magic.length)).toString('latin1') === magic
}

/**
 * The attachment of that name, which has to be plain ASCII. A file that names it twice, or has two objects of its number, is
 * AMBIGUOUS: a reader of PDF might show the one while this checks the other.
 */
export function readAttachment(pdf: Uint8Array, name: string): AttachmentReading {
  if (pdf.length > limits.documentBytes) return { outcome: 'UNREADABLE' }
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength)
  const text = bytes.toString('latin1')
  const specifications = placesOf(text, `/F (${name})`)
  const [place, another] = specifications
  if (place === undefined) return { outcome: 'MISSING' }
  if (another !== undefined) return { outcome: 'AMBIGUOUS' }
  const [, number] =
    /\/EF\s*<<\s*\/F\s+(\d{1,10})\s+0\s+R/.exec(text.slice(place, place + dictionaryLength)) ?? []
  if (number === undefined) return { outcome: 'UNREADABLE' }
  const objects = placesOf(text, `\n${number} 0 obj`)
  const [start, second] = objects
  if (start === undefined) return { outcome: 'UNREADABLE' }
  if (second !== undefined) return { outcome: 'AMBIGUOUS' }
  return readStream(bytes, text, start)
}

/** No dictionary of an attachment comes near it. */
const dictionaryLength = 2_000

function readStream(bytes: Buffer, text: string, start: number): AttachmentReading {
  const head = text.slice(start, start + dictionaryLength)
  const opening = /stream\r?\n/.exec(head)
  if (!opening) return { outcome: 'UNREADABLE' }
  const dictionary = head.slice(0, opening.index)
  const [, length] = /\/Length\s+(\d{1,10})(?!\s+\d+\s+R)/.exec(dictionary) ?? []
  if (length === undefined) return { outcome: 'UNREADABLE' }
  const from = start + opening.index + opening[0].length
  const content = bytes.subarray(from, from + Number(length))
  if (!/^\r?\n?endstream/.test(text.slice(from + Number(length), from + Number(length) + 11)))
    return { outcome: 'UNREADABLE' }
  const filter = /\/Filter\s*\/(\w+)/.exec(dictionary)?.[1]
  if (filter === undefined) return { outcome: 'FOUND', bytes: content }
  if (filter !== 'FlateDecode') return { outcome: 'UNREADABLE' }
  try {
    return { outcome: 'FOUND', bytes: inflateSync(content, { maxOutputLength: limits.statementBytes }) }
  } catch {
    return { outcome: 'UNREADABLE' }
  }
}

/** At most two, since a second is one too many. */
function placesOf(text: string, wanted: string): readonly number[] {
  const first = text.indexOf(wanted)
  if (first === -1) return []
  const second = text.indexOf(wanted, first + wanted.length)
  return second === -1 ? [first] : [first, second]
}
