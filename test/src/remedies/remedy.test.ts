import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../../src/kernel/refusal.ts'
import { newCaseCode, readCaseCode } from '../../../src/remedies/case-code.ts'
import { type DecisionInput, readDecision } from '../../../src/remedies/decision.ts'
import {
  applyCaseEvent,
  type CasePhase,
  type CaseState,
  casePhases,
  caseStateOf,
  caseTransitions,
  type RemedyEvent,
  type RemedyEventType,
  type RemedyKind,
  remedyKinds,
  requireCaseAllowed,
} from '../../../src/remedies/remedy.ts'
import { requirePledge, requireRepairable } from '../../../src/remedies/repair-conditions.ts'

const reasons = '理由'
const documentNo = '文书〔2026〕1号'
const events: { [T in RemedyEventType]: Extract<RemedyEvent, { type: T }> } = {
  RECEIVED: { type: 'RECEIVED', recordVersion: 1, pledge: null },
  ACCEPTED: { type: 'ACCEPTED' },
  REFUSED: { type: 'REFUSED', reasons },
  SENT_TO_PROVIDER: { type: 'SENT_TO_PROVIDER' },
  ANSWERED: { type: 'ANSWERED', answer: 'CONFIRMED', reasons },
  INSPECTION_BEGAN: { type: 'INSPECTION_BEGAN', inspection: 'APPRAISAL', reasons },
  INSPECTION_ENDED: { type: 'INSPECTION_ENDED' },
  UPHELD: { type: 'UPHELD', outcome: 'CORRECT', reasons, documentNo, apology: null },
  REJECTED: { type: 'REJECTED', reasons, documentNo },
  GRANTED: { type: 'GRANTED', reasons, documentNo, corrected: true, dutiesPerformed: true },
  DENIED: { type: 'DENIED', reasons, documentNo },
  WITHDRAWN: { type: 'WITHDRAWN', reasons },
  ESCALATED: { type: 'ESCALATED', rule: 'OBJECTION_OWN', dueOn: '2026-01-01' },
}
const types = Object.keys(events) as RemedyEventType[]

function refusalOf(work: () => void): Refusal | null {
  try {
    work()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

const state = (kind: RemedyKind, phase: CasePhase, more: Partial<CaseState> = {}): CaseState => ({
  kind,
  phase,
  answer: null,
  inspecting: false,
  ...more,
})

/** Written out by hand, so that the table of the product is compared with something. `=`: the phase stays. */
const expected: Record<RemedyKind, Partial<Record<CasePhase | 'BEFORE', string>>> = {
  OBJECTION: {
    BEFORE: 'RECEIVED→RECEIVED',
    RECEIVED: 'ACCEPTED→ACCEPTED REFUSED→REFUSED WITHDRAWN→WITHDRAWN ESCALATED→=',
    ACCEPTED:
      'SENT_TO_PROVIDER→VERIFYING INSPECTION_BEGAN→= INSPECTION_ENDED→= UPHELD→UPHELD REJECTED→REJECTED WITHDRAWN→WITHDRAWN ESCALATED→=',
    VERIFYING: 'ANSWERED→ANSWERED INSPECTION_BEGAN→= INSPECTION_ENDED→= WITHDRAWN→WITHDRAWN ESCALATED→=',
    ANSWERED:
      'INSPECTION_BEGAN→= INSPECTION_ENDED→= UPHELD→UPHELD REJECTED→REJECTED WITHDRAWN→WITHDRAWN ESCALATED→=',
  },
  REPAIR: {
    BEFORE: 'RECEIVED→RECEIVED',
    RECEIVED: 'ACCEPTED→ACCEPTED REFUSED→REFUSED WITHDRAWN→WITHDRAWN ESCALATED→=',
    ACCEPTED: 'GRANTED→GRANTED DENIED→DENIED WITHDRAWN→WITHDRAWN ESCALATED→=',
  },
}
const cells = remedyKinds.flatMap((kind) =>
  (['BEFORE', ...casePhases] as const).flatMap((phase) =>
    types.map((type) => {
      const allowed = (expected[kind][phase] ?? '').split(' ').find((cell) => cell.split('→')[0] === type)
      return { kind, phase, type, to: allowed?.split('→')[1] ?? null }
    }),
  ),
)

describe('every event in every phase', () => {
  it.each(cells)('$kind $phase $type → $to', ({ kind, phase, type, to }) => {
    // With what else it needs: an inspection can end only where one is under way.
    const before = phase === 'BEFORE' ? null : state(kind, phase, { inspecting: type === 'INSPECTION_ENDED' })
    const refusal = refusalOf(() => requireCaseAllowed(kind, before, events[type]))
    if (to === null) {
      expect(refusal?.code).toBe('TRANSITION_NOT_ALLOWED')
      expect(refusal?.legalBasis).toMatch(/河南省社会信用条例|信用修复管理办法/)
    } else {
      expect(refusal).toBeNull()
      expect(applyCaseEvent(kind, before, events[type]).phase).toBe(to === '=' ? phase : to)
    }
  })

  it('each transition tells its meaning in both languages and its article', () => {
    for (const kind of remedyKinds)
      for (const transition of Object.values(caseTransitions[kind])) {
        expect(transition.meaning).toMatch(/^\p{sc=Han}.*\(.+\)$/u)
        expect(transition.legalBasis).toMatch(/第.+条|号/)
      }
  })

  it('a closed case stays closed, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...remedyKinds),
        fc.array(fc.constantFrom(...types), { maxLength: 30 }),
        (kind, tried) => {
          const taken: RemedyEvent[] = [events.RECEIVED]
          for (const type of tried) {
            const now = caseStateOf(kind, taken)
            if (refusalOf(() => requireCaseAllowed(kind, now, events[type])) === null)
              taken.push(events[type])
          }
          const closing = taken.filter(({ type }) =>
            ['REFUSED', 'UPHELD', 'REJECTED', 'GRANTED', 'DENIED', 'WITHDRAWN'].includes(type),
          )
          expect(closing.length).toBeLessThanOrEqual(1)
          if (closing.length === 1) expect(taken.at(-1)).toBe(closing[0])
        },
      ),
    )
  })
})

