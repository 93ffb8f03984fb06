import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../../src/kernel/refusal.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import {
  applyEvent,
  eventTypes,
  type Grounds,
  isInForce,
  type Membership,
  type MembershipEvent,
  type MembershipEventType,
  type Phase,
  phases,
  transitions,
} from '../../../src/listings/membership.ts'
import { requireAllowed } from '../../../src/listings/membership-rules.ts'

const today = '2026-11-24'
const grounds: Grounds = {
  subjectId: 7,
  listedOn: '2026-03-20',
  endsOn: '2029-03-19',
  exitedOn: null,
  grade: '严重',
  decisionNo: '某决〔2026〕1号',
  reason: '某事由',
}
const listed = applyEvent(null, {
  type: 'LISTED',
  on: '2026-03-20',
  grounds,
  recordedOn: today,
  publishedOn: null,
})
const inPhase = (phase: Phase): Membership =>
  phase === 'LISTED' || phase === 'ENDED'
    ? { ...listed, phase }
    : { ...listed, phase, listedOn: null, endsOn: null }

/** An event of the type on a day, with whatever it carries. */
function eventOf(type: MembershipEventType, on = today): MembershipEvent {
  switch (type) {
    case 'NOTICED':
      return { type, on, subjectId: 7, grade: '严重', reason: '某事由' }
    case 'DECIDED':
      return { type, on, decisionNo: '某决〔2026〕1号' }
    case 'LISTED':
      return { type, on, grounds, recordedOn: today, publishedOn: null }
    case 'CORRECTED':
      return { type, on, grounds, recordedOn: today }
    default:
      return { type, on }
  }
}

/** The state in which nothing but the phase could speak against the event. */
function readyFor(type: MembershipEventType, phase: Phase): Membership {
  const state = inPhase(phase)
  switch (type) {
    case 'DISPUTE_SETTLED':
      return { ...state, disputedSince: '2026-05-01' }
    case 'RESUMED':
      return { ...state, suspensions: [{ from: '2026-05-01', until: null }] }
    case 'EXPIRED':
      return { ...state, endsOn: '2026-11-23' }
    default:
      return state
  }
}

function outcome(state: Membership | null, event: MembershipEvent): string {
  try {
    requireAllowed(state, event, today)
    return 'allowed'
  } catch (error) {
    if (error instanceof Refusal) return `${error.code} ${error.legalBasis ? 'with article' : ''}`
    throw error
  }
}

describe('every transition', () => {
  const cases = eventTypes.flatMap((type) =>
    (['BEFORE', ...phases] as const).map((phase): [MembershipEventType, Phase | 'BEFORE', string] => [
      type,
      phase,
      transitions[type].from.includes(phase) ? 'allowed' : 'TRANSITION_NOT_ALLOWED with article',
    ]),
  )

  it.each(cases)('%s in phase %s is %s', (type, phase, expected) => {
    expect(outcome(phase === 'BEFORE' ? null : readyFor(type, phase), eventOf(type))).toBe(expected)
  })

  it.each(cases.filter(([, phase, expected]) => expected === 'allowed' && phase !== 'BEFORE'))(
    '%s leaves %s for the phase that the table names',
    (type, phase) => {
      const { to } = transitions[type]
      const after = applyEvent(readyFor(type, phase as Phase), eventOf(type))
      expect(after.phase).toBe(to === 'SAME' ? phase : to === 'BY_DAYS' ? 'LISTED' : to)
    },
  )
})

