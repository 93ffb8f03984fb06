import { describe, expect, it } from 'vitest'
import type { ClockRule } from '../../../src/catalogue/clock-rules.ts'
import type { ListRule } from '../../../src/catalogue/list-rules.ts'
import { type ClockWorld, runningSteps } from '../../../src/measures/task-clock.ts'

const clock = (code: string, days: number, from = '2020-01-01', to: string | null = null): ClockRule => ({
  code,
  name: code,
  days,
  unit: 'WORKING_DAY',
  effectiveFrom: from,
  effectiveTo: to,
  legalBasis: ['河南省社会信用条例第二十九条'],
})
const rule = (
  responseClock: string | null,
  feedbackClock: string | null,
  effectiveFrom = '2020-01-01',
  effectiveTo: string | null = null,
): ListRule => ({
  effectiveFrom,
  effectiveTo,
  termMonths: null,
  earlyExitMonths: null,
  objectionClock: null,
  responseClock,
  feedbackClock,
  legalBasis: ['x'],
})
const world = (today: string, rules = [rule('RESPONSE', 'FEEDBACK')]): ClockWorld => ({
  rules: {
    clocks: [
      clock('RESPONSE', 3, '2020-01-01', '2026-05-31'),
      clock('RESPONSE', 5, '2026-06-01'),
      clock('FEEDBACK', 10),
      clock('REPAIR_EXECUTION', 1),
    ],
    calendar: { years: new Set([2026]), departures: new Map() },
  },
  listRules: () => rules,
  today,
})
const task = { listTypeCode: 'X', createdOn: '2026-05-29', liftFrom: null } as const
const told = (steps: ReturnType<typeof runningSteps>) =>
  steps.map(({ step, dueOn, overdue }) => [step, dueOn, overdue])

describe('the clocks of a task', () => {
  it('run from the delivery by the rule of that day', () => {
    expect(told(runningSteps(world('2026-06-03'), { ...task, phase: 'DELIVERED' }))).toEqual([
      ['RESPONSE', '2026-06-03', false],
      ['FEEDBACK', '2026-06-12', false],
    ])
    expect(
      told(runningSteps(world('2026-06-03'), { ...task, createdOn: '2026-06-01', phase: 'DELIVERED' })),
    ).toEqual([
      ['RESPONSE', '2026-06-08', false],
      ['FEEDBACK', '2026-06-15', false],
    ])
  })

  it('are over from the day after', () => {
    expect(told(runningSteps(world('2026-06-04'), { ...task, phase: 'DELIVERED' }))).toEqual([
      ['RESPONSE', '2026-06-03', true],
      ['FEEDBACK', '2026-06-12', false],
    ])
    expect(told(runningSteps(world('2026-06-13'), { ...task, phase: 'ACKNOWLEDGED' }))).toEqual([
      ['FEEDBACK', '2026-06-12', true],
    ])
  })

  it('of lifting runs one working day, and nothing else does', () => {
    const lifting = { ...task, phase: 'LIFTING', liftFrom: '2026-06-05' } as const
    expect(told(runningSteps(world('2026-06-08'), lifting))).toEqual([['LIFTING', '2026-06-08', false]])
    expect(told(runningSteps(world('2026-06-09'), lifting))).toEqual([['LIFTING', '2026-06-08', true]])
  })

  it.each(['IMPLEMENTED', 'NOT_APPLICABLE', 'LIFTED'] as const)('%s owes nothing', (phase) => {
    expect(runningSteps(world('2030-01-01'), { ...task, phase })).toEqual([])
  })

  it('that no rule prescribes do not run', () => {
    expect(runningSteps(world('2030-01-01', [rule(null, null)]), { ...task, phase: 'DELIVERED' })).toEqual([])
    expect(runningSteps(world('2030-01-01', []), { ...task, phase: 'DELIVERED' })).toEqual([])
  })

  it('are provisional where the year’s notice is unknown', () => {
    const steps = runningSteps(world('2027-01-04'), {
      ...task,
      createdOn: '2026-12-31',
      phase: 'ACKNOWLEDGED',
    })
    expect(steps.map(({ provisional }) => provisional)).toEqual([true])
  })
})
