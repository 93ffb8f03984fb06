import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClockRule, DeadlineRules } from '../../../src/catalogue/clock-rules.ts'
import { overlappingPeriods, ruleOn } from '../../../src/catalogue/clock-rules.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { clocksOf, type DayGroup, type RecordDays, tally } from '../../../src/timeliness/timeliness.ts'

const rule = (code: string, days: number, more: Partial<ClockRule> = {}): ClockRule => ({
  code,
  name: `时限 ${code}`,
  days,
  unit: 'WORKING_DAY',
  effectiveFrom: '2020-01-01',
  effectiveTo: null,
  legalBasis: ['某法第一条'],
  ...more,
})
const rules: DeadlineRules = {
  clocks: [
    rule('FAST', 20, { effectiveTo: '2026-06-30' }),
    rule('FAST', 7, { effectiveFrom: '2026-07-01' }),
    rule('SLOW', 20),
    rule('WITHDRAWAL', 3),
  ],
  // No holidays at all: what a deadline is in a real year is tested with the calendar.
  calendar: { years: new Set([2026, 2027]), departures: new Map() },
}

/** The dataset was in the exchange before any of it. */
const since = '2000-01-01'

describe('the rule in force', () => {
  it.each([
    ['2019-12-31', null],
    ['2020-01-01', 20],
    ['2026-06-30', 20],
    ['2026-07-01', 7],
    ['2030-01-01', 7],
  ])('on %s has %s days', (day, days) => {
    expect(ruleOn(rules.clocks, 'FAST', day)?.days ?? null).toBe(days)
  })

  it('is one: periods that share a day are told', () => {
    const at = (effectiveFrom: string, effectiveTo: string | null, code = 'X') => ({
      code,
      effectiveFrom,
      effectiveTo,
    })
    const apart = [at('2021-01-01', null), at('2020-01-01', '2020-12-31'), at('2020-06-01', null, 'Y')]
    expect(overlappingPeriods(apart)).toEqual([])
    const shared = [at('2020-01-01', '2021-01-01'), at('2021-01-01', null), at('2022-01-01', null)]
    expect(overlappingPeriods(shared)).toEqual([
      [shared[0], shared[1]],
      [shared[1], shared[2]],
    ])
  })
})

describe('clocks of a record', () => {
  const datasetClocks = [
    { rule: 'SLOW', startsOn: 'decidedOn' },
    { rule: 'FAST', startsOn: 'decidedOn' },
    { rule: 'GONE', startsOn: 'decidedOn' },
    { rule: 'SLOW', startsOn: 'finalOn' },
  ]
  const record = (decidedOn: string | null, recordedOn: string): RecordDays => ({
    recordedOn,
    days: { decidedOn, finalOn: null },
    withdrawals: [],
  })
  const told = (days: RecordDays) =>
    clocksOf(rules, datasetClocks, since, days).map(({ rule: code, dueOn, late }) => [code, dueOn, late])

  it.each<[string, RecordDays, unknown[][]]>([
    [
      'each is told, the earliest due first; one without rule or day does not run',
      record('2026-07-01', '2026-07-10'),
      [
        ['FAST', '2026-07-10', false],
        ['SLOW', '2026-07-29', false],
      ],
    ],
    [
      'late under one and not under the other',
      record('2026-07-01', '2026-07-11'),
      [
        ['FAST', '2026-07-10', true],
        ['SLOW', '2026-07-29', false],
      ],
    ],
    [
      'by the rule of the day of the event, not of today',
      record('2026-06-30', '2026-07-28'),
      [
        ['SLOW', '2026-07-28', false],
        ['FAST', '2026-07-28', false],
      ],
    ],
    ['none before there was a rule', record('2019-12-31', '2026-01-01'), []],
    ['none without the day', record(null, '2026-01-01'), []],
    [
      'a withdrawal runs from its decision',
      {
        recordedOn: '2026-01-01',
        days: {},
        withdrawals: [{ decidedOn: '2026-08-03', recordedOn: '2026-08-07' }],
      },
      [['WITHDRAWAL', '2026-08-06', true]],
    ],
  ])('%s', (_, days, expected) => {
    expect(told(days)).toEqual(expected)
  })

  it('tells all of a clock', () => {
    expect(clocksOf(rules, datasetClocks, since, record('2027-12-30', '2028-01-02'))[0]).toEqual({
      rule: 'FAST',
      name: '时限 FAST',
      startsOn: '2027-12-30',
      dueOn: '2028-01-10',
      provisional: true,
      metOn: '2028-01-02',
      late: false,
      legalBasis: ['某法第一条'],
    })
  })
})

describe('the tally', () => {
  it('counts nothing where the clock was never in force', () => {
    expect(tally(rules, 'FAST', since, [])).toBeNull()
    expect(
      tally(rules, 'FAST', since, [{ startsOn: '2019-05-05', recordedOn: '2026-01-01', records: 3 }]),
    ).toBeNull()
  })

  it('takes the worst delay and the one in the middle', () => {
    const at = (recordedOn: string, records: number) => ({ startsOn: '2026-07-01', recordedOn, records })
    expect(
      tally(rules, 'FAST', since, [at('2026-07-30', 1), at('2026-07-10', 4), at('2026-07-02', 3)]),
    ).toEqual({
      received: 8,
      onTime: 7,
      late: 1,
      provisional: 0,
      worstDelayDays: 20,
      medianDays: 9,
      backlog: 0,
    })
  })

  it('runs no clock for what happened before the dataset was in the exchange', () => {
    const at = (startsOn: string, records: number) => ({ startsOn, recordedOn: '2026-07-30', records })
    expect(tally(rules, 'FAST', '2026-07-02', [at('2026-07-01', 5), at('2026-07-02', 2)])).toMatchObject({
      received: 2,
      late: 2,
      backlog: 5,
    })
    expect(
      clocksOf(rules, [{ rule: 'FAST', startsOn: 'on' }], '2026-07-02', {
        recordedOn: '2026-07-30',
        days: { on: '2026-07-01' },
        withdrawals: [],
      }),
    ).toEqual([])
  })

  it('of groups is what the records one by one come to', () => {
    const day = fc.integer({ min: 0, max: 800 }).map((offset) => addCalendarDays('2025-11-01', offset))
    const group = fc.record({
      startsOn: day,
      recordedOn: day,
      records: fc.integer({ min: 1, max: 4 }),
    }) satisfies fc.Arbitrary<DayGroup>
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 12 }), (groups) => {
        const clocks = groups.flatMap(({ startsOn, recordedOn, records }) =>
          Array.from({ length: records }, () =>
            clocksOf(rules, [{ rule: 'FAST', startsOn: 'on' }], since, {
              recordedOn,
              days: { on: startsOn },
              withdrawals: [],
            }),
          ).flat(),
        )
        expect(tally(rules, 'FAST', since, groups)).toMatchObject({
          received: clocks.length,
          onTime: clocks.filter((clock) => !clock.late).length,
          late: clocks.filter((clock) => clock.late).length,
          provisional: clocks.filter((clock) => clock.provisional).length,
        })
      }),
    )
  })
})
