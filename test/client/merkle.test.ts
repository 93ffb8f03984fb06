import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_ROOT, leafHash, nodeHash, verifyConsistency, verifyInclusion } from '../../client/merkle.ts'
import { consistencyPath, inclusionPath, treeHash } from '../support/naive-tree.ts'

/** Against the vectors that Certificate Transparency published for RFC 6962, and against a naive tree. */

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(bytes)
/** Of 1 to 8 leaves. */
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
].map(bytes)
const a = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'
const b = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e'
const c = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'
const d = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'
const e = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0'
const root = (size: number) => roots[size - 1] ?? bytes('')
const leaf = (index: number) => leafHash(leaves[index] ?? bytes(''))

describe('the published vectors', () => {
  it('the empty tree, and the naive tree of 1 to 8 leaves', () => {
    expect(Buffer.from(EMPTY_ROOT).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
    expect(roots.map((_, index) => new Uint8Array(treeHash(leaves.slice(0, index + 1))))).toEqual(roots)
    expect(nodeHash(leaf(0), leaf(1))).toEqual(root(2))
  })

  it.each<[number, number, string[]]>([
    [0, 1, []],
    [0, 8, [a, b, c]],
    [5, 8, [d, e, Buffer.from(root(4)).toString('hex')]],
    [2, 3, [Buffer.from(root(2)).toString('hex')]],
    [1, 5, [Buffer.from(root(1)).toString('hex'), b, d]],
  ])('leaf %i of %i is included', (leafIndex, treeSize, proof) => {
    const claim = {
      leafIndex,
      treeSize,
      leafHash: leaf(leafIndex),
      proof: proof.map(bytes),
      root: root(treeSize),
    }
    expect(verifyInclusion(claim)).toBe(true)
    expect(verifyInclusion({ ...claim, leafHash: leaf(leafIndex === 0 ? 1 : 0) })).toBe(false)
  })

  it.each<[number, number, string[]]>([
    [1, 1, []],
    [1, 8, [a, b, c]],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        e,
        Buffer.from(root(4)).toString('hex'),
      ],
    ],
    [2, 5, [b, d]],
  ])('%i leaves grew to %i', (from, to, proof) => {
    const claim = { from, to, proof: proof.map(bytes), fromRoot: root(from), toRoot: root(to) }
    expect(verifyConsistency(claim)).toBe(true)
    expect(verifyConsistency({ ...claim, fromRoot: root(from === 3 ? 4 : 3) })).toBe(false)
  })
})

const someLeaves = fc
  .array(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: 70 })
  .chain((all) => fc.record({ all: fc.constant(all), index: fc.nat(all.length - 1) }))
const flipped = (hash: Uint8Array) => Uint8Array.from(hash, (byte, at) => (at === 0 ? byte ^ 1 : byte))

describe('against a naive tree', () => {
  it('each leaf is included, in its place alone, by its proof alone', () => {
    fc.assert(
      fc.property(someLeaves, fc.nat(9), ({ all, index }, which) => {
        const claim = {
          leafIndex: index,
          treeSize: all.length,
          leafHash: leafHash(all[index] ?? bytes('')),
          proof: inclusionPath(index, all),
          root: treeHash(all),
        }
        expect(verifyInclusion(claim)).toBe(true)
        const { proof } = claim
        const at = which % Math.max(1, proof.length)
        const bent = [
          { ...claim, leafHash: flipped(claim.leafHash) },
          { ...claim, root: flipped(claim.root) },
          { ...claim, leafIndex: all.length },
          { ...claim, leafIndex: -1 },
          { ...claim, proof: [...proof, claim.root] },
          ...(proof.length === 0
            ? []
            : [
                { ...claim, proof: proof.slice(0, -1) },
                { ...claim, proof: proof.slice(1) },
                { ...claim, proof: proof.map((hash, place) => (place === at ? flipped(hash) : hash)) },
              ]),
        ]
        for (const one of bent) expect(verifyInclusion(one)).toBe(false)
      }),
      { numRuns: 200 },
    )
  })

  it('each prefix is consistent, and nothing else is', () => {
    fc.assert(
      fc.property(someLeaves, fc.nat(9), ({ all, index }, which) => {
        const from = index + 1
        const claim = {
          from,
          to: all.length,
          fromRoot: treeHash(all.slice(0, from)),
          toRoot: treeHash(all),
          proof: consistencyPath(from, all),
        }
        expect(verifyConsistency(claim)).toBe(true)
        const { proof } = claim
        const at = which % Math.max(1, proof.length)
        const bent = [
          { ...claim, fromRoot: flipped(claim.fromRoot) },
          { ...claim, toRoot: flipped(claim.toRoot) },
          { ...claim, from: claim.to + 1 },
          { ...claim, from: 0 },
          { ...claim, proof: [...proof, claim.toRoot] },
          ...(proof.length === 0
            ? []
            : [
                { ...claim, proof: [] },
                { ...claim, proof: proof.slice(0, -1) },
                { ...claim, proof: proof.map((hash, place) => (place === at ? flipped(hash) : hash)) },
              ]),
        ]
        for (const one of bent) expect(verifyConsistency(one)).toBe(false)
      }),
      { numRuns: 200 },
    )
  })

  it('every log begins with the empty one', () => {
    const toRoot = treeHash(leaves)
    expect(verifyConsistency({ from: 0, to: 8, fromRoot: EMPTY_ROOT, toRoot, proof: [] })).toBe(true)
    expect(verifyConsistency({ from: 0, to: 8, fromRoot: toRoot, toRoot, proof: [] })).toBe(false)
  })

  it('sizes beyond 2^32 are climbed by their true bits', () => {
    // A subtree of 2^40 leaves to the left, one leaf to the right of it.
    const [big, last] = [flipped(root(8)), leaf(3)]
    const size = 2 ** 40 + 1
    const whole = nodeHash(big, last)
    const claim = { leafIndex: 2 ** 40, treeSize: size, leafHash: last, proof: [big], root: whole }
    expect(verifyInclusion(claim)).toBe(true)
    expect(verifyInclusion({ ...claim, leafIndex: 2 ** 39 })).toBe(false)
    const grown = { from: 2 ** 40, to: size, fromRoot: big, toRoot: whole, proof: [last] }
    expect(verifyConsistency(grown)).toBe(true)
    expect(verifyConsistency({ ...grown, from: 2 ** 39 })).toBe(false)
  })
})
