import type pg from 'pg'
import { cachedReading } from '../kernel/cached-reading.ts'
import { limits } from '../limits.ts'
import { byRarestGrams, shareOfNames } from './common-words.ts'
import type { NameQuestion } from './search-question.ts'
import type { SearchScope } from './search-sql.ts'
import {
  answersInPlace,
  commonGrams,
  countAnswers,
  type LookedThrough,
  lastTier,
  lookedThrough,
  type SearchPosition,
  type SearchRow,
  sortedAnswers,
} from './search-store.ts'

/** Search among names: one order of answers, in which the answers to a common word are found without reading them all. */
export type NameSearch = {
  /** `more`: behind which answer, or place, to go on; null: there are no more. */
  page(
    question: NameQuestion,
    scope: SearchScope,
    after: SearchPosition | null,
    first: number,
  ): Promise<{ rows: SearchRow[]; more: SearchPosition | null }>
  /** Counts up to `most`; where not `isWhole` not all names were looked through. */
  count(
    question: NameQuestion,
    scope: SearchScope,
    most: number,
  ): Promise<{ counted: number; isWhole: boolean }>
}

export function createNameSearch(pool: pg.Pool, monotonicNow: () => number): NameSearch {
  const common = cachedReading(() => commonGrams(pool), limits.searchStatisticsTtl, monotonicNow)

  async function answersToRare(
    question: NameQuestion,
    scope: SearchScope,
    after: SearchPosition | null,
    first: number,
  ) {
    return pageOf(await sortedAnswers(pool, question, scope, { after, limit: first + 1, part: 'ALL' }), first)
  }

  /** First the answers whose core answers, which are fewer, and only where these fill no page the others behind them. */
  async function answersToUsual(
    question: NameQuestion,
    scope: SearchScope,
    after: SearchPosition | null,
    first: number,
    isCommon: boolean,
    share: number,
  ) {
    const limit = first + 1
    const isBehindHeads = after !== null && after.tier >= lastTier
    const heads = isBehindHeads
      ? []
      : await sortedAnswers(pool, question, scope, { after, limit, part: 'HEADS' })
    if (heads.length === limit) return pageOf(heads, first)
    const rest = { after: isBehindHeads ? after : null, limit: limit - heads.length }
    if (isCommon) return othersInPlace(question, scope, heads, rest, first, share)
    const others = await sortedAnswers(pool, question, scope, { ...rest, part: 'REST' })
    return pageOf([...heads, ...others], first)
  }

  /** Behind the answers whose core answers, the others as they come in the order of places. */
  async function othersInPlace(
    question: NameQuestion,
    scope: SearchScope,
    heads: SearchRow[],
    rest: { after: SearchPosition | null; limit: number },
    first: number,
    share: number,
  ) {
    const { names } = await common()
    const farEnough = Math.min(limits.namesLookedThrough, roundedUp((patience * rest.limit) / share))
    let shown: SearchRow[] = []
    let reached: LookedThrough['last'] = null
    for (const most of [farEnough, limits.namesLookedThrough]) {
      const rows = [...heads, ...(await answersInPlace(pool, question, scope, { ...rest, most }))]
      if (rows.length > first) return pageOf(rows, first)
      const seen = await lookedThrough(pool, question, { ...rest, most })
      if (seen.names < most || seen.last === null) return pageOf(rows, first)
      // Each part of the question is common, all of them together are not: then all answers can be sorted.
      if (seen.matching * names <= most * limits.namesLookedThrough) {
        const others = await sortedAnswers(pool, question, scope, { ...rest, part: 'REST' })
        return pageOf([...heads, ...others], first)
      }
      // Many answer, but few that the asker may know of: further, and in the end no further.
      shown = rows
      reached = seen.last
    }
    return { rows: shown, more: reached && { tier: lastTier, ...reached } }
  }

  /** How common the question is: the share of names that answer, and what that makes of the way to look for them. */
  async function commonness(question: NameQuestion, first: number) {
    const { names, shares } = await common()
    const share = shareOfNames(question, (gram) => shares.get(gram) ?? 0)
    // Looking through names fills a page sooner than sorting all answers does.
    if (share * share * names > first) return { kind: 'COMMON' as const, share }
    return { kind: share * names > limits.namesSortedAtOnce ? ('USUAL' as const) : ('RARE' as const), share }
  }

  async function thinned(question: NameQuestion): Promise<NameQuestion> {
    const { shares } = await common()
    return byRarestGrams(question, (gram) => shares.get(gram) ?? 0)
  }

  return {
    async page(asked, scope, after, first) {
      const question = await thinned(asked)
      const { kind, share } = await commonness(question, first)
      return kind === 'RARE'
        ? answersToRare(question, scope, after, first)
        : answersToUsual(question, scope, after, first, kind === 'COMMON', share)
    },

    async count(asked, scope, most) {
      const question = await thinned(asked)
      const { share } = await commonness(question, limits.pageSize.normal)
      // So common that looking through some names counts enough of them.
      const isWhole = share * limits.namesLookedThrough < most
      const counted = await countAnswers(pool, question, scope, {
        words: isWhole ? 'RARE' : 'COMMON',
        most,
        lookThrough: limits.namesLookedThrough,
      })
      return { counted, isWhole }
    },
  }
}

/** How many times as far as a page should take is looked before the share is doubted. */
const patience = 4

/** To a power of two: statements that say how far to look are few, and are kept. */
const roundedUp = (count: number) => 2 ** Math.ceil(Math.log2(count))

function pageOf(rows: SearchRow[], first: number): { rows: SearchRow[]; more: SearchPosition | null } {
  const shown = rows.slice(0, first)
  return { rows: shown, more: rows.length > first ? (shown.at(-1) ?? null) : null }
}
