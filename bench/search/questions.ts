import { namePartsOf } from '../../src/names/name-parts.ts'
import { readName } from '../../src/search/search-question.ts'
import type { Random } from '../names/random.ts'
import type { PlainQuestion } from './plain.ts'

/** What is asked for of names that are there, by kind; fewer than `perKind` where few names have such a part. */
export function questionsFrom(
  names: readonly string[],
  random: Random,
  perKind: number,
): Record<string, string[]> {
  const samples = Array.from({ length: perKind * 4 }, () => namePartsOf(random.pick(names)))
  const some = (pick: (parts: (typeof samples)[number]) => string | null) =>
    samples.flatMap((parts) => pick(parts) ?? []).slice(0, perKind)
  return {
    'two characters': some(({ tradeName }) => (tradeName.length === 2 ? tradeName : null)),
    'longer names': some(({ core }) => (core.length >= 4 ? core : null)),
    'whole names': some(({ norm }) => norm),
    'full pinyin': some(({ pinyin, core }) => (core.length >= 3 ? pinyin.replaceAll(' ', '') : null)),
    initials: some(({ initials }) => (initials.length >= 4 ? initials : null)),
    'two initials': some(({ initials }) => (/^[a-z]{2}/.test(initials) ? initials.slice(0, 2) : null)),
    商贸: Array.from({ length: perKind }, () => '商贸'),
    有限公司: Array.from({ length: perKind }, () => '有限公司'),
    typos: some(({ norm }) => (norm.length > 8 ? `${norm.slice(0, 3)}囧${norm.slice(4)}` : null)),
  }
}

/** What plain SQL looks up of it. */
export function plainQuestionOf(query: string): PlainQuestion {
  const [term] = readName(query).terms
  const [spelling] = term?.spellings ?? []
  if (spelling) return { grams: spelling.grams, text: null }
  return { grams: term?.literalGrams ?? [], text: term?.literal ?? null }
}
