import type pg from 'pg'
import { limits } from '../limits.ts'
import { entriesFrom, latestCheckpoint, logSize } from './checkpoint-store.ts'
import { emptyRoot, leafHash, nodeHash } from './merkle-tree.ts'

/** What going through the whole log found. `fault` names the first entry that is not as it was, or what else is wrong. */
export type LogAudit = { entries: number; signed: number; fault: string | null }

export type LogAuditService = {
  /** Reads every entry and makes the tree again, which takes about a minute for each few million. */
  audit(onProgress: (entries: number) => void): Promise<LogAudit>
}

export function createLogAuditService(pool: pg.Pool): LogAuditService {
  return {
    async audit(onProgress) {
      const latest = await latestCheckpoint(pool)
      const size = await logSize(pool)
      const signed = latest?.size ?? 0
      const edge = createEdge()
      let next = 0
      while (next < size) {
        const entries = await entriesFrom(pool, next, Math.min(size, next + limits.auditedPerStatement))
        for (const entry of entries) {
          if (entry.logIndex !== next) return { entries: next, signed, fault: `entry ${next} is missing` }
          const hash = leafHash(entry.leaf)
          if (!hash.equals(entry.leafHash))
            return { entries: next, signed, fault: `entry ${next} was changed` }
          if (next < signed) edge.add(hash)
          next += 1
        }
        if (entries.length === 0) return { entries: next, signed, fault: `entry ${next} is missing` }
        onProgress(next)
      }
      const isSigned = latest === null || edge.root().equals(latest.root)
      return {
        entries: next,
        signed,
        fault: isSigned ? null : `the root signed for ${signed} entries is another`,
      }
    },
  }
}

/** The right edge of a growing tree: the roots of its perfect subtrees, largest first. */
function createEdge(): { add(hash: Buffer): void; root(): Buffer } {
  const subtrees: { height: number; hash: Buffer }[] = []
  return {
    add(hash) {
      let added = { height: 0, hash }
      for (let last = subtrees.at(-1); last?.height === added.height; last = subtrees.at(-1)) {
        subtrees.pop()
        added = { height: added.height + 1, hash: nodeHash(last.hash, added.hash) }
      }
      subtrees.push(added)
    },
    root: () =>
      subtrees.length === 0
        ? emptyRoot
        : subtrees.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right)),
  }
}
