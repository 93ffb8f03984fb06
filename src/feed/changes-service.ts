import type pg from 'pg'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { datasetsOf, listingViewer, type RecordView, recordViewer } from '../enquiries/views.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import type { Change, ChangePage } from './change.ts'
import { pageOfChanges } from './changes-store.ts'
import type { FeedWatch } from './feed-watch-service.ts'
import { type FeedCursor, followFeed } from './following.ts'

/** A page of the change feed as the reader may see it. The page and what it shows are one picture of the database. */
export async function readChanges(
  database: Queryable,
  catalogue: Catalogue,
  reader: { id: number },
  page: ChangesPage & { today: LegalDay },
): Promise<ChangePage> {
  const { after, limit, records, today } = page
  if (!Number.isSafeInteger(after) || after < 0) {
    throw new Refusal('INPUT_INVALID', 'after 须为不小于 0 的位置 (after: expected a position from 0)')
  }
  const positions = limits.feedPositionsPerPage
  const filter = { ...datasetsOf(catalogue, reader), today }
  const { head, changes } = await pageOfChanges(database, filter, { after, limit, positions, records })
  if (after > head) {
    throw new Refusal(
      'INPUT_INVALID',
      `after 超过现有位置 ${head}，请从 0 重新开始 (after is beyond the feed: start again from 0)`,
    )
  }
  const view = listingViewer(catalogue, reader)
  const isFull = changes.length === limit
  return {
    changes: changes.map((row) => ({
      ...row,
      listing: row.listing && view(row.listing),
    })),
    upTo: isFull ? (changes.at(-1)?.position ?? after) : Math.min(head, after + positions),
    position: head,
  }
}

/** `records`: LEFT_OUT where nobody will ask for them by `recordOf`. */
export type ChangesPage = { after: number; limit: number; records: 'LEFT_OUT' | 'INCLUDED' }

export type ChangeService = {
  page(caller: Caller, page: ChangesPage): Promise<ChangePage>
  recordOf(caller: Caller, change: Change): Promise<RecordView | null>
  /** Every change after a position, from now on where none is given, as it happens. `cursor` tells how far it came. */
  follow(caller: Caller, after: number | null, cursor: FeedCursor): Promise<AsyncIterableIterator<Change>>
}

export function createChangeService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
  watch: FeedWatch
  feedPosition: () => Promise<number>
}): ChangeService {
  const { pool, clock } = parts

  async function page(caller: Caller, asked: ChangesPage) {
    const today = legalDay(clock.now())
    return readChanges(pool, await parts.catalogue.current(), caller.department, { ...asked, today })
  }

  return {
    page,

    async recordOf(caller, { record }) {
      if (record === null) return null
      const catalogue = await parts.catalogue.current()
      return recordViewer(parts, catalogue, caller.department)(record)
    },

    async follow(caller, after, cursor) {
      const from = cursor.resumeAfter ?? after
      if (from !== null) await page(caller, { after: from, limit: 1, records: 'LEFT_OUT' })
      cursor.position = from ?? (await parts.feedPosition())
      const read = (position: number) =>
        page(caller, { after: position, limit: limits.changesPerStreamPage, records: 'INCLUDED' })
      return followFeed(read, parts.watch, cursor)
    },
  }
}
