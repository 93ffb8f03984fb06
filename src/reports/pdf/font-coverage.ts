/**
 * Which characters a font can show, read from its `cmap` (OpenType 1.9): what a font lacks would be drawn as an empty box,
 * and a name would lose a character without anyone noticing. Pure.
 */
export type Covers = (codePoint: number) => boolean

export class FontUnreadableError extends Error {
  override readonly name = 'FontUnreadableError'
}

/** Of a collection (TTC) its first face: the faces of Noto CJK cover the same characters. */
export function coverageOf(bytes: Buffer): Covers {
  const face = bytes.toString('latin1', 0, 4) === 'ttcf' ? bytes.readUInt32BE(12) : 0
  const cmap = tableAt(bytes, face, 'cmap')
  const subtables = Array.from({ length: bytes.readUInt16BE(cmap + 2) }, (_, index) => {
    const at = cmap + bytes.readUInt32BE(cmap + 4 + index * 8 + 4)
    return { at, format: bytes.readUInt16BE(at) }
  })
  const full = subtables.find(({ format }) => format === 12)
  if (full) return segmentedCoverage(bytes, full.at)
  const basic = subtables.find(({ format }) => format === 4)
  if (basic) return basicCoverage(bytes, basic.at)
  throw new FontUnreadableError('expected a font with a cmap of format 12 or 4')
}

function tableAt(bytes: Buffer, face: number, tag: string): number {
  const count = bytes.readUInt16BE(face + 4)
  for (let index = 0; index < count; index += 1) {
    const entry = face + 12 + index * 16
    if (bytes.toString('latin1', entry, entry + 4) === tag) return bytes.readUInt32BE(entry + 8)
  }
  throw new FontUnreadableError(`expected a font with a table ${tag}`)
}

/** Format 12: groups of code points, ascending. */
function segmentedCoverage(bytes: Buffer, at: number): Covers {
  const count = bytes.readUInt32BE(at + 12)
  return (codePoint) => {
    const group = firstReaching(count, codePoint, (index) => bytes.readUInt32BE(at + 16 + index * 12 + 4))
    if (group === count) return false
    const entry = at + 16 + group * 12
    const start = bytes.readUInt32BE(entry)
    return start <= codePoint && bytes.readUInt32BE(entry + 8) + (codePoint - start) !== 0
  }
}

/** Format 4: segments of the basic plane; those that go by an array of glyphs may have gaps. */
function basicCoverage(bytes: Buffer, at: number): Covers {
  const doubled = bytes.readUInt16BE(at + 6)
  const [ends, starts] = [at + 14, at + 16 + doubled]
  const [deltas, offsets] = [starts + doubled, starts + 2 * doubled]
  return (codePoint) => {
    if (codePoint > 0xffff) return false
    const segment = firstReaching(doubled / 2, codePoint, (index) => bytes.readUInt16BE(ends + index * 2))
    if (segment === doubled / 2) return false
    const start = bytes.readUInt16BE(starts + segment * 2)
    if (codePoint < start) return false
    const delta = bytes.readUInt16BE(deltas + segment * 2)
    const offset = bytes.readUInt16BE(offsets + segment * 2)
    if (offset === 0) return ((codePoint + delta) & 0xffff) !== 0
    return bytes.readUInt16BE(offsets + segment * 2 + offset + 2 * (codePoint - start)) !== 0
  }
}

/** The first of `count` ascending values that is not below `wanted`; `count` where there is none. */
function firstReaching(count: number, wanted: number, valueAt: (index: number) => number): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (valueAt(middle) < wanted) low = middle + 1
    else high = middle
  }
  return low
}
