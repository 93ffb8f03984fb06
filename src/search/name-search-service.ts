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

  /** The good answers sorted, and behind them the others as they come in the order of places. */
  async function answersToCommon(
    question: NameQuestion,
    scope: SearchScope,
    after: SearchPosition | null,
    first: number,
    share: number,
  ) {
    const limit = first + 1
    const isBehindHeads = after !== null && after.tier >= lastTier
    const heads = isBehindHeads
      ? []
      : await sortedAnswers(pool, question, scope, { after, limit, part: 'HEADS' })
    if (heads.length === limit) return pageOf(heads, first)
    const rest = { after: isBehindHeads ? after : null, limit: limit - heads.length }
    const { names } = await common()
    const farEnough = Math.min(limits.namesLookedThrough, Math.ceil((patience * limit) / share))
    let shown: SearchRow[] = []
    let reached: LookedThrough['last'] = null
    for (const most of [farEnough, limits.namesLookedThrough]) {
      const rows = [...heads, ...(await answersInPlace(pool, question, scope, { ...rest, most }))]
      if (rows.length === limit) return pageOf(rows, first)
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

  /**
   * The share of names that answer, where it is so large that looking through names fills a page sooner than sorting all
   * answers does; null where it is not.
   */
  async function commonShare(question: NameQuestion, first: number): Promise<number | null> {
    const { names, shares } = await common()
    const share = shareOfNames(question, (gram) => shares.get(gram) ?? 0)
    return share * share * names > first ? share : null
  }

  async function thinned(question: NameQuestion): Promise<NameQuestion> {
    const { shares } = await common()
    return byRarestGrams(question, (gram) => shares.get(gram) ?? 0)
  }

  return {
    async page(asked, scope, after, first) {
      const question = await thinned(asked)
      const share = await commonShare(question, first)
      return share === null
        ? answersToRare(question, scope, after, first)
        : answersToCommon(question, scope, after, first, share)
    },

    async count(asked, scope, most) {
      const question = await thinned(asked)
      const isWhole = (await commonShare(question, limits.pageSize.normal)) === null
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

/** The tier of answers that are told in the order of places alone. */
const lastTier = 3

function pageOf(rows: SearchRow[], first: number): { rows: SearchRow[]; more: SearchPosition | null } {
  const shown = rows.slice(0, first)
  return { rows: shown, more: rows.length > first ? (shown.at(-1) ?? null) : null }
}
