import type pg from 'pg'
import type { Clock } from '../kernel/clock.ts'
import { type Queryable, transaction, tryLockName } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { type Checkpoint, checkpointText } from './checkpoint.ts'
import {
  checkpointLock,
  endOfStretch,
  latestCheckpoint,
  logSize,
  noteEnquiries,
  saveCheckpoint,
} from './checkpoint-store.ts'
import { LogRewritten } from './log-rewritten.ts'
import { type StoredTile, tileReader, writeTiles } from './log-tile-store.ts'
import { newFullTiles, perfectRoot, rootAt, type TilePlace, tileKey, tileWidth } from './merkle-tree.ts'
import { noteOf } from './signed-note.ts'

export type CheckpointService = {
  /**
   * Signs the next checkpoint if it is due: after 10 s, or 1,000 leaves, the first one at once. Returns whether there may be
   * more to do at once. Of several replicas one does it, and over a log that was rewritten none.
   */
  publishDue(): Promise<boolean>
  /** Looks whether the log is as it was signed, before anything is answered. */
  check(): Promise<void>
  /**
   * False from when what was signed and what is there were found to differ, until they agree again. Evidence is what answers
   * are for, so meanwhile none should be given.
   */
  isLogIntact(): boolean
}

/** Signs the text of a note; the line of the signature. */
export type NoteSigner = (text: string, now: Date) => Promise<string>

export function createCheckpointService(parts: {
  pool: pg.Pool
  clock: Clock
  origin: string
  sign: NoteSigner
}): CheckpointService {
  const { pool, clock, origin } = parts

  function isDue(last: Checkpoint | null, size: number): boolean {
    if (!last) return true
    const added = size - last.size
    const waited = clock.now().getTime() - last.at.getTime()
    // A clock that was set back must not hold up checkpoints.
    const isOld = waited >= limits.checkpointInterval || waited < 0
    return added >= limits.checkpointLeaves || (added > 0 && isOld)
  }

  async function publish(client: Queryable, last: Checkpoint | null, until: number): Promise<void> {
    await refuseRewritten(client, last)
    await buildTiles(client, last?.size ?? 0, until)
    const root = await rootAt(until, tileReader(client))
    const text = checkpointText(origin, until, root)
    const at = clock.now()
    await noteEnquiries(client, { from: last?.size ?? 0, to: until })
    await saveCheckpoint(client, {
      size: until,
      root,
      note: noteOf(text, [await parts.sign(text, at)]),
      at,
    })
  }

  // Until the first look nothing is known of it.
  let intact = false

  function publishStep(): Promise<boolean> {
    return transaction(pool, async (client) => {
      if (!(await tryLockName(client, checkpointLock))) return false
      const last = await latestCheckpoint(client)
      const size = await logSize(client)
      if (!isDue(last, size)) return false
      // A log that grew while nobody signed is caught up with in steps that each end soon.
      const end = await endOfStretch(client, last?.size ?? 0, {
        entries: limits.leavesPerCheckpoint,
        subjects: limits.subjectsPerCheckpoint,
      })
      const until = Math.min(size, end)
      await publish(client, last, until)
      return until < size
    })
  }

  return {
    async publishDue() {
      const last = await latestCheckpoint(pool)
      try {
        // Another replica may have signed since: whether it is intact again is found out here too.
        const size = await logSize(pool)
        if (!intact || (last && size < last.size)) await refuseRewritten(pool, last)
        intact = true
        return isDue(last, size) && (await publishStep())
      } catch (error) {
        if (!(error instanceof LogRewritten)) throw error
        intact = false
        return false
      }
    },
    async check() {
      try {
        await refuseRewritten(pool, await latestCheckpoint(pool))
        intact = true
      } catch (error) {
        if (!(error instanceof LogRewritten)) throw error
        intact = false
      }
    },
    isLogIntact: () => intact,
  }
}

/** What was signed is made again from what is there: whoever changed a leaf of a tile that is not full yet is noticed. */
async function refuseRewritten(client: Queryable, last: Checkpoint | null): Promise<void> {
  if (!last) return
  const size = await logSize(client)
  if (size < last.size)
    throw new LogRewritten(`the log has ${size} leaves, fewer than the ${last.size} that were signed for`)
  const root = await rootAt(last.size, tileReader(client))
  if (!root.equals(last.root))
    throw new LogRewritten(`the log no longer has the root that was signed for ${last.size} leaves`)
}

async function buildTiles(client: Queryable, before: number, size: number): Promise<void> {
  const places = newFullTiles(before, size)
  // Lower levels first: those above are made of their roots.
  for (let at = 0; at < places.length; ) {
    const level = places[at]?.level
    const end = places.findIndex((place, index) => index >= at && place.level !== level)
    const group = places.slice(at, Math.min(end < 0 ? places.length : end, at + limits.tilesPerStatement))
    await writeTiles(client, await tilesAt(client, group))
    at += group.length
  }
}

async function tilesAt(client: Queryable, places: readonly TilePlace[]): Promise<StoredTile[]> {
  const read = await tileReader(client)(places.map((place) => ({ ...place, width: tileWidth })))
  return places.map((place) => {
    const hashes = read.get(tileKey(place)) ?? new Uint8Array()
    return { ...place, hashes, root: perfectRoot(hashes) }
  })
}
