import type pg from 'pg'
import type { Caller } from '../departments/caller.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { openSalt } from './exchange-log.ts'
import type { LogReadingService } from './log-reading-service.ts'
import { tileReader } from './log-tile-store.ts'
import { hashBytes, inclusionProof } from './merkle-tree.ts'
import { entryOf, firstCheckpointOver, firstCosignedOver } from './receipt-store.ts'
import type { PublishedKey } from './signing-key.ts'

/**
 * What the exchange adds to a department's own evidence (留证) so that it stands alone: the entry of the log, the proof that
 * it is in the tree, and the signed head of the tree. Request and answer are the department's to keep.
 */
export type Receipt = {
  logIndex: number
  leaf: string
  /** Of the digests; null where nobody was asked about, or it was erased. */
  salt: Buffer | null
  /** SHA-256 over salt and `<scheme> <number>` of each subject asked about. */
  subjectDigests: Buffer[]
  /** A signed note, with the cosignatures it has. */
  checkpoint: string
  treeSize: number
  inclusionProof: Buffer[]
  keys: readonly PublishedKey[]
}

export type ReceiptService = {
  /** `requestId`: the `jti` of a request of the caller's own. */
  receipt(caller: Caller, request: { requestId: string; logIndex: number | null }): Promise<Receipt>
}

export function createReceiptService(parts: {
  pool: pg.Pool
  vault: Vault
  log: LogReadingService
  keys: readonly PublishedKey[]
}): ReceiptService {
  const { pool, vault, log } = parts
  const tiles = tileReader(pool)

  return {
    async receipt(caller, { requestId, logIndex }) {
      const entry = await entryOf(pool, { department: caller.department.code, jti: requestId, logIndex })
      if (!entry)
        throw new Refusal(
          'RECEIPT_NOT_FOUND',
          '本部门没有该编号的请求 (no request of yours with that id is in the log)',
        )
      const over =
        (await firstCosignedOver(pool, entry.logIndex)) ?? (await firstCheckpointOver(pool, entry.logIndex))
      const checkpoint = over && (await log.checkpointOf(over.size))
      if (!over || !checkpoint)
        throw new Refusal(
          'NOT_YET_IN_CHECKPOINT',
          `尚未签发包含该条的检查点，请 ${limits.checkpointInterval / 1000} 秒后再取 (no checkpoint covers the entry yet: ask again in ${limits.checkpointInterval / 1000} s)`,
        )
      return {
        logIndex: entry.logIndex,
        leaf: entry.leaf,
        salt: entry.sealedSalt && openSalt(vault, entry.sealedSalt),
        subjectDigests: pieces(entry.digests ?? Buffer.alloc(0)),
        checkpoint,
        treeSize: over.size,
        inclusionProof: await inclusionProof(entry.logIndex, over.size, tiles),
        keys: parts.keys,
      }
    },
  }
}

function pieces(digests: Buffer): Buffer[] {
  return Array.from({ length: digests.length / hashBytes }, (_, position) =>
    digests.subarray(position * hashBytes, (position + 1) * hashBytes),
  )
}
