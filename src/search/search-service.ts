import type pg from 'pg'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { divisionPrefix } from '../departments/division-code.ts'
import type { FoundSubject } from '../enquiries/screening.ts'
import { datasetsOf } from '../enquiries/views.ts'
import { type Clock, legalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { nameScores } from '../names/compare-names.ts'
import { type NameParts, namePartsOf } from '../names/name-parts.ts'
import { normaliseName } from '../names/normalise.ts'
import { identify } from '../subjects/identification.ts'
import { candidatesForNames } from './candidate-service.ts'
import { createNameSearch } from './name-search-service.ts'
import { answersByNumber, type NumberPosition } from './number-search-store.ts'
import { readCursor, type SearchCursor, writeCursor } from './search-cursor.ts'
import { explain, type Highlight, type SearchReason } from './search-hit.ts'
import { type NameQuestion, readName, readQuestion } from './search-question.ts'
import type { SearchScope } from './search-sql.ts'
import type { SearchRow } from './search-store.ts'

/** Search (检索): from what somebody remembers of a name or number to the organisations that it may be. */

export type SearchFilter = { division: string | null; listType: string | null; inForceOnly: boolean }

export type SearchHit = {
  subject: FoundSubject
  /** The name that answers, as written; where it is found by a number, the name it bears. */
  name: string
  parts: NameParts
  highlights: Highlight[]
  reasons: SearchReason[]
  /** Only where nothing answers exactly and this is close: how close, 0 to 1. */
  score: number | null
  cursor: string
}

/** `after` goes on behind the page, which may be shorter than asked for although there is more; null: there is none. */
export type SearchPage = { hits: SearchHit[]; after: string | null }

/** How many answer. Where not `exact` there are at least so many. */
export type SearchCount = { atLeast: number; exact: boolean }

export type SearchService = {
  search(
    caller: Caller,
    asked: { query: string; purpose: string | null; filter: SearchFilter },
    page: { first: number; after: string | null },
  ): Promise<SearchPage>
  count(caller: Caller, asked: { query: string; filter: SearchFilter }): Promise<SearchCount>
}

export function createSearchService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
  monotonicNow: () => number
}): SearchService {
  const { pool, vault, clock } = parts
  const names = createNameSearch(pool, parts.monotonicNow)

  async function scopeOf(caller: Caller, filter: SearchFilter): Promise<SearchScope> {
    return {
      ...datasetsOf(await parts.catalogue.current(), caller.department),
      division: readDivision(filter.division),
      listType: filter.listType,
      inForceOn: filter.inForceOnly ? legalDay(clock.now()) : null,
    }
  }

  async function byNumber(prefix: string, scope: SearchScope, after: NumberPosition | null, first: number) {
    const rows = await answersByNumber(pool, prefix, scope, { after, limit: first + 1 })
    const hits = rows.slice(0, first).map(({ subject, subjectId, number }) => ({
      subject,
      name: subject.name,
      parts: namePartsOf(subject.name),
      highlights: [],
      reasons: [number === prefix ? ('SAME_NUMBER' as const) : ('NUMBER_BEGINS' as const)],
      score: null,
      cursor: writeCursor({ kind: 'NUMBER', number, subjectId }),
    }))
    return { hits, after: rows.length > first ? (hits.at(-1)?.cursor ?? null) : null }
  }

  /** Nothing holds what was typed: what is written or sounds like it. */
  async function nearest(query: string, scope: SearchScope): Promise<SearchPage> {
    const asked = [{ name: query, threshold: nameScores.shown }]
    const [candidates = []] = await candidatesForNames(pool, asked, { ...scope, knownPosition: null })
    return {
      hits: candidates.map((candidate) => ({
        ...candidate,
        highlights: [],
        cursor: writeCursor({ kind: 'END' }),
      })),
      after: null,
    }
  }

  return {
    async search(caller, { query, purpose, filter }, { first, after }) {
      const question = readQuestion(query)
      const cursor: SearchCursor | null = after === null ? null : readCursor(after)
      caller.request.note({ purpose, subjects: [notedAs(vault, query)] })
      const scope = await scopeOf(caller, filter)
      if (cursor?.kind === 'END') return { hits: [], after: null }
      if (question.kind === 'NUMBER' && cursor?.kind !== 'NAME') {
        const found = await byNumber(question.prefix, scope, cursor, first)
        if (found.hits.length > 0 || cursor) return found
      }
      const name = question.kind === 'NAME' ? question : readName(query)
      const { rows, more } = await names.page(name, scope, cursor?.kind === 'NAME' ? cursor : null, first)
      const found = {
        hits: rows.map((row) => hitOf(name, row)),
        after: more && writeCursor({ kind: 'NAME', ...more }),
      }
      const isNothing = rows.length === 0 && more === null && cursor === null
      const isFiltered = filter.division !== null || filter.listType !== null || filter.inForceOnly
      const isWorthIt = isNothing && !isFiltered && /\p{Script=Han}/u.test(query)
      return isWorthIt ? nearest(query, scope) : found
    },

    async count(caller, { query, filter }) {
      const question = readQuestion(query)
      const scope = await scopeOf(caller, filter)
      const most = limits.searchCounted + 1
      const said = (count: number, isWhole: boolean) => ({
        atLeast: Math.min(count, limits.searchCounted),
        exact: isWhole && count < most,
      })
      if (question.kind === 'NUMBER') {
        const rows = await answersByNumber(pool, question.prefix, scope, { after: null, limit: most })
        if (rows.length > 0) return said(rows.length, true)
      }
      const name = question.kind === 'NAME' ? question : readName(query)
      const { counted, isWhole } = await names.count(name, scope, most)
      return said(counted, isWhole)
    },
  }
}

function hitOf(question: NameQuestion, row: SearchRow): SearchHit {
  const { subject, isFormer, parts, reading, tier, place, subjectId } = row
  const name = isFormer ? row.name : subject.name
  return {
    subject,
    name,
    parts,
    ...explain(question, { name, parts, reading, tier, isFormer }),
    score: null,
    cursor: writeCursor({ kind: 'NAME', tier, place, subjectId }),
  }
}

function readDivision(code: string | null): string | null {
  if (code === null) return null
  if (!/^\d{6}$/.test(code)) {
    throw new Refusal('INPUT_INVALID', 'division 须为六位行政区划代码 (division: six digits of GB/T 2260)')
  }
  return divisionPrefix(code)
}

/** Under what the evidence log can find the question again. */
function notedAs(vault: Vault, query: string): string {
  const identification = identify(vault, query, null)
  if (identification.status === 'READ' && !identification.doubtful) {
    const key = identification.keys.find(({ strength }) => strength === 'LINKS') ?? identification.keys[0]
    if (key) return `${key.scheme} ${key.value}`
  }
  return `NAME ${normaliseName(query)}`
}
