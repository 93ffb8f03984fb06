import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { transaction } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { followFeed, type IndexState, indexState, lockIndex, remakeEditions } from './public-index-store.ts'
import type { PublicWorld, PublicWorldReader } from './public-world-service.ts'

/**
 * Keeps the index of published records in step with the change feed and with what is public at all. Whoever reads brings it
 * up to date first, which is little; after a large import, or where much has to be made anew, it is read as it is, or not
 * at all: pages show nothing that the records themselves do not bear out.
 */
export type PublicIndex = {
  /** Brings it up to date, or waits no longer than a moment for that. */
  reach(world: PublicWorld): Promise<IndexReach>
  /** Brings it up to date, however long that takes. Whether there was anything to do. */
  catchUp(): Promise<boolean>
}

/** Null: entries of another world, or none yet. Else the position of the feed that it has followed. */
export type IndexReach = number | null

export function createPublicIndex(parts: { pool: pg.Pool; world: PublicWorldReader }): PublicIndex {
  const { pool } = parts
  let running: Promise<void> | null = null

  /** One at a time in this process; across processes the row of the index is locked. */
  function work(world: PublicWorld): Promise<void> {
    running ??= update(world).finally(() => {
      running = null
    })
    return running
  }

  async function update(world: PublicWorld): Promise<void> {
    for (;;) {
      const behind = await transaction(pool, async (client) => {
        await client.query(`SET LOCAL statement_timeout = ${limits.publicIndexTimeout}`)
        await lockIndex(client)
        const state = await indexState(client)
        const [sheets, rules] = world.published
        const { stale, gone } = editionsToMake(world, state)
        if (stale.length > 0 || gone.length > 0) await remakeEditions(client, [sheets, rules], stale, gone)
        const upTo = Math.min(state.head, state.position + limits.publicIndexEvents)
        if (upTo > state.position) await followFeed(client, [sheets, rules], state.position, upTo)
        return state.head - upTo
      })
      if (behind === 0) return
    }
  }

  return {
    async reach(world) {
      const before = await indexState(pool)
      if (isInStep(world, before)) return before.position
      const done = work(world).then(() => true)
      // Whoever waits no longer leaves the work to itself; what fails there fails again for the next who asks.
      done.catch(() => {})
      const isDone = await Promise.race([done, wait(limits.publicIndexWait, false, { ref: false })])
      const now = isDone ? await indexState(pool) : before
      return isFor(world, now) ? now.position : null
    },

    async catchUp() {
      const world = await parts.world()
      const state = await indexState(pool)
      if (isInStep(world, state)) return false
      await work(world)
      return true
    },
  }
}

const isInStep = (world: PublicWorld, state: IndexState) =>
  isFor(world, state) && state.position >= state.head

const isFor = (world: PublicWorld, state: IndexState) => {
  const { stale, gone } = editionsToMake(world, state)
  return stale.length === 0 && gone.length === 0
}

/** Editions whose entries were made by another sheet or other rules, and those of which nothing is public any more. */
function editionsToMake({ sheets, published: [, rules] }: PublicWorld, { bases }: IndexState) {
  const wanted = wantedBases(sheets, rules)
  return {
    stale: wanted.filter(({ edition, basis }) => bases[edition] !== basis),
    gone: Object.keys(bases)
      .map(Number)
      .filter((edition) => !sheets.has(edition)),
  }
}

type Wanted = { edition: number; basis: string }[]
/** Sheets and rules stay the same for long: what follows from them is reckoned once. */
const known = new WeakMap<PublicWorld['sheets'], { rules: string; wanted: Wanted }>()

function wantedBases(sheets: PublicWorld['sheets'], rules: string): Wanted {
  const before = known.get(sheets)
  if (before?.rules === rules) return before.wanted
  const wanted = [...sheets.values()].map((sheet) => ({
    edition: sheet.edition,
    basis: createHash('sha256').update(JSON.stringify(sheet)).update(rules).digest('base64url'),
  }))
  known.set(sheets, { rules, wanted })
  return wanted
}
