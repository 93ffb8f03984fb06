import { describe, expect, it } from 'vitest'
import type { Refusal } from '../../../src/kernel/refusal.ts'
import {
  applyTaskEvent,
  requireTaskAllowed,
  type TaskEvent,
  type TaskEventType,
  type TaskFacts,
  type TaskPhase,
  type TaskState,
  taskPhases,
  taskStateOf,
  taskTransitions,
} from '../../../src/measures/task.ts'

const facts: TaskFacts = { listedOn: '2026-03-20', documentNeeded: true, today: '2026-06-10' }
const feedback = {
  matter: 'GOVERNMENT_PROCUREMENT',
  documentNo: '汝财采〔2026〕5号',
  effect: '取消投标资格。',
  amountFen: 12_345_600,
  actedOn: '2026-06-09',
}

const events: Readonly<Record<TaskEventType, TaskEvent>> = {
  DELIVERED: { type: 'DELIVERED' },
  ACKNOWLEDGED: { type: 'ACKNOWLEDGED' },
  IMPLEMENTED: { type: 'IMPLEMENTED', ...feedback },
  NOT_APPLICABLE: { type: 'NOT_APPLICABLE', ...feedback, amountFen: null },
  LIFTING: { type: 'LIFTING', reason: 'LISTING_OVER', overOn: '2026-06-01' },
  LIFTED: { type: 'LIFTED', documentNo: '汝财采〔2026〕9号', liftedOn: '2026-06-10' },
  REOPENED: { type: 'REOPENED' },
  RELEASED: { type: 'RELEASED' },
  ESCALATED: { type: 'ESCALATED', step: 'RESPONSE', dueOn: '2026-05-01' },
}

/** A way into each phase. */
const ways: Readonly<Record<TaskPhase, TaskEventType[]>> = {
  DELIVERED: ['DELIVERED'],
  ACKNOWLEDGED: ['DELIVERED', 'ACKNOWLEDGED'],
  IMPLEMENTED: ['DELIVERED', 'IMPLEMENTED'],
  NOT_APPLICABLE: ['DELIVERED', 'NOT_APPLICABLE'],
  LIFTING: ['DELIVERED', 'LIFTING'],
  LIFTED: ['DELIVERED', 'LIFTING', 'LIFTED'],
}
const stateIn = (phase: TaskPhase): TaskState => taskStateOf(ways[phase].map((type) => events[type]))

function refusalOf(state: TaskState, event: TaskEvent, change: Partial<TaskFacts> = {}) {
  try {
    requireTaskAllowed(state, event, { ...facts, ...change })
    return null
  } catch (error) {
    const { code, legalBasis } = error as Refusal
    return { code, legalBasis }
  }
}

const refused = null
/** Rows: phases; columns: events; what the phase is afterwards. */
const expected: Readonly<Record<TaskPhase, Partial<Record<TaskEventType, TaskPhase | null>>>> = {
  DELIVERED: {
    DELIVERED: refused,
    ACKNOWLEDGED: 'ACKNOWLEDGED',
    IMPLEMENTED: 'IMPLEMENTED',
    NOT_APPLICABLE: 'NOT_APPLICABLE',
    LIFTING: 'LIFTING',
    LIFTED: refused,
    REOPENED: refused,
    RELEASED: 'LIFTED',
    ESCALATED: 'DELIVERED',
  },
  ACKNOWLEDGED: {
    DELIVERED: refused,
    ACKNOWLEDGED: refused,
    IMPLEMENTED: 'IMPLEMENTED',
    NOT_APPLICABLE: 'NOT_APPLICABLE',
    LIFTING: 'LIFTING',
    LIFTED: refused,
    REOPENED: refused,
    RELEASED: 'LIFTED',
    ESCALATED: 'ACKNOWLEDGED',
  },
  IMPLEMENTED: {
    DELIVERED: refused,
    ACKNOWLEDGED: refused,
    // The very same again.
    IMPLEMENTED: refused,
    NOT_APPLICABLE: 'NOT_APPLICABLE',
    LIFTING: 'LIFTING',
    LIFTED: refused,
    REOPENED: refused,
    RELEASED: 'LIFTED',
    ESCALATED: refused,
  },
  NOT_APPLICABLE: {
    DELIVERED: refused,
    ACKNOWLEDGED: refused,
    IMPLEMENTED: 'IMPLEMENTED',
    NOT_APPLICABLE: refused,
    LIFTING: 'LIFTING',
    LIFTED: refused,
    REOPENED: refused,
    RELEASED: 'LIFTED',
    ESCALATED: refused,
  },
  LIFTING: {
    DELIVERED: refused,
    ACKNOWLEDGED: refused,
    IMPLEMENTED: refused,
    NOT_APPLICABLE: refused,
    LIFTING: refused,
    LIFTED: 'LIFTED',
    REOPENED: 'DELIVERED',
    RELEASED: 'LIFTED',
    ESCALATED: 'LIFTING',
  },
  LIFTED: {
    DELIVERED: refused,
    ACKNOWLEDGED: refused,
    IMPLEMENTED: refused,
    NOT_APPLICABLE: refused,
    LIFTING: refused,
    LIFTED: refused,
    REOPENED: 'DELIVERED',
    RELEASED: refused,
    ESCALATED: refused,
  },
}

