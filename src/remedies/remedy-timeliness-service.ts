import type { DeadlineRules } from '../catalogue/clock-rules.ts'
import { type Clock, isLegalDay, type LegalDay, legalDay } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import { addCalendarDays, calendarDaysBetween } from '../kernel/working-days.ts'
import { limits } from '../limits.ts'
import {
  departmentNamed,
  everyCase,
  type OwedStep,
  owedSteps,
  readWorld,
  type StepParts,
  type World,
} from './owed-steps-service.ts'
import { isOpen } from './remedy.ts'
import { isOverdue, type StepTally, tallySteps } from './remedy-clock.ts'
import { appendCaseEvent, casesAround, lockCase, pageOfCases, type StoredCase } from './remedy-store.ts'

export type RemedyTimelinessRow = StepTally & {
  departmentCode: string
  departmentName: string
  rule: string
  ruleName: string
}

/** Whether the steps of cases are taken in time (办理时效). */
export type RemedyTimelinessService = {
  /** Steps due from one day to another, both included. Counts only, so every department may see them of every other. */
  timeliness(window: { from: LegalDay; to: LegalDay }): Promise<RemedyTimelinessRow[]>
  /**
   * Notes steps that are overdue (超期督办), once each however many replicas do it at once. Returns how many. A case that
   * fails holds up no other: throws AggregateError at the end.
   */
  escalateOverdue(now: Date): Promise<number>
}

export function createRemedyTimelinessService(parts: StepParts & { clock: Clock }): RemedyTimelinessService {
  const { pool, clock } = parts
  return {
    async timeliness({ from, to }) {
      requireWindow(from, to)
      const world = await readWorld(parts)
      const today = legalDay(clock.now())
      const around = { closedFrom: addCalendarDays(from, -longestDays(world.rules)), openedTo: to }
      const steps: OwedStep[] = []
      for await (const found of everyCase((page) => casesAround(pool, around, page)))
        steps.push(...owedSteps(world, found))
      const groups = Map.groupBy(steps, ({ departmentId, step }) => `${departmentId} ${step.rule}`)
      return [...groups.values()].flatMap((group) => tallyOf(world, group, { from, to }, today))
    },

    async escalateOverdue(now) {
      const world = await readWorld(parts)
      const today = legalDay(now)
      const open = { phase: null, kind: null, open: true, visible: null }
      let escalated = 0
      const failures: unknown[] = []
      for await (const candidate of everyCase((page) => pageOfCases(pool, open, page))) {
        try {
          if (unnoted(world, candidate, today).length > 0) escalated += await escalate(candidate.id)
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw new AggregateError(failures)
      return escalated

      function escalate(caseId: number): Promise<number> {
        return transaction(pool, async (client) => {
          // Since it was read another replica may have noted it, or the step was taken.
          const found = await lockCase(client, caseId)
          const overdue = isOpen(found.phase) ? unnoted(world, found, today) : []
          const by = { on: today, at: now, departmentId: null, action: null }
          for (const step of overdue)
            await appendCaseEvent(client, caseId, { type: 'ESCALATED', ...step }, by)
          return overdue.length
        })
      }
    },
  }
}

function tallyOf(
  world: World,
  group: readonly OwedStep[],
  window: { from: LegalDay; to: LegalDay },
  today: LegalDay,
): RemedyTimelinessRow[] {
  const [first] = group
  const owing = first && departmentNamed(world, first.departmentId)
  const steps = group.map(({ step }) => step)
  const counts = tallySteps(steps, window, today)
  if (!owing || counts.due === 0) return []
  const { rule, name: ruleName } = first.step
  return [{ departmentCode: owing.code, departmentName: owing.name, rule, ruleName, ...counts }]
}

/** Steps that are overdue and not yet noted as such. */
function unnoted(world: World, found: StoredCase, today: LegalDay): { rule: string; dueOn: LegalDay }[] {
  const noted = new Set(found.events.flatMap(({ event }) => (event.type === 'ESCALATED' ? [event.rule] : [])))
  return owedSteps(world, found).flatMap(({ step }) => {
    const { rule, dueOn } = step
    return dueOn !== null && isOverdue(step, today) && !noted.has(rule) ? [{ rule, dueOn }] : []
  })
}

/** A bound for the days between the end of a case and the due day of a step it had: holidays may triple the longest. */
const longestDays = ({ clocks }: DeadlineRules): number =>
  Math.max(0, ...clocks.filter(({ code }) => /^(OBJECTION|REPAIR)_/.test(code)).map(({ days }) => days)) * 3 +
  30

function requireWindow(from: LegalDay, to: LegalDay): void {
  if (![from, to].every(isLegalDay))
    throw new Refusal('INPUT_INVALID', '起止须为日期 YYYY-MM-DD (from, to: expected days, YYYY-MM-DD)')
  if (to < from) throw new Refusal('INPUT_INVALID', '止日早于起日 (to: earlier than from)')
  const { timelinessDays, timelinessFromYear } = limits
  if (Number(from.slice(0, 4)) < timelinessFromYear)
    throw new Refusal(
      'INPUT_INVALID',
      `起日不得早于 ${timelinessFromYear} 年 (from: expected ${timelinessFromYear} or later)`,
    )
  const days = calendarDaysBetween(from, to) + 1
  if (days > timelinessDays)
    throw new Refusal(
      'INPUT_INVALID',
      `每次至多查询 ${timelinessDays} 日，收到 ${days} 日 (expected at most ${timelinessDays} days, got ${days})`,
    )
}
