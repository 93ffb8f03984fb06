import { pinyinOf } from '../names/readings.ts'

/**
 * The small pieces (grams) by which a name is found from any two characters, by full pinyin, by initials and by all of
 * these mixed. A name has the grams of its characters, and a question is looked up by grams that every answer must have.
 * Pure.
 *
 *     天中        two characters, wherever they stand
 *     tian zhong  the syllables of two characters, wherever they stand
 *     tzs         the initials of three characters, wherever they stand
 *     tz          the initials of two syllables of the core (字号+行业)
 *     /tian       one syllable of the core
 *     ^…          the core begins with such a pair, `^/…` with such a syllable
 */
export const gramOf = {
  characters: (first: string, second: string) => first + second,
  syllables: (first: string, second: string) => `${first} ${second}`,
  initials: (three: string) => three,
  coreInitials: (two: string) => two,
  coreSyllable: (syllable: string) => `/${syllable}`,
  atHead: (gram: string) => `^${gram}`,
} as const

/** A character with how it is read; `syllable` is '' where it has no reading: brackets, dots. */
export type ReadCharacter = { character: string; syllable: string }

const isLetterOrDigit = (character: string) => /^[0-9A-Za-z]$/.test(character)
const isSyllable = (text: string) => /^[a-z]+$/.test(text)

/** Each character of a levelled name with its reading there (行 differs in 银行 and 行者); Latin letters read as themselves. */
export function readCharacters(norm: string): ReadCharacter[] {
  const characters = [...norm]
  const syllables = pinyinOf(norm).split(' ')
  const read: ReadCharacter[] = []
  let next = 0
  for (const [position, character] of characters.entries()) {
    if (isLetterOrDigit(character)) {
      // A word of Latin letters or digits is one syllable there, told at its first letter.
      if (position === 0 || !isLetterOrDigit(characters[position - 1] ?? '')) next += 1
      read.push({ character, syllable: character.toLowerCase() })
    } else if (/\p{Script=Han}/u.test(character)) {
      read.push({ character, syllable: syllables[next] ?? '' })
      next += 1
    } else {
      read.push({ character, syllable: '' })
    }
  }
  // A character that no dictionary reads shifts those behind it: then each is read by itself.
  return next === syllables.filter((syllable) => syllable !== '').length ? read : characters.map(readAlone)
}

function readAlone(character: string): ReadCharacter {
  return {
    character,
    syllable: isLetterOrDigit(character) ? character.toLowerCase() : pinyinOf(character),
  }
}

/** 天tian 中zhong 食shi 品pin: what a question is compared with, and what tells where it was found. */
export function readingText(read: readonly ReadCharacter[]): string {
  return read.map(({ character, syllable }) => character + syllable).join(' ')
}

/** The characters of the core as they are read in the whole name. */
function coreOf(read: readonly ReadCharacter[], core: string): readonly ReadCharacter[] {
  const norm = read.map(({ character }) => character).join('')
  const at = norm.indexOf(core)
  // 天中(汝宁)食品有限公司: where brackets part it, it is read by itself.
  if (at < 0) return readCharacters(core)
  const start = [...norm.slice(0, at)].length
  return read.slice(start, start + [...core].length)
}

/** The grams of a levelled name: of all its characters, and of its core. */
export function gramsOf(read: readonly ReadCharacter[], core: string): string[] {
  const grams = new Set<string>()
  for (const [position, { character, syllable }] of read.entries()) {
    const second = read[position + 1]
    if (!second) break
    grams.add(gramOf.characters(character, second.character))
    if (!isSyllable(syllable) || !isSyllable(second.syllable)) continue
    grams.add(gramOf.syllables(syllable, second.syllable))
    const third = read[position + 2]?.syllable ?? ''
    if (isSyllable(third))
      grams.add(gramOf.initials(syllable.charAt(0) + second.syllable.charAt(0) + third.charAt(0)))
  }
  addCoreGrams(grams, coreOf(read, core))
  return [...grams]
}

function addCoreGrams(grams: Set<string>, core: readonly ReadCharacter[]): void {
  const [first, second] = core
  if (first && second) grams.add(gramOf.atHead(gramOf.characters(first.character, second.character)))
  for (const [position, { syllable }] of core.entries()) {
    if (!isSyllable(syllable)) continue
    addAt(grams, position, gramOf.coreSyllable(syllable))
    const following = core[position + 1]?.syllable ?? ''
    if (!isSyllable(following)) continue
    addAt(grams, position, gramOf.coreInitials(syllable.charAt(0) + following.charAt(0)))
    if (position === 0) grams.add(gramOf.atHead(gramOf.syllables(syllable, following)))
  }
}

function addAt(grams: Set<string>, position: number, gram: string): void {
  grams.add(gram)
  if (position === 0) grams.add(gramOf.atHead(gram))
}
