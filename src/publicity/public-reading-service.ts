import type pg from 'pg'
import type { ListNature } from '../catalogue/catalogue-file.ts'
import { isLegalDay, type LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import { normaliseName } from '../names/normalise.ts'
import { publicationOn } from '../publication/publication.ts'
import { publicationFactsOf } from '../publication/publication-facts.ts'
import { publicationFactsOfRecords } from '../publication/publication-store.ts'
import { checkUscc } from '../subjects/identifiers.ts'
import { countByIndex, placesByIndex } from './indexed-store.ts'
import type { FoundOrganisation, SearchType } from './organisation-search.ts'
import { countFound, organisationsOf, placesFound } from './organisation-search-store.ts'
import { type PublicCounts, totalFrom } from './public-counts-service.ts'
import type { PublicIndex } from './public-index-service.ts'
import {
  dayCursor,
  type PageRequest,
  type PublicPage,
  pageOf,
  pageSize,
  rankCursor,
  readDayCursor,
  readRankCursor,
} from './public-page.ts'
import {
  caseClockOf,
  type PublicCase,
  type PublicRecord,
  publicationEndsOn,
  publicCase,
  publicRecord,
} from './public-record.ts'
import type { RecordKind } from './public-sheet.ts'
import { withoutPersonalNumbers } from './public-text.ts'
import type { PublicWorld, PublicWorldReader } from './public-world-service.ts'
import {
  countPublished,
  countsOfPublished,
  type Place,
  type PublishedCount,
  type PublishedFilter,
  type PublishedRow,
  pageOfPublished,
  publishedAmong,
} from './publicity-store.ts'

/** Filters as they are asked for; what is absent or null is not filtered by. */
export type RecordFilter = {
  listType?: string | null | undefined
  nature?: ListNature | null | undefined
  division?: string | null | undefined
  department?: string | null | undefined
  from?: LegalDay | null | undefined
  to?: LegalDay | null | undefined
  text?: string | null | undefined
}

/** The page of an organisation (信用主体公示页). */
export type PublicSubject = {
  uscc: string
  /** By the registrar where that is public, else as its latest published record says. */
  name: string
  /** Of all its published records. */
  updatedOn: LegalDay
  basic: PublicRecord[]
  counts: { group: SubjectGroup; records: number }[]
}

/** Groups of a subject page: 行政许可, 行政处罚, 守信名单, 重点关注名单, 严重失信主体名单. */
export const subjectGroups = [
  'LICENCES',
  'PENALTIES',
  'TRUSTWORTHY',
  'KEY_ATTENTION',
  'SERIOUS_DISHONESTY',
] as const
export type SubjectGroup = (typeof subjectGroups)[number]

export type FoundRecord = { recordId: number; record: PublicRecord }

/** What anybody may read of organisations. Natural persons are in none of it. */
export type PublicReadingService = {
  /** Null: nothing is published of it. Refuses what is no unified social credit code. */
  subject(uscc: string): Promise<PublicSubject | null>
  ofSubject(uscc: string, group: SubjectGroup, page: PageRequest): Promise<PublicPage<PublicRecord>>
  /** One published record of the organisation by its `reference`; null: there is none, or no more. */
  record(uscc: string, reference: string): Promise<FoundRecord | null>
  search(asked: { text: string; type: SearchType }, page: PageRequest): Promise<PublicPage<FoundOrganisation>>
  records(
    kinds: readonly RecordKind[],
    filter: RecordFilter,
    page: PageRequest,
  ): Promise<PublicPage<PublicRecord>>
  cases(filter: RecordFilter, page: PageRequest): Promise<PublicPage<PublicCase>>
}

export const everything: PublishedFilter = {
  kinds: [],
  subject: null,
  listType: null,
  natures: [],
  casesOnly: false,
  division: null,
  department: null,
  from: null,
  to: null,
  text: null,
}

const groupFilters: Record<SubjectGroup, Partial<PublishedFilter>> = {
  LICENCES: { kinds: ['LICENCE'] },
  PENALTIES: { kinds: ['PENALTY'] },
  TRUSTWORTHY: { natures: ['TRUSTWORTHY'] },
  KEY_ATTENTION: { natures: ['KEY_ATTENTION'] },
  SERIOUS_DISHONESTY: { natures: ['SERIOUS_DISHONESTY', 'JOINT_PUNISHMENT'] },
}

export function createPublicReadingService(parts: {
  pool: pg.Pool
  world: PublicWorldReader
  index: PublicIndex
  counts: PublicCounts
}): PublicReadingService {
  const { pool, index } = parts

  /** Of one organisation by its own records, which are few; else by the index, while it is of this world. */
  async function rowsOf(
    world: PublicWorld,
    filter: PublishedFilter,
    page: { after: Place | null; limit: number },
  ): Promise<{ rows: PublishedRow[]; isIndexed: boolean }> {
    if (filter.subject === null && (await index.reach(world)) !== null) {
      const places = await placesByIndex(pool, world.day, filter, page)
      const rows = await publishedAmong(pool, world.published, places)
      // Where the index lags behind, what it names may have ended: then the records alone are asked.
      if (rows.length === places.length) return { rows, isIndexed: true }
    }
    return { rows: await pageOfPublished(pool, world.published, filter, page), isIndexed: false }
  }

  async function page<T>(
    filter: PublishedFilter,
    request: PageRequest,
    viewOf: (world: PublicWorld, row: PublishedRow, record: PublicRecord) => T,
  ): Promise<PublicPage<T>> {
    const size = pageSize(request)
    const after = readDayCursor(request.after)
    const world = await parts.world()
    const { rows, isIndexed } = await rowsOf(world, filter, { after, limit: size + 1 })
    const records = await recordsOf(pool, world, rows)
    return pageOf(
      rows,
      size,
      dayCursor,
      (row) => {
        const record = records.get(row.recordId)
        return record ? viewOf(world, row, record) : null
      },
      async () => {
        if (!isIndexed) return countPublished(pool, world.published, filter)
        return totalFrom(filter, await parts.counts(world)) ?? countByIndex(pool, world.day, filter)
      },
    )
  }

  return {
    async subject(raw) {
      const uscc = readUscc(raw)
      const world = await parts.world()
      const ofSubject: PublishedFilter = { ...everything, subject: uscc }
      const [basicRows, latest, { counts }] = await Promise.all([
        pageOfPublished(
          pool,
          world.published,
          { ...ofSubject, kinds: ['REGISTRATION'] },
          { after: null, limit: limits.latestShown },
        ),
        pageOfPublished(pool, world.published, ofSubject, { after: null, limit: limits.publicPageSize.max }),
        countsOfPublished(pool, world.published, uscc),
      ])
      const [newest] = latest
      if (!newest) return null
      const basic = [...(await recordsOf(pool, world, basicRows)).values()]
      return {
        uscc,
        name: basic[0]?.name ?? withoutPersonalNumbers(newest.name),
        updatedOn: latest.reduce(
          (day, row) => (row.recordedOn > day ? row.recordedOn : day),
          newest.recordedOn,
        ),
        basic,
        counts: subjectGroups.map((group) => ({ group, records: recordsIn(groupFilters[group], counts) })),
      }
    },

    ofSubject: async (uscc, group, request) =>
      page(
        { ...everything, ...groupFilters[group], subject: readUscc(uscc) },
        request,
        (_world, _row, record) => record,
      ),

    async record(raw, reference) {
      const subject = readUscc(raw)
      const place = readDayCursor(reference)
      if (place === null) return null
      const world = await parts.world()
      // The row itself is the first after the place just before its own.
      const before = { day: place.day, recordId: place.recordId + 1 }
      const filter = { ...everything, subject }
      const rows = await pageOfPublished(pool, world.published, filter, { after: before, limit: 1 })
      const record = (await recordsOf(pool, world, rows)).get(place.recordId)
      return record ? { recordId: place.recordId, record } : null
    },

    async search({ text, type }, request) {
      const asked = { key: searchKey(text), type }
      const size = pageSize(request)
      const after = readRankCursor(request.after)
      const world = await parts.world()
      await index.reach(world)
      const places = await placesFound(pool, world.day, asked, { after, limit: size + 1 })
      const found = await organisationsOf(pool, world.published, places)
      return pageOf(
        places,
        size,
        rankCursor,
        ({ rank, uscc }) => {
          const row = found.get(uscc)
          return row ? { ...row, rank, name: withoutPersonalNumbers(row.name) } : null
        },
        () => countFound(pool, world.day, asked),
      )
    },

    records: async (kinds, filter, request) =>
      page({ ...readFilter(filter), kinds }, request, (_world, _row, record) => record),

    cases: async (filter, request) => page({ ...readFilter(filter), casesOnly: true }, request, caseOf),
  }
}

/**
 * Records as the public reads them, by number. What the rule of publication does not publish today is not among them,
 * whatever the statement selected: it is asked again of each.
 */
export async function recordsOf(
  database: Queryable,
  world: PublicWorld,
  rows: readonly PublishedRow[],
): Promise<Map<number, PublicRecord>> {
  const ids = rows.map(({ recordId }) => recordId)
  const stored = new Map(
    (await publicationFactsOfRecords(database, ids, world.day)).map((facts) => [facts.recordId, facts]),
  )
  return new Map(
    rows.flatMap((row): [number, PublicRecord][] => {
      const sheet = world.sheets.get(row.edition)
      const facts = stored.get(row.recordId)
      if (!sheet || facts?.status !== 'ACTIVE') return []
      if (sheet.term !== 'BY_RULE') return [[row.recordId, publicRecord(sheet, row, null)]]
      const known = publicationFactsOf(facts)
      const publication = known && publicationOn(world.rules, known, world.day)
      if (!publication?.published) return []
      const asIfCorrected = known && publicationOn(world.rules, { ...known, corrected: null }, world.day)
      const endsOn = publicationEndsOn(sheet, publication, asIfCorrected, world.day)
      return [[row.recordId, publicRecord(sheet, row, endsOn)]]
    }),
  )
}

export function caseOf(world: PublicWorld, row: PublishedRow, record: PublicRecord): PublicCase {
  const dataset = world.catalogue.datasets.find(({ code }) => code === record.dataset)
  const days = { decidedOn: row.day, publishedOn: row.firstRecordedOn }
  return publicCase(record, caseClockOf(world.deadlines, dataset?.since ?? row.day, days))
}

function recordsIn({ kinds, natures }: Partial<PublishedFilter>, counts: readonly PublishedCount[]): number {
  const isIn = ({ kind, nature }: PublishedCount) =>
    kinds?.includes(kind) || (nature !== null && natures?.includes(nature))
  return counts.reduce((total, row) => total + (isIn(row) ? row.records : 0), 0)
}

function readUscc(raw: string): string {
  const { status, value } = checkUscc(raw)
  // A code whose check character fails may be a pilot code, and is in use.
  if (status !== 'malformed') return value
  throw new Refusal(
    'INPUT_INVALID',
    '统一社会信用代码格式不正确 (not the form of a unified social credit code)',
  )
}

function searchKey(text: string): string {
  const key = normaliseName(text)
  const { length } = [...key]
  if (length < 2 || length > limits.publicSearchCharacters)
    throw new Refusal(
      'INPUT_INVALID',
      `检索词须为 2–${limits.publicSearchCharacters} 个字 (query: 2 to ${limits.publicSearchCharacters} characters)`,
    )
  return key
}

function readFilter(filter: RecordFilter): PublishedFilter {
  const { from = null, to = null, text = null, division = null } = filter
  for (const day of [from, to]) {
    if (day !== null && !isLegalDay(day))
      throw new Refusal('INPUT_INVALID', '须为日期 YYYY-MM-DD (expected a day, YYYY-MM-DD)')
  }
  if (division !== null && !/^\d{6}$/.test(division))
    throw new Refusal('INPUT_INVALID', '行政区划须为六位代码 (division: expected six digits)')
  const trimmed = text?.trim() || null
  if (trimmed !== null && trimmed.length > limits.publicSearchCharacters)
    throw new Refusal('INPUT_INVALID', '检索词过长 (the text is too long)')
  return {
    ...everything,
    listType: filter.listType ?? null,
    natures: filter.nature ? [filter.nature] : [],
    division,
    department: filter.department ?? null,
    from,
    to,
    text: trimmed,
  }
}
