import { type DeadlineRules, dueOf } from '../catalogue/clock-rules.ts'
import { type ListRule, listRuleOn } from '../catalogue/list-rules.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { TaskPhase, TaskStep } from './task.ts'

/** The clocks of a task, derived at reading from the dated rules and never stored. Pure. */

/** All that the running steps of a task follow from. */
export type ClockedTask = {
  phase: TaskPhase
  listTypeCode: string
  /** The day on which it was delivered, or delivered again. */
  createdOn: LegalDay
  /** The day from which it is to be lifted. */
  liftFrom: LegalDay | null
}

export type TaskDue = {
  step: TaskStep
  /** Code of the clock. */
  rule: string
  name: string
  startsOn: LegalDay
  /** In time until 24:00 of it, Asia/Shanghai. */
  dueOn: LegalDay
  provisional: boolean
  overdue: boolean
  legalBasis: string[]
}

export type ClockWorld = {
  rules: DeadlineRules
  listRules: (listTypeCode: string) => readonly ListRule[]
  today: LegalDay
}

/** One working day from the repair or removal (河南省社会信用条例 art. 37, 42, 43). */
const liftingClock = 'REPAIR_EXECUTION'

/** The steps that run, the one due first at the head. Empty: none is owed, or no rule times it. */
export function runningSteps(world: ClockWorld, task: ClockedTask): TaskDue[] {
  return clocksOf(world, task)
    .flatMap(({ step, code, startsOn }) => {
      const due = code === null ? null : dueOf(world.rules, code, startsOn)
      if (!due) return []
      const { rule, on } = due
      return [
        {
          step,
          rule: rule.code,
          name: rule.name,
          startsOn,
          dueOn: on.day,
          provisional: on.provisional,
          overdue: on.day < world.today,
          legalBasis: rule.legalBasis,
        },
      ]
    })
    .toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0))
}

function clocksOf(
  world: ClockWorld,
  { phase, listTypeCode, createdOn, liftFrom }: ClockedTask,
): { step: TaskStep; code: string | null; startsOn: LegalDay }[] {
  const rule = listRuleOn(world.listRules(listTypeCode), createdOn)
  const feedback = { step: 'FEEDBACK', code: rule?.feedbackClock ?? null, startsOn: createdOn } as const
  switch (phase) {
    case 'DELIVERED':
      return [{ step: 'RESPONSE', code: rule?.responseClock ?? null, startsOn: createdOn }, feedback]
    case 'ACKNOWLEDGED':
      return [feedback]
    case 'LIFTING':
      return [{ step: 'LIFTING', code: liftingClock, startsOn: liftFrom ?? createdOn }]
    case 'IMPLEMENTED':
    case 'NOT_APPLICABLE':
    case 'LIFTED':
      return []
  }
}
