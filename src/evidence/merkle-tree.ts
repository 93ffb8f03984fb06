import { hash } from 'node:crypto'

/**
 * The Merkle tree of RFC 9162, section 2.1 (the hashing of RFC 6962), over the leaves of the exchange log. Pure: what
 * is stored is read through `TileReader`. Hashes are 32 bytes. Sizes and indexes stay below 2^53, beyond what bit
 * operators can hold, so they are divided, not shifted.
 */

export const hashBytes = 32
/** Hashes in a full tile, and the height of the subtree that one spans (C2SP tlog-tiles). */
export const tileWidth = 256
export const tileHeight = 8

/** Place of a tile: hash `i` of it is the root of the perfect subtree over 256^level leaves from (index·256 + i)·256^level. */
export type TilePlace = { level: number; index: number }
/** The first `width` hashes of a tile. */
export type TilePart = TilePlace & { width: number }
/** A range of leaves, the end not included. */
type Range = { from: number; to: number }
/** A perfect subtree over 2^height leaves, the `index`-th of that height. */
type Subtree = { height: number; index: number }

/** Reads tiles, each at least as wide as asked; rejects where one is missing. */
export type TileReader = (parts: readonly TilePart[]) => Promise<ReadonlyMap<string, Uint8Array>>

export const tileKey = ({ level, index }: TilePlace) => `${level}/${index}`

/** RFC 9162, 2.1.1: the tree of no leaves. */
export const emptyRoot: Buffer = hash('sha256', '', 'buffer')

const leafPrefix = Buffer.of(0)
const nodePrefix = Buffer.of(1)

export function leafHash(leaf: string | Uint8Array): Buffer {
  const bytes = typeof leaf === 'string' ? Buffer.from(leaf, 'utf8') : leaf
  return hash('sha256', Buffer.concat([leafPrefix, bytes]), 'buffer')
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer')
}

/** Root of the perfect subtree over hashes that lie one after another; their number is a power of two. */
export function perfectRoot(hashes: Uint8Array): Buffer {
  let row: Uint8Array[] = []
  for (let at = 0; at < hashes.length; at += hashBytes) row.push(hashes.subarray(at, at + hashBytes))
  while (row.length > 1) {
    const next: Uint8Array[] = []
    for (let at = 0; at + 1 < row.length; at += 2)
      next.push(nodeHash(row[at] ?? emptyRoot, row[at + 1] ?? emptyRoot))
    row = next
  }
  return Buffer.from(row[0] ?? emptyRoot)
}

/** The root of the tree of that size. */
export async function rootAt(size: number, tiles: TileReader): Promise<Buffer> {
  const [root = emptyRoot] = await hashesOf(size === 0 ? [] : [{ from: 0, to: size }], tiles)
  return root
}

/** PATH(index, D_size) of RFC 9162, 2.1.3.1: from the leaf to the root. */
export function inclusionProof(index: number, size: number, tiles: TileReader): Promise<Buffer[]> {
  if (!(index >= 0 && index < size)) throw new RangeError(`leaf ${index} is not in a tree of ${size} leaves`)
  return hashesOf(inclusionRanges(index, { from: 0, to: size }), tiles)
}

/** The root to which a proof leads from a leaf (RFC 9162, 2.1.3.2); null where it has not the form of such a proof. */
export function rootOfInclusion(
  index: number,
  size: number,
  leaf: Buffer,
  proof: readonly Uint8Array[],
): Buffer | null {
  let [fn, sn, root] = [index, size - 1, leaf]
  for (const node of proof) {
    if (sn === 0) return null
    if (fn % 2 === 1 || fn === sn) {
      root = nodeHash(node, root)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
    } else root = nodeHash(root, node)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 ? root : null
}

/** PROOF(first, D_second) of RFC 9162, 2.1.4.1. Empty where nothing is to be proven: from the empty tree, or to itself. */
export function consistencyProof(first: number, second: number, tiles: TileReader): Promise<Buffer[]> {
  if (!(first >= 0 && first <= second)) throw new RangeError(`a tree of ${first} is not in one of ${second}`)
  if (first === 0 || first === second) return Promise.resolve([])
  return hashesOf(consistencyRanges(first, { from: 0, to: second }, true), tiles)
}

/** Tiles that are full in a tree of `size` leaves and were not in one of `before`, lower levels first. */
export function newFullTiles(before: number, size: number): TilePlace[] {
  const places: TilePlace[] = []
  for (let level = 0, span = tileWidth; span <= size; level++, span *= tileWidth) {
    for (let index = Math.floor(before / span); index < Math.floor(size / span); index++)
      places.push({ level, index })
  }
  return places
}

/** How many hashes that tile has in a tree of that size; at most 256, 0 where it has none. */
export function widthOf({ level, index }: TilePlace, size: number): number {
  const subtrees = Math.floor(size / tileWidth ** level)
  return Math.max(0, Math.min(tileWidth, subtrees - index * tileWidth))
}

/** The largest power of two below `size`: where RFC 9162 splits a tree. */
function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

function inclusionRanges(index: number, { from, to }: Range): Range[] {
  if (to - from === 1) return []
  const middle = from + splitOf(to - from)
  return index < middle
    ? [...inclusionRanges(index, { from, to: middle }), { from: middle, to }]
    : [...inclusionRanges(index, { from: middle, to }), { from, to: middle }]
}

/** SUBPROOF(first, D[from:to], whole). `first` counts from the left edge of the whole tree. */
function consistencyRanges(first: number, { from, to }: Range, whole: boolean): Range[] {
  if (first === to) return whole ? [] : [{ from, to }]
  const middle = from + splitOf(to - from)
  return first <= middle
    ? [...consistencyRanges(first, { from, to: middle }, whole), { from: middle, to }]
    : [...consistencyRanges(first, { from: middle, to }, false), { from, to: middle }]
}

/** The perfect subtrees of a range that begins where a subtree as large as the range could, from the left. */
function subtreesOf({ from, to }: Range): Subtree[] {
  const subtrees: Subtree[] = []
  for (let at = from; at < to; ) {
    let height = 0
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height += 1
    subtrees.push({ height, index: at / 2 ** height })
    at += 2 ** height
  }
  return subtrees
}

/** The hashes of a subtree within its tile: which tile, from which hash, how many. */
function placeOf({ height, index }: Subtree): { tile: TilePlace; offset: number; count: number } {
  const level = Math.floor(height / tileHeight)
  const count = 2 ** (height % tileHeight)
  const first = index * count
  return { tile: { level, index: Math.floor(first / tileWidth) }, offset: first % tileWidth, count }
}

/** The Merkle tree hash of each range, all tiles read at once. */
async function hashesOf(ranges: readonly Range[], tiles: TileReader): Promise<Buffer[]> {
  const parts = ranges.map((range) => subtreesOf(range).map(placeOf))
  const needed = new Map<string, TilePart>()
  for (const { tile, offset, count } of parts.flat()) {
    const key = tileKey(tile)
    const width = Math.max(needed.get(key)?.width ?? 0, offset + count)
    needed.set(key, { ...tile, width })
  }
  const read = await tiles([...needed.values()])
  return parts.map((subtrees) =>
    subtrees
      .map(({ tile, offset, count }) => {
        const hashes = read.get(tileKey(tile))
        const end = (offset + count) * hashBytes
        if (!hashes || hashes.length < end) throw new RangeError(`tile ${tileKey(tile)} is not there`)
        return perfectRoot(hashes.subarray(offset * hashBytes, end))
      })
      .reduceRight((right, left) => nodeHash(left, right)),
  )
}
