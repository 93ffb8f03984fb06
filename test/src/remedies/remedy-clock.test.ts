import { describe, expect, it } from 'vitest'
import type { ClockRule, DeadlineRules } from '../../../src/catalogue/clock-rules.ts'
import type { RemedyEvent } from '../../../src/remedies/remedy.ts'
import {
  type CaseStep,
  type DatedEvent,
  isLate,
  isOverdue,
  presentStep,
  stepsOf,
  tallySteps,
} from '../../../src/remedies/remedy-clock.ts'

const rule = (code: string, days: number, more: Partial<ClockRule> = {}): ClockRule => ({
  code,
  name: `时限 ${code}`,
  days,
  unit: 'WORKING_DAY',
  effectiveFrom: '2020-05-01',
  effectiveTo: null,
  legalBasis: ['某法第一条'],
  ...more,
})
/** Of 2026: the first days of October off; 10 October, a Saturday, is worked on. 2027 is not known. */
const rules: DeadlineRules = {
  clocks: [
    rule('OBJECTION_OWN', 3),
    rule('OBJECTION_PROVIDER', 3),
    rule('OBJECTION_TOTAL', 7),
    rule('REPAIR_ACCEPTANCE', 2, { effectiveFrom: '2026-04-01' }),
    rule('REPAIR_DECISION', 10, { effectiveFrom: '2026-04-01' }),
    rule('REPAIR_DECISION_SAMR', 15, { effectiveFrom: '2021-09-01', effectiveTo: '2025-12-24' }),
    rule('REPAIR_DECISION_SAMR', 7, { effectiveFrom: '2025-12-25' }),
    rule('REPAIR_EXECUTION', 1),
  ],
  calendar: {
    years: new Set([2025, 2026]),
    departures: new Map([
      ...['01', '02', '05', '06', '07'].map((day): [string, 'HOLIDAY'] => [`2026-10-${day}`, 'HOLIDAY']),
      ['2026-10-10', 'WORKDAY'],
    ]),
  },
}

const reasons = '理由'
const documentNo = '文书'
const make: { [type: string]: RemedyEvent } = {
  RECEIVED: { type: 'RECEIVED', recordVersion: 1, pledge: null },
  ACCEPTED: { type: 'ACCEPTED' },
  REFUSED: { type: 'REFUSED', reasons },
  SENT: { type: 'SENT_TO_PROVIDER' },
  ANSWERED: { type: 'ANSWERED', answer: 'CONFIRMED', reasons },
  PAUSE: { type: 'INSPECTION_BEGAN', inspection: 'APPRAISAL', reasons },
  RESUME: { type: 'INSPECTION_ENDED' },
  REJECTED: { type: 'REJECTED', reasons, documentNo },
  GRANTED: { type: 'GRANTED', reasons, documentNo, corrected: true, dutiesPerformed: true },
  DENIED: { type: 'DENIED', reasons, documentNo },
  WITHDRAWN: { type: 'WITHDRAWN', reasons },
}

/** `RECEIVED 09-01, SENT 09-02`: events on days of 2026. */
function story(text: string): DatedEvent[] {
  return text.split(', ').map((part) => {
    const [name, day] = part.split(' ')
    const event = make[name ?? '']
    if (!event || !day) throw new TypeError(part)
    return { ...event, on: day.length === 5 ? `2026-${day}` : day }
  })
}

/** `rule owed start due end`, days without their year. */
const told = ({ rule: code, owedBy, startsOn, dueOn, endedOn, provisional }: CaseStep) =>
  [
    code.replace(/^(OBJECTION|REPAIR)_/, ''),
    owedBy,
    startsOn.slice(5),
    dueOn?.replace('2026-', '') ?? 'PAUSED',
    endedOn?.slice(5) ?? '-',
    ...(provisional && dueOn !== null ? ['?'] : []),
  ].join(' ')

describe('the clocks of an objection', () => {
  it.each<[string, string, string[]]>([
    ['received on a Tuesday: three working days', 'RECEIVED 09-01', ['OWN TAKER 09-01 09-04 -']],
    ['over a weekend', 'RECEIVED 09-03', ['OWN TAKER 09-03 09-08 -']],
    ['over a holiday and its working Saturday', 'RECEIVED 09-29', ['OWN TAKER 09-29 10-09 -']],
    [
      'settled as an own matter',
      'RECEIVED 09-01, ACCEPTED 09-01, REJECTED 09-03',
      ['OWN TAKER 09-01 09-04 09-03'],
    ],
    ['refused', 'RECEIVED 09-01, REFUSED 09-02', ['OWN TAKER 09-01 09-04 09-02']],
    [
      'sent to the provider: seven in all, three for it',
      'RECEIVED 09-01, ACCEPTED 09-01, SENT 09-02',
      ['OWN TAKER 09-01 09-04 09-02', 'TOTAL TAKER 09-01 09-10 -', 'PROVIDER PROVIDER 09-02 09-07 -'],
    ],
    [
      'answered and decided',
      'RECEIVED 09-01, ACCEPTED 09-01, SENT 09-02, ANSWERED 09-08, REJECTED 09-09',
      ['OWN TAKER 09-01 09-04 09-02', 'TOTAL TAKER 09-01 09-10 09-09', 'PROVIDER PROVIDER 09-02 09-07 09-08'],
    ],
    [
      'an inspection is not counted, its first and last day included',
      'RECEIVED 09-01, ACCEPTED 09-01, PAUSE 09-02, RESUME 09-11',
      ['OWN TAKER 09-01 09-16 -'],
    ],
    [
      'one under way: nobody can say',
      'RECEIVED 09-01, ACCEPTED 09-01, PAUSE 09-04',
      ['OWN TAKER 09-01 PAUSED -'],
    ],
    [
      'one that begins after the due day does not save it',
      'RECEIVED 09-01, ACCEPTED 09-01, PAUSE 09-07',
      ['OWN TAKER 09-01 09-04 -'],
    ],
    [
      'two inspections',
      'RECEIVED 09-01, ACCEPTED 09-01, SENT 09-01, PAUSE 09-02, RESUME 09-03, PAUSE 09-07, RESUME 09-08',
      ['OWN TAKER 09-01 09-10 09-01', 'TOTAL TAKER 09-01 09-16 -', 'PROVIDER PROVIDER 09-01 09-10 -'],
    ],
    [
      'withdrawn in an inspection',
      'RECEIVED 09-01, ACCEPTED 09-01, PAUSE 09-02, WITHDRAWN 09-03',
      ['OWN TAKER 09-01 09-08 09-03'],
    ],
    ['into a year whose holidays are not known', 'RECEIVED 12-30', ['OWN TAKER 12-30 2027-01-04 - ?']],
    [
      'at the end of December, which the next notice may move',
      'RECEIVED 12-25',
      ['OWN TAKER 12-25 12-30 - ?'],
    ],
    ['before there was a rule', 'RECEIVED 2020-04-30', []],
  ])('%s', (_what, events, expected) => {
    expect(stepsOf(rules, 'OBJECTION', 'TAX', story(events)).map(told)).toEqual(expected)
  })
})

