/** A stream of numbers in [0, 1) that is the same for the same seed (mulberry32), so that a table can be printed again. */
export type Random = {
  below(limit: number): number
  chance(share: number): boolean
  pick<T>(from: readonly T[]): T
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    chance: (share) => next() < share,
    pick(from) {
      const found = from[below(from.length)]
      if (found === undefined) throw new RangeError('expected something to pick from, got an empty list')
      return found
    },
  }
}
