import { limits } from '../limits.ts'

/**
 * How letters that somebody types may spell Chinese: `tianzhong` is two syllables, `tzsp` four initials, `tianzsp` both,
 * `xian` one syllable or two. Pure.
 */

/** One character of a name as it was typed: its syllable, or how its syllable begins (an initial, an unfinished one). */
export type Spelled = { kind: 'SYLLABLE' | 'BEGINNING'; text: string }

/** The syllables of standard Chinese by their initial, without tones, ü as v (GB/T 16159 spells lü, nü; keyboards v). */
const syllables = new Set(
  Object.entries({
    '': 'a ai an ang ao e ei en eng er o ou',
    b: 'a ai an ang ao ei en eng i ian iao ie in ing o u',
    p: 'a ai an ang ao ei en eng i ian iao ie in ing o ou u',
    m: 'a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u',
    f: 'a an ang ei en eng o ou u',
    d: 'a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo',
    t: 'a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo',
    n: 'a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve',
    l: 'a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve',
    g: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
    k: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
    h: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
    j: 'i ia ian iang iao ie in ing iong iu u uan ue un',
    q: 'i ia ian iang iao ie in ing iong iu u uan ue un',
    x: 'i ia ian iang iao ie in ing iong iu u uan ue un',
    zh: 'a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo',
    ch: 'a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo',
    sh: 'a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo',
    r: 'an ang ao e en eng i ong ou u ua uan ui un uo',
    z: 'a ai an ang ao e ei en eng i ong ou u uan ui un uo',
    c: 'a ai an ang ao e en eng i ong ou u uan ui un uo',
    s: 'a ai an ang ao e en eng i ong ou u uan ui un uo',
    y: 'a an ang ao e i in ing o ong ou u uan ue un',
    w: 'a ai an ang ei en eng o u',
  }).flatMap(([initial, finals]) => finals.split(' ').map((final) => initial + final)),
)
const longestSyllable = 6

const initials = new Set([...syllables].map((syllable) => syllable.charAt(0)))
const doubleInitials = new Set(['zh', 'ch', 'sh'])
/** What a syllable may begin with; the end of the letters may be in the middle of one. */
const beginnings = new Set(
  [...syllables].flatMap((syllable) =>
    Array.from({ length: syllable.length }, (_, i) => syllable.slice(0, i + 1)),
  ),
)

/** Whether the letters, whole, are one syllable. */
export const isSyllable = (letters: string): boolean => syllables.has(letters)

/**
 * The likeliest spellings of these letters (a–z): those that leave the fewest syllables unfinished, and of these the ones
 * of the fewest characters or of one more; where that leaves doubt the one by initials alone as well (`an` may be 安宁).
 */
export function spellingsOf(letters: string): Spelled[][] {
  // From behind: what may follow each place, likeliest first.
  const from: Spelled[][][] = Array.from({ length: letters.length + 1 }, () => [])
  from[letters.length] = [[]]
  for (let start = letters.length - 1; start >= 0; start -= 1) {
    const found: Spelled[][] = []
    for (const unit of unitsAt(letters, start)) {
      for (const rest of from[start + unit.text.length] ?? []) found.push([unit, ...rest])
    }
    from[start] = found
      .sort((a, b) => unfinished(a) - unfinished(b) || a.length - b.length)
      .slice(0, limits.searchReadings)
  }
  const [likeliest] = from[0] ?? []
  if (!likeliest) return []
  const spellings = (from[0] ?? []).filter(
    (spelling) => unfinished(spelling) === unfinished(likeliest) && spelling.length <= likeliest.length + 1,
  )
  const isDoubtful = letters.length <= mostInitialsOfDoubt || unfinished(likeliest) > 0
  const areInitials = letters.length > 1 && [...letters].every((letter) => initials.has(letter))
  if (!isDoubtful || !areInitials || unfinished(likeliest) === letters.length) return spellings
  return [...spellings, [...letters].map((text): Spelled => ({ kind: 'BEGINNING', text }))]
}

const mostInitialsOfDoubt = 3
const unfinished = (spelling: readonly Spelled[]) =>
  spelling.filter(({ kind }) => kind === 'BEGINNING').length

function unitsAt(letters: string, start: number): Spelled[] {
  const units: Spelled[] = []
  for (let length = Math.min(longestSyllable, letters.length - start); length > 0; length -= 1) {
    const text = letters.slice(start, start + length)
    const atEnd = start + length === letters.length
    // a, e, o are syllables, but as what a syllable begins with they take these in as well.
    if (length > 1 && syllables.has(text)) units.push({ kind: 'SYLLABLE', text })
    else if (initials.has(text) || doubleInitials.has(text) || (atEnd && beginnings.has(text)))
      units.push({ kind: 'BEGINNING', text })
  }
  return units
}