describe('the clocks of a repair', () => {
  it.each<[string, string, string, string[]]>([
    ['two days to accept', 'TAX', 'RECEIVED 09-01', ['ACCEPTANCE TAKER 09-01 09-03 -']],
    [
      'ten to decide, from the acceptance',
      'TAX',
      'RECEIVED 09-01, ACCEPTED 09-03',
      ['ACCEPTANCE TAKER 09-01 09-03 09-03', 'DECISION PROVIDER 09-03 09-17 -'],
    ],
    ...['MARKET_REGULATION', 'INDUSTRY_COMMERCE', 'QUALITY_SUPERVISION'].map(
      (kind): [string, string, string, string[]] => [
        `seven for ${kind}`,
        kind,
        'RECEIVED 09-01, ACCEPTED 09-03',
        ['ACCEPTANCE TAKER 09-01 09-03 09-03', 'DECISION_SAMR PROVIDER 09-03 09-14 -'],
      ],
    ),
    [
      'fifteen for them before the new rule',
      'MARKET_REGULATION',
      'RECEIVED 2025-09-01, ACCEPTED 2025-09-01',
      ['DECISION_SAMR PROVIDER 09-01 2025-09-22 -'],
    ],
    [
      'granted: carried out at once',
      'TAX',
      'RECEIVED 09-01, ACCEPTED 09-03, GRANTED 09-18',
      [
        'ACCEPTANCE TAKER 09-01 09-03 09-03',
        'DECISION PROVIDER 09-03 09-17 09-18',
        'EXECUTION TAKER 09-18 09-21 09-18',
      ],
    ],
    [
      'denied',
      'TAX',
      'RECEIVED 09-01, ACCEPTED 09-03, DENIED 09-04',
      ['ACCEPTANCE TAKER 09-01 09-03 09-03', 'DECISION PROVIDER 09-03 09-17 09-04'],
    ],
  ])('%s', (_what, kind, events, expected) => {
    expect(stepsOf(rules, 'REPAIR', kind, story(events)).map(told)).toEqual(expected)
  })
})

describe('what is due', () => {
  const steps = (text: string) => stepsOf(rules, 'OBJECTION', 'TAX', story(text))
  it('the present step is the one due first; none when closed', () => {
    expect(presentStep(steps('RECEIVED 09-01, ACCEPTED 09-01, SENT 09-02'))?.rule).toBe('OBJECTION_PROVIDER')
    expect(presentStep(steps('RECEIVED 09-01, REFUSED 09-02'))).toBeNull()
  })

  it.each([
    ['09-04', false],
    ['09-05', true],
  ])('on %s overdue: %s', (today, overdue) => {
    const [own] = steps('RECEIVED 09-01')
    expect(own && isOverdue(own, `2026-${today}`)).toBe(overdue)
  })

  it('late is what ended after its day', () => {
    expect(steps('RECEIVED 09-01, REFUSED 09-04').map(isLate)).toEqual([false])
    expect(steps('RECEIVED 09-01, REFUSED 09-05').map(isLate)).toEqual([true])
  })

  it('counts against whoever owed it, once it is over or overdue', () => {
    const all = [
      ...steps('RECEIVED 09-01, REFUSED 09-02'),
      ...steps('RECEIVED 09-01, REFUSED 09-09'),
      ...steps('RECEIVED 09-01'),
      ...steps('RECEIVED 09-28'),
      // The applicant gave up in time: nobody's merit. Too late: somebody's fault all the same.
      ...steps('RECEIVED 09-01, WITHDRAWN 09-02'),
      ...steps('RECEIVED 09-01, WITHDRAWN 09-09'),
      // Held by an inspection.
      ...steps('RECEIVED 09-01, ACCEPTED 09-01, PAUSE 09-02'),
      // Due outside the window.
      ...steps('RECEIVED 08-03, REFUSED 08-04'),
    ]
    expect(tallySteps(all, { from: '2026-09-01', to: '2026-09-30' }, '2026-09-29')).toEqual({
      due: 4,
      onTime: 1,
      late: 2,
      openOverdue: 1,
    })
  })
})
