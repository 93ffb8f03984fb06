import { flat } from './edit.ts'
import type { NameParts } from './name-parts.ts'
import { coarseSound, otherReadingsOf, usualSoundOf } from './readings.ts'

/**
 * Keys under which a name is found although it was written differently. Two names are candidates for each other where
 * `askedKeys(asked)` and `candidateKeys(stored)` share a key; the more they share, the closer. Each key is a signed
 * 32-bit number (a hash), so that an int4[] column with GIN holds them: `candidate_keys && $1::int4[]`. Where a key is
 * very common, keep those that share most. Equal numbers prove nothing: `compareNames` judges.
 *
 * | written differently | shared key |
 * | --- | --- |
 * | region, form, brackets or branch dropped, moved or torn | the core |
 * | one character wrong, missing, one too many, two neighbours swapped, in a core or in all of a branch's name | one of the deletions |
 * | any number of homophones (z/zh, c/ch, s/sh, n/ng alike) | sound of the core |
 * | words in another order | the core's characters, sorted |
 * | industry left out or another one | trade name, or trade name and city |
 */
export function candidateKeys(parts: NameParts): number[] {
  const { core, tradeName, branch } = parts
  if (core === '') return []
  const keys = new Set<number>()
  keys.add(key('text', core))
  addDeletions(keys, bodyOf(parts))
  if (branch !== null) keys.add(key('text', core + branch))
  keys.add(key('sound', coarseSound(parts.pinyin)))
  keys.add(key('sound', coarseSound(usualSoundOf(core))))
  keys.add(key('characters', sorted(core)))
  keys.add(key('trade', tradeName))
  if (parts.regionCode !== null) keys.add(key('city', cityOf(parts.regionCode) + tradeName))
  return [...keys]
}

/** What to look for: every key that the same name is stored under, and those of other readings of a torn name. */
export function askedKeys(parts: NameParts): number[] {
  const { core, orgForm, branch, industry, tradeName } = parts
  if (core === '') return []
  const keys = new Set<number>()
  addDeletions(keys, core)
  addDeletions(keys, core + orgForm)
  addDeletions(keys, parts.norm)
  addDeletions(keys, behindRegion(parts))
  if (branch !== null) addDeletions(keys, core + branch)
  keys.add(key('characters', sorted(core)))
  keys.add(key('sound', coarseSound(usualSoundOf(core))))
  addSounds(keys, core, parts.pinyin)
  // A torn or unknown region stands before the core, a torn form behind it.
  const mostCut = core.length - leastCore
  for (let cut = 1; cut <= Math.min(mostTorn.before, mostCut); cut += 1)
    keys.add(key('text', core.slice(cut)))
  for (let cut = 1; cut <= Math.min(mostTorn.behind, mostCut); cut += 1)
    keys.add(key('text', core.slice(0, -cut)))
  // 河南方城置业: what was taken for a region without its kind may be how the trade name begins.
  if (parts.region !== '' && !/[省市县区]$/u.test(parts.region))
    addDeletions(keys, parts.region.slice(-2) + core)
  if (industry === '') keys.add(key('trade', tradeName))
  else if (parts.regionCode !== null) keys.add(key('city', cityOf(parts.regionCode) + tradeName))
  return [...keys]
}

/** What stays in the core where a slip hides the region (驻店市驿城区, one more character too) or the form (销供社). */
const mostTorn = { before: 8, behind: 5 }
const leastCore = 2

/**
 * Of what the deletions are made. A short core has some that thousands of names share; with the form behind it they tell
 * something. A branch's name is long, and a slip where its parts meet makes other parts of it.
 */
function bodyOf(parts: NameParts): string {
  if (parts.branch !== null) return parts.norm
  if (parts.core.length > shortCore) return parts.core
  return behindRegion(parts)
}
const shortCore = 3

/** 花庄供销社 as written; where the region stands in brackets, the parts again. */
const behindRegion = ({ norm, region, core, orgForm }: NameParts) =>
  norm.startsWith(region) && !norm.includes('(') ? norm.slice(region.length) : core + orgForm

/** Two texts one edit or one swap of neighbours apart share the text or one of its deletions. */
function addDeletions(keys: Set<number>, written: string): void {
  const text = flat(written)
  keys.add(key('text', text))
  if (text.length <= 2) return
  for (let i = 0; i < text.length; i += 1) keys.add(key('text', text.slice(0, i) + text.slice(i + 1)))
}

function addSounds(keys: Set<number>, core: string, pinyin: string): void {
  const syllables = coarseSound(pinyin).split(' ')
  for (let cut = 0; cut <= mostTorn.before && syllables.length - cut >= 2; cut += 1) {
    keys.add(key('sound', syllables.slice(cut).join(' ')))
  }
  // Only where each character has its syllable does a place in the core mean one in the sound.
  if (syllables.length !== core.length) return
  for (const [i, character] of [...core].entries()) {
    for (const reading of otherReadingsOf(character)) {
      keys.add(key('sound', syllables.with(i, coarseSound(reading)).join(' ')))
    }
  }
}

const cityOf = (code: string) => code.slice(0, 4)
const sorted = (text: string) => [...text].sort().join('')

/** FNV-1a over the UTF-16 units of the flat text, as the signed integer that int4 is. */
function key(kind: 'text' | 'sound' | 'characters' | 'trade' | 'city', written: string): number {
  const text = flat(written)
  let value = 0x811c9dc5
  for (let i = 0; i < kind.length; i += 1) value = Math.imul(value ^ kind.charCodeAt(i), 0x01000193)
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value | 0
}
