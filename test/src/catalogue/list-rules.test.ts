import { describe, expect, it } from 'vitest'
import { earlyExitOn, type ListRule, listRuleOn, noTerm, termBy } from '../../../src/catalogue/list-rules.ts'

const rule = (effectiveFrom: string, effectiveTo: string | null, termMonths: number | null): ListRule => ({
  effectiveFrom,
  effectiveTo,
  termMonths,
  earlyExitMonths: null,
  objectionClock: null,
  responseClock: null,
  feedbackClock: null,
  legalBasis: ['某办法第一条'],
})
// Out of order, with a gap in 2021.
const rules = [
  rule('2022-01-01', null, null),
  rule('2014-10-01', '2019-12-31', 60),
  rule('2020-01-01', '2020-12-31', 36),
]

describe('the rule of a list', () => {
  it.each<[string, string, number | null]>([
    ['before the first rule, the first', '2014-09-30', 60],
    ['on its first day', '2014-10-01', 60],
    ['on its last day', '2019-12-31', 60],
    ['on the first day of the next', '2020-01-01', 36],
    ['on the last day before a gap', '2020-12-31', 36],
    ['in the gap, the one before', '2021-06-30', 36],
    ['without an end, until exit', '2022-01-01', null],
    ['without an end, far on', '2099-12-31', null],
  ])('%s', (_when, listedOn, months) => {
    expect(termBy(rules)(listedOn)).toBe(months)
  })

  it('stands until another is dated, so that nobody is listed without end for want of one', () => {
    expect(listRuleOn(rules, '2021-06-30')).toEqual(rules[2])
    expect(listRuleOn(rules, '2022-01-01')).toEqual(rules[0])
    const ended = [rule('2014-10-01', '2019-12-31', 60)]
    expect(termBy(ended)('2020-01-01')).toBe(60)
    expect(termBy(ended)('2099-12-31')).toBe(60)
  })

  it('of a list without rules, and of no list, is none', () => {
    expect(listRuleOn([], '2026-01-01')).toBeNull()
    expect(termBy([])('2026-01-01')).toBeNull()
    expect(noTerm('2026-01-01')).toBeNull()
  })
})

describe('early exit', () => {
  const early = { ...rule('2020-01-01', null, 36), earlyExitMonths: 6 }

  it.each<[string, string]>([
    ['2026-01-15', '2026-07-16'],
    ['2025-08-31', '2026-03-01'],
    ['2023-08-31', '2024-03-01'],
  ])('listed on %s: from %s, the day after the months are over', (listedOn, day) => {
    expect(earlyExitOn(early, listedOn)).toBe(day)
  })

  it('is not known where no rule tells', () => {
    expect(earlyExitOn(rule('2020-01-01', null, 36), '2026-01-15')).toBeNull()
    expect(earlyExitOn(null, '2026-01-15')).toBeNull()
  })
})
