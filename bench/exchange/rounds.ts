/** Medians over rounds in which the contestants take turns, so that a slow minute of the machine hits them alike. */

export const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

export type Spread = { median: number; least: number; most: number }
export const spreadOf = (numbers: readonly number[]): Spread => ({
  median: median(numbers),
  least: Math.min(...numbers),
  most: Math.max(...numbers),
})

/** Each contestant once a round, after one round that does not count. */
export async function alternate<K extends string, R>(
  contestants: Record<K, () => Promise<R>>,
  rounds: number,
): Promise<Record<K, R[]>> {
  const names = Object.keys(contestants) as K[]
  const results = Object.fromEntries(names.map((name): [K, R[]] => [name, []])) as Record<K, R[]>
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const result = await contestants[name]()
      if (round > 0) results[name].push(result)
    }
  }
  return results
}

/** Of what each round measured, one by the other. */
export const ratios = (ours: readonly number[], floor: readonly number[]): Spread =>
  spreadOf(ours.map((each, round) => each / (floor[round] ?? Number.NaN)))
