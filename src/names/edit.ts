/** How two texts of almost the same wording differ; null where it is more than that. */
export type Edit =
  | { kind: 'EQUAL' }
  | { kind: 'SWAPPED'; at: number }
  | { kind: 'MISSING'; at: number }
  | { kind: 'EXTRA'; at: number }
  | { kind: 'REPLACED'; at: number[] }

/**
 * The edit that makes `candidate` of `asked`: two neighbours swapped, one character missing in or extra to what was asked,
 * or characters replaced at as many places as `mostReplaced`.
 */
export function editBetween(asked: string, candidate: string, mostReplaced: number): Edit | null {
  if (asked === candidate) return { kind: 'EQUAL' }
  if (asked.length === candidate.length) return replaced(asked, candidate, mostReplaced)
  if (asked.length === candidate.length - 1) {
    const at = firstDifference(asked, candidate)
    return asked.slice(at) === candidate.slice(at + 1) ? { kind: 'MISSING', at } : null
  }
  if (asked.length === candidate.length + 1) {
    const at = firstDifference(asked, candidate)
    return asked.slice(at + 1) === candidate.slice(at) ? { kind: 'EXTRA', at } : null
  }
  return null
}

function replaced(asked: string, candidate: string, mostReplaced: number): Edit | null {
  const first = firstDifference(asked, candidate)
  if (
    asked[first] === candidate[first + 1] &&
    asked[first + 1] === candidate[first] &&
    asked.slice(first + 2) === candidate.slice(first + 2)
  ) {
    return { kind: 'SWAPPED', at: first }
  }
  const at: number[] = []
  for (let i = first; i < asked.length; i += 1) {
    if (asked[i] === candidate[i]) continue
    if (at.length === mostReplaced) return null
    at.push(i)
  }
  return { kind: 'REPLACED', at }
}

function firstDifference(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return at
}

/**
 * The text with one UTF-16 unit for each character, so that one rare character (𠮷) is one place: those beyond the basic
 * plane become private ones. For keys and comparisons only.
 */
export function flat(text: string): string {
  return text.replace(/[\u{10000}-\u{10FFFF}]/gu, (character) =>
    String.fromCharCode(0xe000 + ((character.codePointAt(0) ?? 0) % 0x1900)),
  )
}

/** Share of common neighbouring pairs of characters, 0 to 1 (Dice): how much of two long texts is the same. */
export function likeness(one: string, other: string): number {
  const pairs = new Map<string, number>()
  for (let i = 0; i + 1 < one.length; i += 1) {
    const pair = one.slice(i, i + 2)
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  let common = 0
  for (let i = 0; i + 1 < other.length; i += 1) {
    const pair = other.slice(i, i + 2)
    const left = pairs.get(pair) ?? 0
    if (left === 0) continue
    common += 1
    pairs.set(pair, left - 1)
  }
  const all = Math.max(0, one.length - 1) + Math.max(0, other.length - 1)
  return all === 0 ? Number(one === other) : (2 * common) / all
}
