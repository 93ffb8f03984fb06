import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogueFileSchema } from '../../../src/catalogue/catalogue-file.ts'
import { grades, type PublicationRules } from '../../../src/catalogue/publication-rules.ts'
import { addMonths } from '../../../src/kernel/clock.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import {
  type Publication,
  type PublicationFacts,
  type PublicationReason,
  penaltyKindsOf,
  publicationOn,
  stopKinds,
} from '../../../src/publication/publication.ts'

/** The founding rules, so that the vectors hold for what is imported. */
const founding = new URL('../../../prisma/catalogue/publication-rules.json', import.meta.url)
const rules: PublicationRules = catalogueFileSchema.parse(JSON.parse(readFileSync(founding, 'utf8')))

const fined: PublicationFacts = {
  category: 'PENALTY',
  sharing: 'PUBLIC',
  gradeGiven: null,
  penaltyKinds: ['罚款'],
  determinedOn: '2026-04-01',
  corrected: null,
  listing: 'NONE',
  earlyExitOn: null,
  stopped: null,
}
const revoked: PublicationFacts = { ...fined, penaltyKinds: ['罚款', '吊销营业执照'] }
const listed: PublicationFacts = {
  ...fined,
  category: 'LIST',
  gradeGiven: 'SERIOUS',
  penaltyKinds: [],
  listing: 'IN_FORCE',
}
const on = (facts: PublicationFacts, day: string) => publicationOn(rules, facts, day)

