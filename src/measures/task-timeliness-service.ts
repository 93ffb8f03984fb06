import { type Clock, isLegalDay, type LegalDay, legalDay } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import {
  appendTaskEvents,
  lockEscalation,
  lockUnescalated,
  type MeasureStatistics,
  measureStatistics,
  type OverdueGroup,
  openGroups,
} from './task-store.ts'
import { overdueGroups, readClockWorld, type TaskClockParts } from './task-world-service.ts'

/** Whether tasks are done, and in time (联合惩戒落实情况). */
export type TaskTimelinessService = {
  /** By department, measure and month. Counts only, so every department may see them of every other. */
  statistics(window: { from: LegalDay; to: LegalDay }): Promise<MeasureStatistics[]>
  /** Notes steps that are overdue (超期督办), once each however many replicas do it at once. Returns how many. */
  escalateOverdue(now: Date, stop?: () => boolean): Promise<number>
}

export function createTaskTimelinessService(parts: TaskClockParts & { clock: Clock }): TaskTimelinessService {
  const { pool } = parts
  return {
    async statistics(window) {
      requireWindow(window)
      return measureStatistics(pool, window)
    },

    async escalateOverdue(now, stop = () => false) {
      const today = legalDay(now)
      const { clocks } = await readClockWorld(parts, today)
      let escalated = 0
      for (const group of overdueGroups(clocks, await openGroups(pool, null))) {
        for (let noted = Number.POSITIVE_INFINITY; noted > 0 && !stop(); escalated += noted)
          noted = await escalate(group, today, now)
      }
      return escalated
    },
  }

  function escalate(group: OverdueGroup, today: LegalDay, now: Date): Promise<number> {
    return transaction(pool, async (client) => {
      if (!(await lockEscalation(client))) return 0
      const ids = await lockUnescalated(client, group, limits.taskEscalationsPerTransaction)
      const event = { type: 'ESCALATED', step: group.step, dueOn: group.dueOn } as const
      const drafts = ids.map((taskId) => ({ taskId, event }))
      await appendTaskEvents(client, drafts, { on: today, at: now, by: null })
      return ids.length
    })
  }
}

function requireWindow({ from, to }: { from: LegalDay; to: LegalDay }): void {
  if (![from, to].every(isLegalDay))
    throw new Refusal('INPUT_INVALID', '起止须为日期 YYYY-MM-DD (from, to: expected days, YYYY-MM-DD)')
  if (to < from) throw new Refusal('INPUT_INVALID', '止日早于起日 (to: earlier than from)')
}
