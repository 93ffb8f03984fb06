import { createHash } from 'node:crypto'

/** Verification of the Merkle tree (RFC 9162 section 2.1, the same tree as RFC 6962) over SHA-256. Pure. */

/** 32 bytes. */
export type Hash = Uint8Array

/** Leaves and inner nodes are hashed apart, so that a node can never be passed off as a leaf (second preimage). */
const LEAF_PREFIX = Uint8Array.of(0)
const NODE_PREFIX = Uint8Array.of(1)

export const EMPTY_ROOT: Hash = hashOf()

export function leafHash(leaf: Uint8Array): Hash {
  return hashOf(LEAF_PREFIX, leaf)
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return hashOf(NODE_PREFIX, left, right)
}

export function isSameHash(one: Hash, other: Hash): boolean {
  return Buffer.compare(one, other) === 0
}

/** `leafIndex` counts from 0; `proof` from the leaf to the root. */
export interface Inclusion {
  readonly leafIndex: number
  readonly treeSize: number
  readonly leafHash: Hash
  readonly proof: readonly Hash[]
  readonly root: Hash
}

/** Whether the tree of this size and root holds the leaf at this place (RFC 9162 section 2.1.3.2). */
export function verifyInclusion({ leafIndex, treeSize, leafHash: leaf, proof, root }: Inclusion): boolean {
  if (!isCount(leafIndex) || !isCount(treeSize) || leafIndex >= treeSize) return false
  const way = wayUp(leafIndex, treeSize - 1)
  let hash = leaf
  for (const sibling of proof) {
    const side = way.next()
    if (side === undefined) return false
    hash = side === 'LEFT' ? nodeHash(sibling, hash) : nodeHash(hash, sibling)
  }
  return way.isAtRoot() && isSameHash(hash, root)
}

/** Two sizes of one tree, `from` not above `to`. */
export interface Consistency {
  readonly from: number
  readonly to: number
  readonly fromRoot: Hash
  readonly toRoot: Hash
  readonly proof: readonly Hash[]
}

/** Whether the larger tree begins with every leaf of the smaller one, in its place (RFC 9162 section 2.1.4.2). */
export function verifyConsistency({ from, to, fromRoot, toRoot, proof }: Consistency): boolean {
  if (!isCount(from) || !isCount(to) || from > to) return false
  // The RFC leaves the two easy cases to the reader: nothing is in the empty tree, and one tree equals itself.
  if (from === 0) return proof.length === 0 && isSameHash(fromRoot, EMPTY_ROOT)
  if (from === to) return proof.length === 0 && isSameHash(fromRoot, toRoot)
  if (proof.length === 0) return false
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof
  if (first === undefined) return false
  const way = wayUp(...belowFullSubtree(from - 1, to - 1))
  let [smaller, larger] = [first, first]
  for (const sibling of rest) {
    const side = way.next()
    if (side === undefined) return false
    if (side === 'LEFT') smaller = nodeHash(sibling, smaller)
    larger = side === 'LEFT' ? nodeHash(sibling, larger) : nodeHash(larger, sibling)
  }
  return way.isAtRoot() && isSameHash(smaller, fromRoot) && isSameHash(larger, toRoot)
}

/**
 * The way from a node to the root, `last` being the last node of the same level: on which side each sibling of the
 * proof stands, and undefined where the root is reached. Sizes pass 2^31, where the bit operators of JavaScript end.
 */
function wayUp(node: number, last: number): { next(): 'LEFT' | 'RIGHT' | undefined; isAtRoot(): boolean } {
  const climb = () => {
    node = half(node)
    last = half(last)
  }
  return {
    isAtRoot: () => last === 0,
    next() {
      if (last === 0) return undefined
      const side = isOdd(node) || node === last ? 'LEFT' : 'RIGHT'
      // The last node of an odd level has no sibling there: its own is found where the tree is full again.
      if (side === 'LEFT') while (!isOdd(node) && node !== 0) climb()
      climb()
      return side
    },
  }
}

/** Levels on which the smaller tree's last node ends a full subtree are not in the proof. */
function belowFullSubtree(node: number, last: number): [number, number] {
  return isOdd(node) ? belowFullSubtree(half(node), half(last)) : [node, last]
}

function hashOf(...parts: readonly Uint8Array[]): Hash {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

const half = (number: number): number => Math.floor(number / 2)
const isOdd = (number: number): boolean => number % 2 === 1
const isCount = (number: number): boolean => Number.isSafeInteger(number) && number >= 0
const isPowerOfTwo = (number: number): boolean => 2 ** Math.round(Math.log2(number)) === number