describe('every event in every phase', () => {
  const cases = taskPhases.flatMap((phase) =>
    Object.entries(expected[phase]).map(([type, after]) => ({ phase, type: type as TaskEventType, after })),
  )
  it.each(cases)('$phase, $type: $after', ({ phase, type, after }) => {
    const state = stateIn(phase)
    const event = events[type]
    if (after === null) {
      expect(refusalOf(state, event)).toEqual({
        code: 'TASK_STATE',
        legalBasis: taskTransitions[type].legalBasis,
      })
    } else {
      expect(refusalOf(state, event)).toBeNull()
      expect(applyTaskEvent(state, event).phase).toBe(after)
    }
  })

  it('the table names them all', () => {
    for (const phase of taskPhases)
      expect(Object.keys(expected[phase]).sort()).toEqual(Object.keys(taskTransitions).sort())
  })
})

describe('feedback', () => {
  const delivered = stateIn('DELIVERED')
  const punishment = '河南省社会信用条例第二十九条'
  const exit = '河南省社会信用条例第三十七条'

  it.each<[string, TaskState, TaskEvent, Partial<TaskFacts>, { code: string; legalBasis: string } | null]>([
    [
      'of tomorrow',
      delivered,
      { type: 'IMPLEMENTED', ...feedback, actedOn: '2026-06-11' },
      {},
      { code: 'INPUT_INVALID', legalBasis: punishment },
    ],
    ['of today', delivered, { type: 'IMPLEMENTED', ...feedback, actedOn: '2026-06-10' }, {}, null],
    [
      'of the day of listing',
      delivered,
      { type: 'IMPLEMENTED', ...feedback, actedOn: '2026-03-20' },
      {},
      null,
    ],
    [
      'of before the listing',
      delivered,
      { type: 'IMPLEMENTED', ...feedback, actedOn: '2026-03-19' },
      {},
      { code: 'INPUT_INVALID', legalBasis: punishment },
    ],
    [
      'without a document',
      delivered,
      { type: 'IMPLEMENTED', ...feedback, documentNo: null },
      {},
      { code: 'DOCUMENT_REQUIRED', legalBasis: punishment },
    ],
    [
      'without a document that is not needed',
      delivered,
      { type: 'IMPLEMENTED', ...feedback, documentNo: null },
      { documentNeeded: false },
      null,
    ],
    [
      'that nothing applies needs no document',
      delivered,
      { type: 'NOT_APPLICABLE', ...feedback, documentNo: null, amountFen: null },
      {},
      null,
    ],
    [
      'that nothing applies, with an amount',
      delivered,
      { type: 'NOT_APPLICABLE', ...feedback },
      {},
      { code: 'INPUT_INVALID', legalBasis: punishment },
    ],
    [
      'amended',
      stateIn('IMPLEMENTED'),
      { type: 'IMPLEMENTED', ...feedback, effect: '取消投标资格一年。' },
      {},
      null,
    ],
    [
      'lifted without a document',
      taskStateOf([events.DELIVERED, events.IMPLEMENTED, events.LIFTING]),
      { type: 'LIFTED', documentNo: null, liftedOn: '2026-06-10' },
      {},
      { code: 'DOCUMENT_REQUIRED', legalBasis: exit },
    ],
    [
      'never given, lifted without a document',
      stateIn('LIFTING'),
      { type: 'LIFTED', documentNo: null, liftedOn: '2026-06-10' },
      {},
      null,
    ],
    [
      'lifted tomorrow',
      stateIn('LIFTING'),
      { type: 'LIFTED', documentNo: null, liftedOn: '2026-06-11' },
      {},
      { code: 'INPUT_INVALID', legalBasis: exit },
    ],
  ])('%s', (_what, state, event, change, outcome) => {
    expect(refusalOf(state, event, change)).toEqual(outcome)
  })

  it('is the last one since the delivery', () => {
    const amended: TaskEvent = { type: 'NOT_APPLICABLE', ...feedback, amountFen: null }
    const told = [events.DELIVERED, events.IMPLEMENTED, amended, events.LIFTING]
    expect(taskStateOf(told)).toEqual({
      phase: 'LIFTING',
      feedback: { ...feedback, amountFen: null, outcome: 'NOT_APPLICABLE' },
    })
    expect(taskStateOf([...told, events.REOPENED])).toEqual({ phase: 'DELIVERED', feedback: null })
  })
})