describe('beyond the phase', () => {
  const upheld = (outcome: 'CORRECT' | 'REMOVE' | 'PLATFORM'): RemedyEvent => ({ ...events.UPHELD, outcome })
  it.each<[string, CaseState, RemedyEvent, boolean]>([
    [
      'a second inspection',
      state('OBJECTION', 'ACCEPTED', { inspecting: true }),
      events.INSPECTION_BEGAN,
      false,
    ],
    ['the end of none', state('OBJECTION', 'ACCEPTED'), events.INSPECTION_ENDED, false],
    [
      'an answer in an inspection',
      state('OBJECTION', 'VERIFYING', { inspecting: true }),
      events.ANSWERED,
      false,
    ],
    [
      'a decision in an inspection',
      state('OBJECTION', 'ACCEPTED', { inspecting: true }),
      events.REJECTED,
      false,
    ],
    [
      'a withdrawal in an inspection',
      state('OBJECTION', 'ACCEPTED', { inspecting: true }),
      events.WITHDRAWN,
      true,
    ],
    ['confirmed, rejected', state('OBJECTION', 'ANSWERED', { answer: 'CONFIRMED' }), events.REJECTED, true],
    ['confirmed, upheld', state('OBJECTION', 'ANSWERED', { answer: 'CONFIRMED' }), upheld('CORRECT'), false],
    [
      'to correct, corrected',
      state('OBJECTION', 'ANSWERED', { answer: 'TO_CORRECT' }),
      upheld('CORRECT'),
      true,
    ],
    [
      'to correct, removed',
      state('OBJECTION', 'ANSWERED', { answer: 'TO_CORRECT' }),
      upheld('REMOVE'),
      false,
    ],
    [
      'to correct, rejected',
      state('OBJECTION', 'ANSWERED', { answer: 'TO_CORRECT' }),
      events.REJECTED,
      false,
    ],
    [
      'to withdraw, removed',
      state('OBJECTION', 'ANSWERED', { answer: 'TO_WITHDRAW' }),
      upheld('REMOVE'),
      true,
    ],
    [
      'answered, the platform’s',
      state('OBJECTION', 'ANSWERED', { answer: 'CONFIRMED' }),
      upheld('PLATFORM'),
      false,
    ],
    ['own matter, the platform’s', state('OBJECTION', 'ACCEPTED'), upheld('PLATFORM'), true],
  ])('%s', (_what, before, event, allowed) => {
    expect(refusalOf(() => requireCaseAllowed('OBJECTION', before, event))?.code ?? null).toBe(
      allowed ? null : 'TRANSITION_NOT_ALLOWED',
    )
  })
})