describe('beyond the phase', () => {
  it.each<[string, Membership, MembershipEvent]>([
    ['marked twice', { ...listed, disputedSince: '2026-05-01' }, eventOf('DISPUTED')],
    ['unmarked when unmarked', listed, eventOf('DISPUTE_SETTLED')],
    [
      'suspended twice',
      { ...listed, suspensions: [{ from: '2026-05-01', until: null }] },
      eventOf('SUSPENDED'),
    ],
    ['suspended when over', { ...listed, endsOn: '2026-05-01' }, eventOf('SUSPENDED')],
    ['resumed when not suspended', listed, eventOf('RESUMED')],
    [
      'resumed before it was suspended',
      { ...listed, suspensions: [{ from: '2026-05-01', until: null }] },
      eventOf('RESUMED', '2026-04-30'),
    ],
    [
      'suspended before the end of an earlier suspension',
      { ...listed, suspensions: [{ from: '2026-05-01', until: '2026-06-01' }] },
      eventOf('SUSPENDED', '2026-04-01'),
    ],
    [
      'suspended on the day an earlier suspension ended',
      { ...listed, suspensions: [{ from: '2026-05-01', until: '2026-06-01' }] },
      eventOf('SUSPENDED', '2026-06-01'),
    ],
    ['removed before it was listed', listed, eventOf('REMOVED', '2026-03-19')],
    ['removed after its day of exit', { ...listed, exitedOn: '2026-05-01' }, eventOf('REMOVED')],
    ['published before it was listed', listed, eventOf('PUBLISHED', '2026-03-19')],
    ['published twice', { ...listed, publishedOn: '2026-05-01' }, eventOf('PUBLISHED')],
    ['expired on its last day', { ...listed, endsOn: today }, eventOf('EXPIRED')],
    ['expired without a term', { ...listed, endsOn: null }, eventOf('EXPIRED')],
    ['repaired when over', { ...listed, endsOn: '2026-05-01' }, eventOf('REPAIRED')],
    [
      'corrected after repair',
      { ...listed, phase: 'ENDED', exitedOn: today, exitKind: 'REPAIRED' },
      eventOf('CORRECTED'),
    ],
    ['withdrawn tomorrow', listed, eventOf('WITHDRAWN', '2026-11-25')],
  ])('%s: refused with the article', (_what, state, event) => {
    expect(outcome(state, event)).toBe('TRANSITION_NOT_ALLOWED with article')
  })

  it.each<[string, MembershipEvent[], Partial<Grounds>, Partial<Membership>]>([
    [
      'a removal by an act',
      [{ type: 'REMOVED', on: '2026-06-01' }],
      {},
      { phase: 'ENDED', exitedOn: '2026-06-01', exitKind: 'REMOVED' },
    ],
    [
      'the earlier of two days of exit',
      [{ type: 'REMOVED', on: '2026-06-01' }],
      { exitedOn: '2026-05-01' },
      { phase: 'ENDED', exitedOn: '2026-05-01', removedOn: '2026-06-01' },
    ],
    [
      'the end of a term that was noted',
      [{ type: 'EXPIRED', on: '2026-06-01' }],
      { endsOn: '2026-05-31' },
      { phase: 'ENDED', exitKind: null },
    ],
    ['no end where the term runs on', [{ type: 'EXPIRED', on: '2026-06-01' }], {}, { phase: 'LISTED' }],
  ])('a correction keeps %s', (_what, events, change, expected) => {
    const before = events.reduce<Membership>(applyEvent, listed)
    const corrected = { ...eventOf('CORRECTED'), grounds: { ...grounds, ...change } } as MembershipEvent
    expect(applyEvent(before, corrected)).toMatchObject(expected)
  })

  it('a day of exit that the record named by mistake is taken back by its correction', () => {
    const exited = applyEvent(null, {
      type: 'LISTED',
      on: '2026-03-20',
      grounds: { ...grounds, exitedOn: '2026-05-01' },
      recordedOn: '2026-04-01',
      publishedOn: null,
    })
    const noted = applyEvent(exited, { type: 'REMOVED', on: '2026-05-01' })
    expect(noted).toMatchObject({ phase: 'ENDED', removedOn: null })
    expect(applyEvent(noted, eventOf('CORRECTED'))).toMatchObject({ phase: 'LISTED', exitedOn: null })
  })

  it('wrongful listing reaches back', () => {
    expect(outcome(listed, eventOf('WRONGFUL', '2026-03-01'))).toBe('allowed')
  })

  it('what is suspended can be repaired, and an earlier exit stays', () => {
    const suspended = applyEvent(listed, { type: 'SUSPENDED', on: '2026-10-01' })
    expect(outcome(suspended, eventOf('REPAIRED'))).toBe('allowed')
    const removed = applyEvent(listed, { type: 'REMOVED', on: '2026-06-01' })
    expect(applyEvent(removed, { type: 'WITHDRAWN', on: '2026-07-01' })).toMatchObject({
      exitedOn: '2026-06-01',
      exitKind: 'WITHDRAWN',
    })
  })
})

describe('in force', () => {
  it.each<[string, Partial<Membership>, string, boolean]>([
    ['the day before it is listed', {}, '2026-03-19', false],
    ['the day it is listed', {}, '2026-03-20', true],
    ['the last day of its term', {}, '2029-03-19', true],
    ['the day after', {}, '2029-03-20', false],
    ['the day before it exits', { exitedOn: '2026-09-01' }, '2026-08-31', true],
    ['the day it exits', { exitedOn: '2026-09-01' }, '2026-09-01', false],
    [
      'the first day of a suspension',
      { suspensions: [{ from: '2026-05-01', until: '2026-06-01' }] },
      '2026-05-01',
      false,
    ],
    [
      'the day a suspension ends',
      { suspensions: [{ from: '2026-05-01', until: '2026-06-01' }] },
      '2026-06-01',
      true,
    ],
    ['an open suspension', { suspensions: [{ from: '2026-05-01', until: null }] }, '2028-01-01', false],
    ['exit before listing', { exitedOn: '2026-03-20' }, '2026-03-20', false],
  ])('%s', (_what, change, day, expected) => {
    expect(isInForce({ ...listed, ...change }, day)).toBe(expected)
  })

  const someDay = fc.integer({ min: 0, max: 2_000 }).map((offset) => addCalendarDays('2025-01-01', offset))
  const someEvent = fc.tuple(fc.constantFrom(...eventTypes), someDay)

  it('never outside its days, and never again once it was repaired, withdrawn or found wrongful', () => {
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 25 }), someDay, (drafts, day) => {
        let state: Membership | null = null
        const ends: string[] = []
        for (const [type, on] of drafts) {
          const event = eventOf(type, on)
          try {
            requireAllowed(state, event, '2031-01-01')
          } catch {
            continue
          }
          state = applyEvent(state, event)
          if (['REPAIRED', 'WITHDRAWN', 'WRONGFUL', 'REMOVED'].includes(event.type)) ends.push(on)
        }
        if (state === null || !isInForce(state, day)) return
        expect(state.listedOn !== null && state.listedOn <= day).toBe(true)
        expect(state.endsOn === null || day <= state.endsOn).toBe(true)
        expect(ends.every((on) => day < on)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
