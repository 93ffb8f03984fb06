import type { NameReason } from '../names/compare-names.ts'
import type { NameParts } from '../names/name-parts.ts'
import { normaliseName } from '../names/normalise.ts'
import type { NameQuestion, SearchTerm } from './search-question.ts'

/** What was found, and why: where in the name the question stands, and how the name answers it. Pure. */

/** A place in a name as it is returned: UTF-16 code units, the end not included. */
export type Highlight = { start: number; end: number }

/** How the core of a name answers, best first; it is the order in which answers are told. */
export const searchTiers = ['SAME_CORE', 'SAME_TRADE_NAME', 'CORE_BEGINS', 'CONTAINS'] as const

export type SearchReason =
  | (typeof searchTiers)[number]
  | 'SAME_NUMBER'
  | 'NUMBER_BEGINS'
  | 'BY_PINYIN'
  | NameReason

export type FoundName = {
  /** As a department wrote it. */
  name: string
  parts: NameParts
  /** Each character of the levelled name with its syllable. */
  reading: string
  /** Place in `searchTiers`. */
  tier: number
  isFormer: boolean
}

export function explain(
  question: NameQuestion,
  found: FoundName,
): { reasons: SearchReason[]; highlights: Highlight[] } {
  const places = question.terms.map((term) => placeOf(term, found))
  const reasons: SearchReason[] = [searchTiers[found.tier] ?? 'CONTAINS']
  if (found.parts.norm === question.asked) reasons.unshift('SAME_NAME')
  if (places.some((place) => place?.by === 'PINYIN')) reasons.push('BY_PINYIN')
  if (found.isFormer) reasons.push('FORMER_NAME')
  const spans = spansOfCharacters(found.name, found.parts.norm)
  const highlights = places.flatMap((place) => {
    const [first, last] = place ? [spans[place.start], spans[place.end - 1]] : []
    return first && last ? [{ start: first.start, end: last.end }] : []
  })
  return { reasons, highlights: joined(highlights) }
}

/** Which characters of the levelled name a part of the question fits. */
function placeOf(
  term: SearchTerm,
  { parts, reading }: FoundName,
): { by: 'CHARACTERS' | 'PINYIN'; start: number; end: number } | null {
  const at = parts.norm.indexOf(term.literal)
  if (at >= 0) {
    const start = [...parts.norm.slice(0, at)].length
    return { by: 'CHARACTERS', start, end: start + [...term.literal].length }
  }
  for (const { pattern, characters } of term.spellings) {
    const match = new RegExp(pattern, 'u').exec(reading)
    if (!match) continue
    const start = reading.slice(0, match.index + match[0].search(/[^ ]/)).split(' ').length - 1
    return { by: 'PINYIN', start, end: start + characters }
  }
  return null
}

/**
 * Where each character of the levelled name stands in the name as written. Levelling may make several characters of one
 * (㈱), one of several (a letter and its accent), or leave some out (有限责任公司): then what follows is found again.
 */
function spansOfCharacters(name: string, norm: string): (Highlight | undefined)[] {
  // Most names are written as they are levelled.
  const written = name === norm ? [...name].map((segment) => ({ segment })) : [...segmenter.segment(name)]
  const levelled = [...norm]
  const spans: (Highlight | undefined)[] = []
  let [next, index] = [0, 0]
  for (const [position, { segment }] of written.entries()) {
    const span = { start: index, end: index + segment.length }
    index = span.end
    const piece = segment === levelled[next] ? [segment] : [...normaliseName(segment)]
    if (piece.length === 0) continue
    const fits = piece.every((character, i) => levelled[next + i] === character)
    if (!fits && isLeftOut(levelled[next], written.slice(position + 1, position + 4))) continue
    for (let i = 0; i < piece.length; i += 1) spans[next + i] = span
    next += piece.length
  }
  return spans
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' })

/** Whether the levelled character is that of one of those that follow, so that what stands before was left out. */
function isLeftOut(character: string | undefined, following: readonly { segment: string }[]): boolean {
  return character === undefined || following.some(({ segment }) => normaliseName(segment) === character)
}

/** In order, and those that touch or overlap as one. */
function joined(highlights: readonly Highlight[]): Highlight[] {
  const result: Highlight[] = []
  for (const highlight of highlights.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = result.at(-1)
    if (last && highlight.start <= last.end) last.end = Math.max(last.end, highlight.end)
    else result.push({ ...highlight })
  }
  return result
}
