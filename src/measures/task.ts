import type { LegalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'

/**
 * What one department does about one membership (发起—响应—反馈—解除): a state machine as a table. Pure.
 */

/**
 * DELIVERED: initiated and told (已发起). ACKNOWLEDGED: 已响应. IMPLEMENTED, NOT_APPLICABLE: fed back (已反馈).
 * LIFTING: the membership is over and the measure is to be lifted. LIFTED: it was (已解除).
 */
export const taskPhases = [
  'DELIVERED',
  'ACKNOWLEDGED',
  'IMPLEMENTED',
  'NOT_APPLICABLE',
  'LIFTING',
  'LIFTED',
] as const
export type TaskPhase = (typeof taskPhases)[number]

export const feedbackOutcomes = ['IMPLEMENTED', 'NOT_APPLICABLE'] as const
export type FeedbackOutcome = (typeof feedbackOutcomes)[number]

/** What a department reports (实施情况反馈). */
export type Feedback = {
  /** The business in which it was applied, e.g. GOVERNMENT_PROCUREMENT. */
  matter: string | null
  /** Number of the document (文号) that applies it. */
  documentNo: string | null
  /** What came of it; of what does not apply, why not. */
  effect: string
  amountFen: number | null
  /** The day on which it was applied, or found not to apply. */
  actedOn: LegalDay
}

/** Why the measure is to be lifted. UNBOUND: the measure no longer binds the department; the membership goes on. */
export const liftReasons = ['LISTING_OVER', 'UNBOUND'] as const
export type LiftReason = (typeof liftReasons)[number]

/** Steps with a clock. */
export const taskSteps = ['RESPONSE', 'FEEDBACK', 'LIFTING'] as const
export type TaskStep = (typeof taskSteps)[number]

export type TaskEvent =
  | { type: 'DELIVERED' }
  | { type: 'ACKNOWLEDGED' }
  | ({ type: FeedbackOutcome } & Feedback)
  /** `overOn`: the first day on which it no longer held. */
  | { type: 'LIFTING'; reason: LiftReason; overOn: LegalDay }
  | { type: 'LIFTED'; documentNo: string | null; liftedOn: LegalDay }
  | { type: 'REOPENED' }
  | { type: 'RELEASED' }
  | { type: 'ESCALATED'; step: TaskStep; dueOn: LegalDay }
export type TaskEventType = TaskEvent['type']

export type TaskTransition = {
  /** BEFORE: nothing has happened yet. */
  from: readonly (TaskPhase | 'BEFORE')[]
  to: TaskPhase | 'SAME'
  /** Chinese, then English. */
  meaning: string
  legalBasis: string
}

const punishment = '河南省社会信用条例第二十九条'
const exit = '河南省社会信用条例第三十七条'
const standing = ['DELIVERED', 'ACKNOWLEDGED', 'IMPLEMENTED', 'NOT_APPLICABLE'] as const

/** Every event, when it may happen and on what basis. */
export const taskTransitions: Readonly<Record<TaskEventType, TaskTransition>> = {
  DELIVERED: {
    from: ['BEFORE'],
    to: 'DELIVERED',
    meaning: '发起、推送 (initiated and delivered)',
    legalBasis: punishment,
  },
  ACKNOWLEDGED: {
    from: ['DELIVERED'],
    to: 'ACKNOWLEDGED',
    meaning: '响应 (acknowledged)',
    legalBasis: punishment,
  },
  IMPLEMENTED: {
    from: standing,
    to: 'IMPLEMENTED',
    meaning: '反馈已实施 (fed back as implemented)',
    legalBasis: punishment,
  },
  NOT_APPLICABLE: {
    from: standing,
    to: 'NOT_APPLICABLE',
    meaning: '反馈不适用 (fed back as not applicable)',
    legalBasis: punishment,
  },
  LIFTING: {
    from: standing,
    to: 'LIFTING',
    meaning: '退出，应解除措施 (over: the measure is to be lifted)',
    legalBasis: exit,
  },
  LIFTED: { from: ['LIFTING'], to: 'LIFTED', meaning: '确认解除 (confirmed as lifted)', legalBasis: exit },
  REOPENED: {
    from: ['LIFTING', 'LIFTED'],
    to: 'DELIVERED',
    meaning: '恢复，重新发起 (in force again: delivered again)',
    legalBasis: punishment,
  },
  RELEASED: {
    from: [...standing, 'LIFTING'],
    to: 'LIFTED',
    meaning: '部门已撤销，任务终止 (the department was closed: its task ends)',
    legalBasis: exit,
  },
  ESCALATED: {
    from: ['DELIVERED', 'ACKNOWLEDGED', 'LIFTING'],
    to: 'SAME',
    meaning: '超期督办 (overdue)',
    legalBasis: punishment,
  },
}

export type TaskState = {
  phase: TaskPhase
  /** The last one since it was delivered; null: none yet. */
  feedback: (Feedback & { outcome: FeedbackOutcome }) | null
}

/** The state after an event that was allowed. */
export function applyTaskEvent(before: TaskState | null, event: TaskEvent): TaskState {
  const { to } = taskTransitions[event.type]
  const phase = to === 'SAME' ? (before?.phase ?? 'DELIVERED') : to
  switch (event.type) {
    case 'DELIVERED':
    case 'REOPENED':
      return { phase, feedback: null }
    case 'IMPLEMENTED':
    case 'NOT_APPLICABLE': {
      const { type, ...feedback } = event
      return { phase, feedback: { ...feedback, outcome: type } }
    }
    case 'ACKNOWLEDGED':
    case 'LIFTING':
    case 'LIFTED':
    case 'RELEASED':
    case 'ESCALATED':
      return { phase, feedback: before?.feedback ?? null }
  }
}

export function taskStateOf(events: readonly TaskEvent[]): TaskState {
  let state: TaskState | null = null
  for (const event of events) state = applyTaskEvent(state, event)
  if (!state) throw new RangeError('a task begins with its delivery')
  return state
}

/** What an act is judged by, beside the state. */
export type TaskFacts = {
  /** The first day of the membership. */
  listedOn: LegalDay
  /** Whether the measure demands a document. */
  documentNeeded: boolean
  today: LegalDay
}

/** Refuses what must not happen to a task in this state, with the article. */
export function requireTaskAllowed(state: TaskState, event: TaskEvent, facts: TaskFacts): void {
  const { from, meaning, legalBasis } = taskTransitions[event.type]
  if (!from.includes(state.phase)) {
    throw new Refusal(
      'TASK_STATE',
      `${state.phase} 状态下不能${meaning}，须为 ${from.join('、')} (expected one of these states)`,
      legalBasis,
    )
  }
  switch (event.type) {
    case 'IMPLEMENTED':
    case 'NOT_APPLICABLE':
      requireDayOf('actedOn', event.actedOn, facts.listedOn, facts.today, legalBasis)
      if (event.type === 'IMPLEMENTED' && facts.documentNeeded) requireDocument(event.documentNo, legalBasis)
      if (event.type === 'NOT_APPLICABLE' && event.amountFen !== null) {
        throw new Refusal(
          'INPUT_INVALID',
          '不适用的措施没有金额 (amount: none where the measure does not apply)',
          legalBasis,
        )
      }
      if (isSameFeedback(state, event)) {
        throw new Refusal('TASK_STATE', '相同内容已反馈 (the same was fed back already)', legalBasis)
      }
      return
    case 'LIFTED':
      requireDayOf('liftedOn', event.liftedOn, facts.listedOn, facts.today, legalBasis)
      // What was never applied needs no document to be lifted.
      if (state.feedback?.outcome === 'IMPLEMENTED' && facts.documentNeeded)
        requireDocument(event.documentNo, legalBasis)
      return
    default:
      return
  }
}

function requireDayOf(name: string, day: LegalDay, first: LegalDay, today: LegalDay, legalBasis: string) {
  if (day > today)
    throw new Refusal(
      'INPUT_INVALID',
      `${name}：日期不得在将来 (${name}: the day is in the future)`,
      legalBasis,
    )
  if (day < first) {
    throw new Refusal(
      'INPUT_INVALID',
      `${name}：不得早于列入日 ${first} (${name}: before the day of listing, ${first})`,
      legalBasis,
    )
  }
}

function requireDocument(documentNo: string | null, legalBasis: string): void {
  if (documentNo !== null) return
  throw new Refusal(
    'DOCUMENT_REQUIRED',
    '该措施须注明文号 (the measure demands a document number)',
    legalBasis,
  )
}

function isSameFeedback(
  { feedback }: TaskState,
  event: Extract<TaskEvent, { type: FeedbackOutcome }>,
): boolean {
  return (
    feedback !== null &&
    feedback.outcome === event.type &&
    feedback.matter === event.matter &&
    feedback.documentNo === event.documentNo &&
    feedback.effect === event.effect &&
    feedback.amountFen === event.amountFen &&
    feedback.actedOn === event.actedOn
  )
}

export const taskNotFound = (): Refusal =>
  new Refusal('TASK_NOT_FOUND', '没有此任务 (no such task of the department)', punishment)