describe('publication', () => {
  it('is told as a whole', () => {
    const [kind] = rules.penaltyGrades.filter((row) => row.kind === '吊销' && row.effectiveTo === null)
    const [rule] = rules.publicationRules.filter(
      (row) => row.category === 'PENALTY' && row.grade === 'SERIOUS' && row.effectiveTo === null,
    )
    expect(on(revoked, '2026-11-24')).toEqual({
      grade: 'SERIOUS',
      shown: true,
      from: '2026-04-01',
      earliestRepairOn: '2027-04-02',
      until: '2029-04-01',
      published: true,
      reason: 'PUBLISHED',
      legalBasis: [...(kind?.legalBasis ?? []), ...(rule?.legalBasis ?? [])],
    } satisfies Publication)
  })

  const old = { ...fined, determinedOn: '2025-01-31' }
  const unfixed = { ...revoked, corrected: false }
  const withdrawn = { ...fined, stopped: { on: '2026-06-01', kind: 'WITHDRAWN' } } as const
  it.each<[string, PublicationFacts, string, boolean, PublicationReason]>([
    ['ordinary, the day before', fined, '2026-03-31', false, 'NOT_DETERMINED_YET'],
    ['ordinary, the day of the decision', fined, '2026-04-01', true, 'PUBLISHED'],
    ['ordinary, the last day', fined, '2027-04-01', true, 'PUBLISHED'],
    ['ordinary, the day after', fined, '2027-04-02', false, 'MAXIMUM_REACHED'],
    ['serious, the last day', revoked, '2029-04-01', true, 'PUBLISHED'],
    ['serious, the day after', revoked, '2029-04-02', false, 'MAXIMUM_REACHED'],
    ['corrected, the day after', { ...revoked, corrected: true }, '2029-04-02', false, 'MAXIMUM_REACHED'],
    ['not corrected, the last day', unfixed, '2029-04-01', true, 'PUBLISHED'],
    ['not corrected, the day after', unfixed, '2029-04-02', true, 'HELD_UNCORRECTED'],
    ['not corrected, the last day of the ceiling', unfixed, '2031-04-01', true, 'HELD_UNCORRECTED'],
    ['not corrected, past the ceiling', unfixed, '2031-04-02', false, 'CEILING_REACHED'],
    ['under order 58, its last day', old, '2026-03-31', true, 'PUBLISHED'],
    ['under order 36, over on its first day', old, '2026-04-01', false, 'MAXIMUM_REACHED'],
    ['before any rule', { ...fined, determinedOn: '2023-01-01' }, '2023-04-30', false, 'GRADE_UNKNOWN'],
    [
      'graded before any rule',
      { ...old, gradeGiven: 'ORDINARY', determinedOn: '2023-01-01' },
      '2023-04-30',
      false,
      'NO_RULE',
    ],
    ['under the first rule', { ...fined, determinedOn: '2023-01-01' }, '2023-05-01', true, 'PUBLISHED'],
    ['a warning', { ...fined, penaltyKinds: ['警告'] }, '2026-04-01', false, 'NOT_SHOWN'],
    ['a kind nobody graded', { ...fined, penaltyKinds: ['其他'] }, '2026-04-01', false, 'GRADE_UNKNOWN'],
    ['no kind at all', { ...fined, penaltyKinds: [] }, '2026-04-01', false, 'GRADE_UNKNOWN'],
    [
      'shared with government only',
      { ...fined, sharing: 'GOV_SHARED' },
      '2026-04-01',
      false,
      'DATASET_NOT_PUBLIC',
    ],
    ['authorised', { ...fined, sharing: 'AUTHORISED' }, '2026-04-01', false, 'DATASET_NOT_PUBLIC'],
    ['withdrawn, the day before', withdrawn, '2026-05-31', true, 'PUBLISHED'],
    ['withdrawn, from the day on', withdrawn, '2026-06-01', false, 'WITHDRAWN'],
    ['withdrawn, past the maximum', withdrawn, '2027-04-02', false, 'WITHDRAWN'],
    ['listed, past the maximum', listed, '2029-04-02', true, 'HELD_LISTED'],
    ['listed, past the ceiling', listed, '2031-04-02', true, 'HELD_LISTED'],
    ['suspended by the court', { ...listed, listing: 'SUSPENDED' }, '2026-11-24', false, 'SUSPENDED'],
    [
      'no longer listed, past the maximum',
      { ...listed, listing: 'NONE' },
      '2029-04-02',
      false,
      'MAXIMUM_REACHED',
    ],
    ['a hint, while it stands', { ...listed, gradeGiven: 'MINOR' }, '2040-01-01', true, 'HELD_LISTED'],
    [
      'a hint without membership, past the ceiling',
      { ...listed, gradeGiven: 'MINOR', listing: 'NONE' },
      '2031-04-02',
      false,
      'CEILING_REACHED',
    ],
  ])('%s', (_what, facts, day, published, reason) => {
    const found = on(facts, day)
    expect([found.published, found.reason]).toEqual([published, reason])
  })

  it.each(stopKinds.map((kind) => [kind]))('%s ends it from its day on', (kind) => {
    const facts: PublicationFacts = { ...listed, stopped: { on: '2026-06-01', kind } }
    expect(on(facts, '2026-05-31')).toMatchObject({ published: true, until: '2026-05-31' })
    expect(on(facts, '2026-06-01')).toMatchObject({ published: false, until: '2026-05-31', reason: kind })
  })

  it.each<[string, PublicationFacts, string, string | null]>([
    ['its maximum', fined, '2026-11-24', '2027-04-01'],
    ['the last of a shorter month', { ...fined, determinedOn: '2028-02-29' }, '2028-03-01', '2029-02-28'],
    ['nothing, not shown', { ...fined, penaltyKinds: ['警告'] }, '2026-11-24', null],
    ['the ceiling, while uncorrected', { ...fined, corrected: false }, '2026-11-24', '2031-04-01'],
    ['its maximum, once corrected', { ...fined, corrected: true }, '2031-04-02', '2027-04-01'],
    ['nothing, until it leaves the list', listed, '2026-11-24', null],
    [
      'the last day of the membership',
      { ...listed, stopped: { on: '2029-04-02', kind: 'EXPIRED' } },
      '2026-11-24',
      '2029-04-01',
    ],
    [
      'nothing, stopped before it began',
      { ...fined, stopped: { on: '2026-03-01', kind: 'WITHDRAWN' } },
      '2026-11-24',
      null,
    ],
  ])('lasts until %s', (_what, facts, day, until) => {
    expect(on(facts, day).until).toBe(until)
  })

  it.each<[string, PublicationFacts, string | null]>([
    ['ordinary: the day after three months', fined, '2026-07-02'],
    ['serious: the day after a year', revoked, '2027-04-02'],
    ['serious, of a leap day', { ...revoked, determinedOn: '2024-02-29' }, '2025-03-01'],
    ['minor: at once', { ...fined, penaltyKinds: ['警告'] }, '2026-04-01'],
    ['of a list: not before its own rules allow', { ...listed, earlyExitOn: '2028-04-02' }, '2028-04-02'],
    ['of a list: not before the minimum', { ...listed, earlyExitOn: '2026-10-02' }, '2027-04-02'],
    ['a hint: at once', { ...listed, gradeGiven: 'MINOR' }, '2026-04-01'],
    ['without a grade: not known', { ...fined, penaltyKinds: [] }, null],
  ])('may be repaired early, %s', (_what, facts, day) => {
    expect(on(facts, '2026-11-24').earliestRepairOn).toBe(day)
  })
})

