import type { NameQuestion } from './search-question.ts'

/** What is known of how common grams are, put to use: to look up by the rare ones, and to tell a common word. Pure. */

/** The same question, looked up by the rarest grams alone: of a long text the others narrow nothing, and cost. */
export function byRarestGrams(question: NameQuestion, shareOf: (gram: string) => number): NameQuestion {
  const rarest = (grams: string[]) =>
    grams.length <= enoughGrams
      ? grams
      : grams.toSorted((a, b) => shareOf(a) - shareOf(b)).slice(0, enoughGrams)
  return {
    ...question,
    terms: question.terms.map((term) => ({
      ...term,
      literalGrams: rarest(term.literalGrams),
      spellings: term.spellings.map((spelling) => ({ ...spelling, grams: rarest(spelling.grams) })),
    })),
  }
}
const enoughGrams = 3

/**
 * The share of names that answer, as far as the shares of grams tell: characters that follow one another come together in
 * names, so the rarest tells; syllables and initials of one spelling do so less.
 */
export function shareOfNames({ terms }: NameQuestion, shareOf: (gram: string) => number): number {
  const shares = terms.flatMap(({ literalGrams, spellings }) => {
    if (literalGrams.length === 0 && spellings.length === 0) return []
    const literal = literalGrams.length > 0 ? Math.min(...literalGrams.map(shareOf)) : 0
    const spelled = spellings.map(({ grams }) => {
      const [rarest = 0, next = 1] = grams.map(shareOf).toSorted((a, b) => a - b)
      return rarest * Math.min(1, togetherness * next)
    })
    return [literal + spelled.reduce((sum, share) => sum + share, 0)]
  })
  return Math.min(1, ...shares)
}
const togetherness = 10
