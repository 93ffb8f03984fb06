/** Encoding to GB 18030 (https://encoding.spec.whatwg.org/#gb18030-encoder): the platform only decodes it. */

/** The two-byte plane, and the four-byte sequences of the Basic Multilingual Plane in their order. */
const leads = { from: 0x81, to: 0xfe }
const fourByteSequences = 39_420
/** Where the sequences for U+10000 begin. */
const firstSupplementary = 189_000
const unmappable = 0x3f

let sequences: Uint32Array | undefined

/** Characters that no sequence stands for, which are only lone surrogates and a few of private use, become '?'. */
export function encodeGb18030(text: string): Uint8Array {
  sequences ??= sequencesByCodeUnit()
  const bytes = Buffer.allocUnsafe(text.length * 4)
  let end = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) {
      bytes[end++] = unit
      continue
    }
    const point = unit >= 0xd800 && unit <= 0xdbff ? (text.codePointAt(at) ?? unit) : unit
    if (point > 0xffff) at += 1
    const sequence = point > 0xffff ? fourBytes(point - 0x10000 + firstSupplementary) : (sequences[unit] ?? 0)
    if (sequence === 0) bytes[end++] = unmappable
    else if (sequence <= 0xffff) end = bytes.writeUInt16BE(sequence, end)
    else end = bytes.writeUInt32BE(sequence, end)
  }
  return bytes.subarray(0, end)
}

/** The decoder's own table, turned round, so that what is written here is what the same platform reads. */
function sequencesByCodeUnit(): Uint32Array {
  const table = new Uint32Array(0x10000)
  const enter = (list: number[], width: 2 | 4) => {
    // A line end after each keeps a sequence that means nothing from spoiling the next.
    const bytes = Buffer.alloc(list.length * (width + 1), '\n')
    for (const [at, sequence] of list.entries()) bytes.writeUIntBE(sequence, at * (width + 1), width)
    const characters = new TextDecoder('gb18030').decode(bytes).split('\n')
    for (const [at, sequence] of list.entries()) {
      const character = characters[at] ?? ''
      if (character.length === 1 && character !== '\ufffd') table[character.charCodeAt(0)] ||= sequence
    }
  }
  enter(twoByteSequences(), 2)
  enter(
    Array.from({ length: fourByteSequences }, (_, index) => fourBytes(index)),
    4,
  )
  // The one four-byte sequence that means U+FFFD itself, which a decoder's answer cannot be told from a fault.
  table[0xfffd] = 0x8431a437
  return table
}

function twoByteSequences(): number[] {
  const list: number[] = []
  for (let lead = leads.from; lead <= leads.to; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) if (trail !== 0x7f) list.push(lead * 0x100 + trail)
  return list
}

function fourBytes(index: number): number {
  const fourth = 0x30 + (index % 10)
  const third = 0x81 + (Math.floor(index / 10) % 126)
  const second = 0x30 + (Math.floor(index / 1260) % 10)
  const first = 0x81 + Math.floor(index / 12_600)
  return ((first * 0x100 + second) * 0x100 + third) * 0x100 + fourth
}
