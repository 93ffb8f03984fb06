import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { appendExchanges, type LogDraft, type LogOutcome } from './exchange-log-store.ts'

/**
 * The exchange log with grouped commits: what arrives while one group is being made durable goes into the next, so
 * the wait is at most two commits and the cost of a commit is shared. Nothing waits for a timer.
 */
export type ExchangeLog = {
  /** Resolves when the row is durable. Rejects when the database could not say so; then nothing may be answered. */
  append(draft: LogDraft): Promise<LogOutcome>
}

type Waiting = { draft: LogDraft; resolve: (outcome: LogOutcome) => void; reject: (error: unknown) => void }

export function createExchangeLog(database: Queryable, observeGroup: (size: number) => void): ExchangeLog {
  const waiting: Waiting[] = []
  let busy = false

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.splice(0, limits.logGroupSize)
      observeGroup(group.length)
      try {
        const outcomes = await appendExchanges(
          database,
          group.map(({ draft }) => draft),
        )
        group.forEach(({ resolve, reject }, position) => {
          const outcome = outcomes[position]
          if (outcome) resolve(outcome)
          else reject(new RangeError('the log gave no outcome'))
        })
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    busy = false
  }

  return {
    append(draft) {
      return new Promise((resolve, reject) => {
        waiting.push({ draft, resolve, reject })
        if (busy) return
        busy = true
        void drain()
      })
    },
  }
}