describe('gravity', () => {
  const gradeOf = (change: Partial<PublicationFacts>, day = '2026-11-24') =>
    on({ ...fined, ...change }, day).grade

  it.each<[string, string | null]>([
    ['警告', 'MINOR'],
    ['警告；罚款', 'ORDINARY'],
    ['罚款；警告', 'ORDINARY'],
    ['罚款;没收违法所得、没收非法财物', 'ORDINARY'],
    ['警告；暂扣许可证件', 'ORDINARY'],
    ['警告，吊销许可证', 'SERIOUS'],
    ['限制从业；罚款', 'SERIOUS'],
    ['其他；警告', 'MINOR'],
    ['其他', null],
    ['', null],
  ])('of %s is %s: the gravest kind counts', (text, grade) => {
    expect(gradeOf({ penaltyKinds: penaltyKindsOf(text) })).toBe(grade)
  })

  it('as the provider gives it wins, to either side', () => {
    expect(gradeOf({ gradeGiven: 'SERIOUS', penaltyKinds: ['警告'] })).toBe('SERIOUS')
    expect(gradeOf({ gradeGiven: 'MINOR', penaltyKinds: ['吊销营业执照'] })).toBe('MINOR')
  })

  it('of a kind is by the rule of the day asked about', () => {
    expect(gradeOf({ penaltyKinds: ['吊销'] }, '2026-03-31')).toBe('ORDINARY')
    expect(gradeOf({ penaltyKinds: ['吊销'] }, '2026-04-01')).toBe('SERIOUS')
  })
})

describe('always', () => {
  const epoch = '2026-04-01'
  const day = (after: number) => addCalendarDays(epoch, after)
  const offset = fc.integer({ min: 0, max: 4_000 })
  // Of one set of rules: all that is determined and asked about is from its first day on.
  const facts: fc.Arbitrary<PublicationFacts> = fc.record({
    category: fc.constantFrom('PENALTY', 'LIST'),
    sharing: fc.constantFrom('PUBLIC', 'PUBLIC', 'GOV_SHARED', 'AUTHORISED'),
    gradeGiven: fc.option(fc.constantFrom(...grades)),
    penaltyKinds: fc.array(fc.constantFrom('警告', '罚款', '吊销营业执照', '其他'), { maxLength: 3 }),
    determinedOn: offset.map(day),
    corrected: fc.constantFrom(true, false, null),
    listing: fc.constantFrom('NONE', 'IN_FORCE', 'SUSPENDED'),
    earlyExitOn: fc.option(offset.map(day)),
    stopped: fc.option(fc.record({ on: offset.map(day), kind: fc.constantFrom(...stopKinds) })),
  })

  it('nothing is published before it is determined, nor from the day it stops on', () => {
    fc.assert(
      fc.property(facts, offset, (of, after) => {
        const { determinedOn, stopped } = of
        const found = on(of, day(after))
        if (day(after) < determinedOn || (stopped && stopped.on <= day(after)))
          expect(found.published).toBe(false)
      }),
    )
  })

  it('nothing that is not listed is published after the ceiling, corrected or not', () => {
    fc.assert(
      fc.property(facts, fc.integer({ min: 1, max: 2_000 }), (of, after) => {
        const past = addCalendarDays(addMonths(of.determinedOn, 60), after)
        expect(on({ ...of, listing: 'NONE' }, past).published).toBe(false)
      }),
    )
  })

  it('what has stopped stays stopped', () => {
    fc.assert(
      fc.property(facts, offset, offset, (of, a, b) => {
        const [first, second] = [day(Math.min(a, b)), day(Math.max(a, b))]
        if (first < of.determinedOn || on(of, first).published) return
        expect(on(of, second).published).toBe(false)
      }),
    )
  })

  it('the last day that is told is the last day, and what is not for the public is never shown', () => {
    fc.assert(
      fc.property(facts, offset, (of, after) => {
        const found = on(of, day(after))
        if (of.sharing !== 'PUBLIC') expect(found.published).toBe(false)
        if (!found.published) return
        expect(found.shown).toBe(true)
        if (found.until === null) return
        expect(on(of, found.until).published).toBe(true)
        expect(on(of, addCalendarDays(found.until, 1)).published).toBe(false)
      }),
    )
  })

  it('the basis is told of all that is shown', () => {
    fc.assert(
      fc.property(facts, offset, (of, after) => {
        const found = on(of, day(after))
        if (found.shown) expect(found.legalBasis.length).toBeGreaterThan(0)
      }),
    )
  })
})
