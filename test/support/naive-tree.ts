import { createHash } from 'node:crypto'

/**
 * The Merkle tree straight from the definitions of RFC 9162 sections 2.1.1, 2.1.3.1 and 2.1.4.1: recursive, over all
 * leaves, and with nothing of the product's own code.
 */

const hash = (...parts: Uint8Array[]): Buffer =>
  parts.reduce((digest, part) => digest.update(part), createHash('sha256')).digest()
/** The largest power of two smaller than n. */
const splitOf = (n: number): number => 2 ** Math.floor(Math.log2(n - 1))
const left = (leaves: readonly Uint8Array[]) => leaves.slice(0, splitOf(leaves.length))
const right = (leaves: readonly Uint8Array[]) => leaves.slice(splitOf(leaves.length))

/** MTH(D) */
export function treeHash(leaves: readonly Uint8Array[]): Buffer {
  const [only] = leaves
  if (only === undefined) return hash()
  if (leaves.length === 1) return hash(Uint8Array.of(0), only)
  return hash(Uint8Array.of(1), treeHash(left(leaves)), treeHash(right(leaves)))
}

/** PATH(m, D) */
export function inclusionPath(index: number, leaves: readonly Uint8Array[]): Buffer[] {
  if (leaves.length <= 1) return []
  const split = splitOf(leaves.length)
  return index < split
    ? [...inclusionPath(index, left(leaves)), treeHash(right(leaves))]
    : [...inclusionPath(index - split, right(leaves)), treeHash(left(leaves))]
}

/** PROOF(m, D) */
export function consistencyPath(size: number, leaves: readonly Uint8Array[]): Buffer[] {
  return subproof(size, leaves, true)
}

function subproof(size: number, leaves: readonly Uint8Array[], isWhole: boolean): Buffer[] {
  if (size === leaves.length) return isWhole ? [] : [treeHash(leaves)]
  const split = splitOf(leaves.length)
  return size <= split
    ? [...subproof(size, left(leaves), isWhole), treeHash(right(leaves))]
    : [...subproof(size - split, right(leaves), false), treeHash(left(leaves))]
}