describe('a decision', () => {
  const input = (more: Partial<DecisionInput>): DecisionInput => ({
    decision: 'UPHELD',
    reasons,
    documentNo,
    outcome: null,
    apology: null,
    corrected: false,
    dutiesPerformed: false,
    ...more,
  })
  it.each<[string, Partial<DecisionInput>, string | null]>([
    ['upheld without an outcome', {}, 'INPUT_INVALID'],
    ['removed without an apology', { outcome: 'REMOVE' }, 'INPUT_INVALID'],
    ['removed with one', { outcome: 'REMOVE', apology: '谨此致歉' }, null],
    ['corrected without one', { outcome: 'CORRECT' }, null],
    ['granted though not corrected', { decision: 'GRANTED', dutiesPerformed: true }, 'REPAIR_NOT_POSSIBLE'],
    ['granted though duties are open', { decision: 'GRANTED', corrected: true }, 'REPAIR_NOT_POSSIBLE'],
    ['granted', { decision: 'GRANTED', corrected: true, dutiesPerformed: true }, null],
    ['denied', { decision: 'DENIED' }, null],
  ])('%s', (_what, more, code) => {
    expect(refusalOf(() => readDecision(input(more)))?.code ?? null).toBe(code)
  })
})

describe('conditions of a repair', () => {
  const term = { day: '2026-06-01', legalBasis: '某令第九条' }
  it('before the first day it is too early, told with day and article', () => {
    const refusal = refusalOf(() => requireRepairable(term, '2026-05-31', 'DISCLOSED'))
    expect(refusal).toMatchObject({ code: 'REPAIR_TOO_EARLY', legalBasis: '某令第九条' })
    expect(refusal?.message).toContain('2026-06-01')
    expect(refusalOf(() => requireRepairable(term, '2026-06-01', 'DISCLOSED'))).toBeNull()
    const untold = refusalOf(() => requireRepairable(term, '2026-05-31', 'UNDISCLOSED'))
    expect(untold).toMatchObject({ code: 'REPAIR_TOO_EARLY' })
    expect(`${untold?.message} ${untold?.legalBasis}`).not.toMatch(/2026-06-01|某令第九条/)
  })
  it('without a rule it is not possible', () => {
    expect(refusalOf(() => requireRepairable(null, '2026-06-01', 'DISCLOSED'))?.code).toBe(
      'REPAIR_NOT_POSSIBLE',
    )
  })
  it('needs a pledge, signed by today; an objection does not', () => {
    const signed = (signedOn: string) => ({ signedOn, text: '承诺' })
    expect(refusalOf(() => requirePledge('REPAIR', null, '2026-06-01'))?.code).toBe('INPUT_INVALID')
    expect(refusalOf(() => requirePledge('REPAIR', signed('2026-06-02'), '2026-06-01'))?.code).toBe(
      'INPUT_INVALID',
    )
    expect(refusalOf(() => requirePledge('REPAIR', signed('2026-06-01'), '2026-06-01'))).toBeNull()
    expect(refusalOf(() => requirePledge('OBJECTION', null, '2026-06-01'))).toBeNull()
  })
})

describe('the code of a case', () => {
  it('is four groups of four, and read as people type it', () => {
    const code = newCaseCode((bytes) => Uint8Array.from({ length: bytes }, (_, position) => position * 37))
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
    expect(readCaseCode(code.toLowerCase().replaceAll('-', ' '))).toBe(code)
    expect(readCaseCode('oooo-iiii-LLLL-ABCD')).toBe('0000-1111-1111-ABCD')
  })
  it.each(['', 'ABCD', 'UUUU-UUUU-UUUU-UUUU', `${'A'.repeat(17)}`])('%s is none', (typed) => {
    expect(readCaseCode(typed)).toBeNull()
  })
})
