import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  consistencyProof,
  emptyRoot,
  hashBytes,
  inclusionProof,
  leafHash,
  newFullTiles,
  nodeHash,
  rootAt,
  type TileReader,
  tileKey,
  tileWidth,
  widthOf,
} from '../../../src/evidence/merkle-tree.ts'

/** The eight leaves that implementations of RFC 6962 publish with their roots. */
const published = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
] as const
const publishedHashes = published.map(([leaf]) => leafHash(Buffer.from(leaf, 'hex')))

/** MTH of RFC 9162, 2.1.1, word for word. */
function naiveRoot(hashes: readonly Buffer[]): Buffer {
  const [only] = hashes
  if (only === undefined) return createHash('sha256').digest()
  if (hashes.length === 1) return only
  const k = splitBelow(hashes.length)
  return nodeHash(naiveRoot(hashes.slice(0, k)), naiveRoot(hashes.slice(k)))
}

/** PATH of RFC 9162, 2.1.3.1. */
function naivePath(m: number, hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length === 1) return []
  const k = splitBelow(hashes.length)
  return m < k
    ? [...naivePath(m, hashes.slice(0, k)), naiveRoot(hashes.slice(k))]
    : [...naivePath(m - k, hashes.slice(k)), naiveRoot(hashes.slice(0, k))]
}

/** SUBPROOF of RFC 9162, 2.1.4.1. */
function naiveSubproof(m: number, hashes: readonly Buffer[], whole: boolean): Buffer[] {
  if (m === hashes.length) return whole ? [] : [naiveRoot(hashes)]
  const k = splitBelow(hashes.length)
  return m <= k
    ? [...naiveSubproof(m, hashes.slice(0, k), whole), naiveRoot(hashes.slice(k))]
    : [...naiveSubproof(m - k, hashes.slice(k), false), naiveRoot(hashes.slice(0, k))]
}

const splitBelow = (n: number) => 2 ** Math.floor(Math.log2(n - 1))

/** Tiles as they are defined: hash i of tile n on level l covers 256^l leaves from (256n + i)·256^l. */
function tilesOver(hashes: readonly Buffer[]): TileReader {
  const roots = new Map<string, Buffer>()
  const rootOf = (level: number, index: number): Buffer => {
    const span = tileWidth ** level
    const key = `${level} ${index}`
    const root = roots.get(key) ?? naiveRoot(hashes.slice(index * span, (index + 1) * span))
    roots.set(key, root)
    return root
  }
  return async (parts) =>
    new Map(
      parts.map((part) => [
        tileKey(part),
        Buffer.concat(
          Array.from({ length: part.width }, (_, i) => rootOf(part.level, part.index * tileWidth + i)),
        ),
      ]),
    )
}

const leaves = Array.from({ length: 1_200 }, (_, index) => leafHash(`leaf ${index}`))

describe('the tree of RFC 9162', () => {
  test.each(published.map(([, root], index) => [index + 1, root] as const))(
    'has the published root over %i leaves',
    async (size, root) => {
      expect((await rootAt(size, tilesOver(publishedHashes))).toString('hex')).toBe(root)
    },
  )

  test('has the published root over none', async () => {
    expect((await rootAt(0, tilesOver([]))).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
    expect(await rootAt(0, tilesOver([]))).toEqual(emptyRoot)
  })

  test('gives the published proofs', async () => {
    const hex = (proof: Buffer[]) => proof.map((hash) => hash.toString('hex'))
    const tiles = tilesOver(publishedHashes)
    expect(hex(await inclusionProof(5, 8, tiles))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
    expect(hex(await consistencyProof(6, 8, tiles))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
  })

  const size = fc.integer({ min: 1, max: leaves.length })

  test('agrees with the recursion of the RFC, whatever the size', async () => {
    await fc.assert(
      fc.asyncProperty(size, size, async (one, other) => {
        const first = Math.min(one, other)
        const second = Math.max(one, other)
        const all = leaves.slice(0, second)
        const tiles = tilesOver(all)
        expect(await rootAt(second, tiles)).toEqual(naiveRoot(all))
        expect(await inclusionProof(first - 1, second, tiles)).toEqual(naivePath(first - 1, all))
        expect(await consistencyProof(first, second, tiles)).toEqual(
          first === second ? [] : naiveSubproof(first, all, true),
        )
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    [8, 8],
    [-1, 8],
    [0, 0],
  ])('refuses a proof that leaf %i is among %i', async (index, among) => {
    expect(() => inclusionProof(index, among, tilesOver(publishedHashes))).toThrow(RangeError)
  })

  test('refuses a proof from a larger tree to a smaller one', () => {
    expect(() => consistencyProof(8, 7, tilesOver(publishedHashes))).toThrow(RangeError)
  })

  test('a tile that is not there is no proof', async () => {
    await expect(inclusionProof(5, 8, async () => new Map())).rejects.toThrow(RangeError)
    const short: TileReader = async (parts) =>
      new Map(parts.map((part) => [tileKey(part), Buffer.alloc(hashBytes)]))
    await expect(inclusionProof(5, 8, short)).rejects.toThrow(RangeError)
  })
})

describe('tiles', () => {
  test('those of C2SP’s example: 70,000 leaves', () => {
    const full = newFullTiles(0, 70_000)
    expect(full.filter(({ level }) => level === 0)).toHaveLength(273)
    expect(full.filter(({ level }) => level === 1)).toEqual([{ level: 1, index: 0 }])
    expect(full.filter(({ level }) => level > 1)).toEqual([])
    expect(widthOf({ level: 0, index: 273 }, 70_000)).toBe(112)
    expect(widthOf({ level: 1, index: 1 }, 70_000)).toBe(17)
    expect(widthOf({ level: 2, index: 0 }, 70_000)).toBe(1)
    expect(widthOf({ level: 3, index: 0 }, 70_000)).toBe(0)
  })

  test('each is built once, whatever the steps in which the tree grows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 8 }), (steps) => {
        let size = 0
        const built = steps.flatMap((step) => {
          const places = newFullTiles(size, size + step)
          size += step
          return places.map(tileKey)
        })
        expect(new Set(built).size).toBe(built.length)
        expect(built.toSorted()).toEqual(newFullTiles(0, size).map(tileKey).toSorted())
      }),
    )
  })
})
