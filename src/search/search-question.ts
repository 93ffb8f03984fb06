import { Refusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import { namePartsOf } from '../names/name-parts.ts'
import { normaliseName } from '../names/normalise.ts'
import { initialsOf } from '../names/readings.ts'
import { normaliseIdentifier } from '../subjects/identifiers.ts'
import { gramOf } from '../subjects/name-grams.ts'
import { isSyllable, type Spelled, spellingsOf } from './pinyin-spelling.ts'

/**
 * What somebody types to find a subject, read: any two or more characters of a name, pinyin, initials or these mixed, in
 * parts that must all be there; or a number, or how one begins. Pure.
 */
export type SearchQuestion = NameQuestion | { kind: 'NUMBER'; prefix: string }

export type NameQuestion = {
  kind: 'NAME'
  /** The whole, levelled as names are. */
  asked: string
  terms: SearchTerm[]
  /** Texts that are the whole core or trade name of the best answers. */
  exact: string[]
  /** Grams of which a core has one that begins with one of these texts. */
  heads: string[]
}

/** One part. It is in a name whose levelled text holds `literal`, or that one of the spellings fits. */
export type SearchTerm = {
  literal: string
  /** Grams of every name that holds it; none: it is too short to be looked up by. */
  literalGrams: string[]
  spellings: Spelling[]
}

/** A reading of letters. */
export type Spelling = {
  /** Grams of every name that it fits. */
  grams: string[]
  /** What fits the reading of the characters where it stands, as a regular expression. */
  pattern: string
  /** Whether a name with the grams may not be fitted all the same. */
  isPatternNeeded: boolean
  characters: number
  core: CoreSpelling
  /** A gram that a core has where it begins with it. */
  head: string | null
}

/** How a core is compared with a spelling: by its pinyin, its initials, or its pinyin with a regular expression. */
export type CoreSpelling = { by: 'PINYIN' | 'INITIALS' | 'PATTERN'; text: string }

/** A unified social credit code from its beginning, or at least so many digits: names do not look like that. */
const uscc = /^[0-9A-HJ-NPQRTUWXY]{2}\d{4}[0-9A-HJ-NPQRTUWXY]{0,12}$/
const digits = /^\d+[0-9A-Z]*$/

export function readQuestion(raw: string): SearchQuestion {
  if (raw.length > limits.searchCharacters) {
    throw new Refusal(
      'INPUT_INVALID',
      `检索词至多 ${limits.searchCharacters} 字符 (query: at most ${limits.searchCharacters} characters)`,
    )
  }
  const number = normaliseIdentifier(raw)
  const isNumber = uscc.test(number) || (digits.test(number) && (number.match(/\d/g)?.length ?? 0) >= 6)
  if (isNumber && number.length >= limits.identifierPrefixCharacters)
    return { kind: 'NUMBER', prefix: number }
  return readName(raw)
}

/** The same read as part of a name, whatever it looks like. */
export function readName(raw: string): NameQuestion {
  const texts = textsOf(raw)
  if (texts.length > limits.searchTerms) {
    throw new Refusal(
      'INPUT_INVALID',
      `检索词至多 ${limits.searchTerms} 段 (query: at most ${limits.searchTerms} parts)`,
    )
  }
  const terms = texts.map(readTerm)
  if (terms.every(({ literalGrams, spellings }) => literalGrams.length === 0 && spellings.length === 0)) {
    throw new Refusal(
      'SEARCH_TOO_SHORT',
      '请至少输入两个字，或者完整的拼音、两个以上声母 (query: at least two characters, a syllable of pinyin or two initials)',
    )
  }
  const asked = normaliseName(raw)
  const core = namePartsOf(asked).core
  const whole = [...terms.map(({ literal }) => literal), asked, core]
  // 汝宁市 is a region alone: it has no core, with which every other would begin.
  const exact = [...new Set(whole.filter((text) => [...text].length > 1))]
  return { kind: 'NAME', asked, terms, exact, heads: headsOf(exact) }
}

/** Blanks part what is looked for, but 天 中 and tian zhong are written apart and meant together. */
function textsOf(raw: string): string[] {
  const parts = raw
    .normalize('NFKC')
    .split(/[\s\p{Cf}]+/u)
    .filter((part) => part !== '')
  const apart = (part: string) => [...part].length === 1 || isSyllable(part.toLowerCase())
  const texts: string[] = []
  if (parts.length > 1 && parts.every((part) => /^[a-z]+$/i.test(part) && apart(part)))
    return [parts.join(' ')]
  let joined = ''
  for (const part of parts) {
    if ([...part].length === 1) {
      joined += part
      continue
    }
    if (joined) texts.push(joined)
    joined = ''
    texts.push(part)
  }
  if (joined) texts.push(joined)
  return texts
}

type Unit = Spelled | { kind: 'CHARACTER'; text: string }

function readTerm(text: string): SearchTerm {
  const literal = shortened(normaliseName(text))
  const readings = /[a-z]/i.test(text) ? unitsOf(text.toLowerCase()) : []
  return {
    literal,
    literalGrams: pairsOf([...literal]).map(([a, b]) => gramOf.characters(a, b)),
    spellings: readings.flatMap((units) => {
      const grams = gramsOfUnits(units)
      return grams.length === 0 ? [] : [spellingOf(units, grams)]
    }),
  }
}

function spellingOf(units: readonly Unit[], grams: string[]): Spelling {
  return {
    grams,
    pattern: `(^| )${units.map(patternOf).join(' ')}${endOf(units)}`,
    // One gram of a whole spelling says all that there is to say.
    isPatternNeeded: !(grams.length === 1 && isSaidBy(units)),
    characters: units.length,
    core: coreOf(units),
    head: headOf(units),
  }
}

const isInitial = ({ kind, text }: Unit) => kind === 'BEGINNING' && text.length === 1
const isWhole = ({ kind }: Unit) => kind === 'SYLLABLE'

function isSaidBy(units: readonly Unit[]): boolean {
  return (units.length <= 2 && units.every(isWhole)) || (units.length <= 3 && units.every(isInitial))
}

function coreOf(units: readonly Unit[]): CoreSpelling {
  const texts = units.map(({ text }) => text)
  if (units.every(isWhole)) return { by: 'PINYIN', text: texts.join(' ') }
  if (units.every(isInitial)) return { by: 'INITIALS', text: texts.join('') }
  return { by: 'PATTERN', text: units.map(corePatternOf).join(' ') }
}

/** Of a form that is levelled (有限责任公司 is 有限公司) a beginning is levelled as well. */
function shortened(literal: string): string {
  return literal.replace(/有限责任(公)?$/u, '有限$1').replace(/股份有限(公)?$/u, '股份$1')
}

/** The ways to read a text: its letters as pinyin in each likely spelling, all else as the characters that they are. */
function unitsOf(text: string): Unit[][] {
  let readings: Unit[][] = [[]]
  for (const [run] of text.matchAll(/[a-z]+|[^a-z]/gu)) {
    if (run === ' ' || run === "'") continue
    const choices: Unit[][] = /^[a-z]/.test(run)
      ? spellingsOf(run)
      : [...normaliseName(run)].map((character) => [{ kind: 'CHARACTER', text: character }])
    readings = readings
      .flatMap((before) => choices.map((units) => [...before, ...units]))
      .slice(0, limits.searchReadings)
  }
  return readings.filter(({ length }) => length > 0)
}

const initialOf = ({ kind, text }: Unit) => (kind === 'CHARACTER' ? initialsOf(text) : text).charAt(0)
const isLetter = (text: string) => /^[a-z]$/.test(text)

/** Grams that a name has which the units fit. Those that rest on how a single character reads only where there are no others. */
function gramsOfUnits(units: readonly Unit[]): string[] {
  const [only] = units
  if (units.length === 1) return only?.kind === 'SYLLABLE' ? [gramOf.coreSyllable(only.text)] : []
  const grams = pairsOf(units).flatMap(([a, b]) => {
    if (a.kind === 'CHARACTER' && b.kind === 'CHARACTER') return [gramOf.characters(a.text, b.text)]
    if (a.kind === 'SYLLABLE' && b.kind === 'SYLLABLE') return [gramOf.syllables(a.text, b.text)]
    return []
  })
  const initials = units.map(initialOf)
  const runs = units.slice(2).map((_, i) => ({
    gram: gramOf.initials(initials.slice(i, i + 3).join('')),
    isTyped: units.slice(i, i + 3).every(({ kind }) => kind !== 'CHARACTER'),
    isRun: initials.slice(i, i + 3).every(isLetter),
  }))
  grams.push(...runs.flatMap(({ gram, isTyped, isRun }) => (isTyped && isRun ? [gram] : [])))
  if (grams.length > 0) return grams
  if (units.length > 2) return runs.flatMap(({ gram, isRun }) => (isRun ? [gram] : []))
  return initials.every(isLetter) ? [gramOf.coreInitials(initials.join(''))] : []
}

/** Grams that a core has which begins with what is asked for. */
function headsOf(exact: readonly string[]): string[] {
  const heads = exact.flatMap((text) =>
    pairsOf([...text].slice(0, 2)).map(([a, b]) => gramOf.characters(a, b)),
  )
  return [...new Set(heads)].map(gramOf.atHead)
}

function headOf([first, second]: readonly Unit[]): string | null {
  if (!first) return null
  if (!second) return first.kind === 'SYLLABLE' ? gramOf.atHead(gramOf.coreSyllable(first.text)) : null
  if (first.kind === 'CHARACTER' && second.kind === 'CHARACTER')
    return gramOf.atHead(gramOf.characters(first.text, second.text))
  if (first.kind === 'SYLLABLE' && second.kind === 'SYLLABLE')
    return gramOf.atHead(gramOf.syllables(first.text, second.text))
  const initials = [initialOf(first), initialOf(second)]
  return initials.every(isLetter) ? gramOf.atHead(gramOf.coreInitials(initials.join(''))) : null
}

function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.slice(1).flatMap((second, i) => {
    const first = items[i]
    return first === undefined ? [] : [[first, second] as [T, T]]
  })
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

function patternOf(unit: Unit): string {
  switch (unit.kind) {
    case 'CHARACTER':
      return `${escaped(unit.text)}[a-z0-9]*`
    case 'SYLLABLE':
      return `[^ ]${unit.text}`
    case 'BEGINNING':
      return `[^ ]${unit.text}[a-z]*`
  }
}

const endOf = (units: readonly Unit[]) => (units.at(-1)?.kind === 'SYLLABLE' ? '( |$)' : '')

function corePatternOf(unit: Unit): string {
  switch (unit.kind) {
    case 'CHARACTER':
      return '[a-z0-9]+'
    case 'SYLLABLE':
      return unit.text
    case 'BEGINNING':
      return `${unit.text}[a-z]*`
  }
}
