import type pg from 'pg'
import { limits } from '../limits.ts'
import type { Checkpoint } from './checkpoint.ts'
import { checkpointOfSize, cosignatureLines, latestCheckpoint } from './checkpoint-store.ts'
import { tileReader } from './log-tile-store.ts'
import { consistencyProof, hashBytes, type TilePart, tileKey, widthOf } from './merkle-tree.ts'

/** What anyone may read of the log: signed heads and hashes, from which nothing of an exchange can be told. */
export type LogReadingService = {
  origin: string
  /** The newest checkpoint; null before the first. */
  checkpoint(): Promise<string | null>
  /** The checkpoint of that size as a note, with the cosignatures it has; null where none was signed. */
  checkpointOf(size: number): Promise<string | null>
  /** Proof that the tree of `from` leaves is the beginning of that of `to`; null where one of them is not signed over yet. */
  consistency(from: number, to: number): Promise<Buffer[] | null>
  /** The hashes of a tile, or of its beginning; null where the signed tree has not as many. */
  tile(part: TilePart): Promise<Buffer | null>
}

export function createLogReadingService(pool: pg.Pool, origin: string): LogReadingService {
  const tiles = tileReader(pool)
  const signedSize = async () => (await latestCheckpoint(pool))?.size ?? 0

  async function withCosignatures({ size, note }: Checkpoint): Promise<string> {
    // Further signatures of a note are further lines.
    return note + (await cosignatureLines(pool, size)).map((line) => `${line}\n`).join('')
  }

  return {
    origin,

    async checkpoint() {
      const latest = await latestCheckpoint(pool)
      return latest && withCosignatures(latest)
    },

    async checkpointOf(size) {
      const found = await checkpointOfSize(pool, size)
      return found && withCosignatures(found)
    },

    async consistency(from, to) {
      return to <= (await signedSize()) ? consistencyProof(from, to, tiles) : null
    },

    async tile(part) {
      if (part.level > limits.tileLevels || widthOf(part, await signedSize()) < part.width) return null
      const hashes = (await tiles([part])).get(tileKey(part))
      return hashes ? Buffer.from(hashes).subarray(0, part.width * hashBytes) : null
    },
  }
}
