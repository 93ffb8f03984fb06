import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fictionalName } from '../../../bench/names/fictional-names.ts'
import { randomOf } from '../../../bench/names/random.ts'
import { askedKeys, candidateKeys } from '../../../src/names/candidate-keys.ts'
import { compareNames, isProposed, nameScores } from '../../../src/names/compare-names.ts'
import { editBetween, likeness } from '../../../src/names/edit.ts'
import { namePartsOf } from '../../../src/names/name-parts.ts'

const compared = (asked: string, candidate: string) =>
  compareNames(namePartsOf(asked), namePartsOf(candidate))
const verdict = (asked: string, candidate: string) => {
  const { score, reasons } = compared(asked, candidate)
  return { reasons, as: score >= nameScores.same ? 'same' : score >= nameScores.shown ? 'shown' : 'hidden' }
}
const name = '驻马店市天中食品有限公司'
const anyName = fc.integer().map((seed) => fictionalName(randomOf(seed)))

describe('two names compared', () => {
  test.each([
    ['駐馬店市天中食品有限責任公司', 'same', ['SAME_NAME']],
    ['天中食品（驻马店）有限公司', 'same', ['SAME_CORE']],
    ['驻马店天中食品有限公司', 'same', ['SAME_CORE']],
    ['天中食品有限公司', 'same', ['SAME_CORE', 'REGION_ABSENT']],
    ['驻马店市天中食品', 'same', ['SAME_CORE', 'FORM_ABSENT']],
    ['驻马店市天中食品公司', 'same', ['SAME_CORE']],
    ['上蔡县天中食品有限公司', 'shown', ['SAME_CORE', 'REGION_WITHIN']],
    ['信阳市天中食品有限公司', 'shown', ['SAME_CORE', 'REGION_DIFFERS']],
    ['驻马店市天中食品厂', 'shown', ['SAME_CORE', 'FORM_DIFFERS']],
    ['驻马店市天中食品有限公司西平分公司', 'shown', ['SAME_CORE', 'BRANCH_OF']],
    ['驻马店市天众食品有限公司', 'shown', ['PINYIN_EQUAL', 'ONE_CHARACTER_APART']],
    ['驻马店市田众食品有限公司', 'shown', ['PINYIN_EQUAL']],
    ['驻马店市夫中食品有限公司', 'shown', ['LOOK_ALIKE', 'ONE_CHARACTER_APART']],
    ['驻马店市天宇食品有限公司', 'shown', ['ONE_CHARACTER_APART']],
    ['驻马店市中天食品有限公司', 'shown', ['TWO_SWAPPED']],
    ['驻马店市天食品有限公司', 'shown', ['ONE_CHARACTER_APART']],
    ['驻马店市食品天中有限公司', 'shown', ['SAME_CHARACTERS']],
    ['驻店市天中食品有限公司', 'shown', ['ONE_CHARACTER_APART']],
    ['驻马店市大天中食品加工有限公司', 'hidden', []],
    ['驻马店市天中公司', 'shown', ['SAME_TRADE_NAME', 'INDUSTRY_ABSENT']],
    ['驻马店市天中商贸有限公司', 'hidden', ['SAME_TRADE_NAME', 'INDUSTRY_DIFFERS']],
    ['驻马店市鑫源商贸有限公司', 'hidden', []],
  ])('%s is %s, because of %j', (asked, as, reasons) => {
    expect(verdict(asked, name)).toEqual({ as, reasons })
  })

  test('branches of one parent are not one another, nor their parent', () => {
    const first = '天中大药房一店'
    expect([
      verdict(first, '天中大药房二店'),
      verdict('天中大药房', first),
      verdict('天中食品有限公司驻马店分公司', '天中食品有限公司驻马店市分公司'),
    ]).toEqual([
      { as: 'shown', reasons: ['SAME_CORE', 'BRANCH_DIFFERS'] },
      { as: 'shown', reasons: ['SAME_CORE', 'PARENT_OF'] },
      { as: 'same', reasons: ['SAME_CORE'] },
    ])
  })

  test('a name without region may be anywhere: the asked region is not taken for it', () => {
    expect(verdict(name, '天中食品有限公司')).toEqual({
      as: 'shown',
      reasons: ['SAME_CORE', 'REGION_ABSENT'],
    })
  })

  test('is proposed only where one alone is the same', () => {
    expect([
      isProposed([0.97, 0.8]),
      isProposed([1, 0.97]),
      isProposed([0.97, 0.97]),
      isProposed([1, 1]),
      isProposed([0.86]),
      isProposed([]),
    ]).toEqual([true, true, false, false, false, false])
  })

  test('scores lie between 0 and 1, and 1 says the same levelled name', () => {
    fc.assert(
      fc.property(anyName, anyName, (one, other) => {
        const { score } = compared(one, other)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
        expect(compared(one, one)).toEqual({ score: 1, reasons: ['SAME_NAME'] })
        expect(score === 1).toBe(namePartsOf(one).norm === namePartsOf(other).norm)
      }),
    )
  })

  test('a name with another core is never proposed as the same', () => {
    fc.assert(
      fc.property(anyName, fc.nat(), fc.constantFrom('天', '众', '鑫', '有'), (one, place, character) => {
        const at = place % one.length
        const other = one.slice(0, at) + character + one.slice(at + 1)
        fc.pre(namePartsOf(one).core !== namePartsOf(other).core)
        expect(compared(other, one).score).toBeLessThan(nameScores.same)
      }),
    )
  })
})

describe('keys', () => {
  const shared = (asked: string, stored: string) => {
    const keys = new Set(candidateKeys(namePartsOf(stored)))
    return askedKeys(namePartsOf(asked)).filter((key) => keys.has(key)).length
  }

  test('are int4 and looked for under every one of them', () => {
    fc.assert(
      fc.property(anyName, (one) => {
        const keys = candidateKeys(namePartsOf(one))
        expect(keys.every((key) => Number.isInteger(key) && key >= -(2 ** 31) && key < 2 ** 31)).toBe(true)
        expect(new Set(keys).size).toBe(keys.length)
        expect(shared(one, one)).toBeGreaterThan(0)
      }),
    )
  })

  test('are shared after any one slip in the core', () => {
    fc.assert(
      fc.property(
        anyName,
        fc.nat(),
        fc.constantFrom('replaced', 'missing', 'extra', 'swapped'),
        fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((code) => String.fromCodePoint(code)),
        (one, place, slip, character) => {
          const { core } = namePartsOf(one)
          const start = one.indexOf(core)
          fc.pre(start >= 0 && core.length > 3)
          const at = start + (place % (core.length - 1))
          const slipped = {
            replaced: one.slice(0, at) + character + one.slice(at + 1),
            missing: one.slice(0, at) + one.slice(at + 1),
            extra: one.slice(0, at) + character + one.slice(at),
            swapped: one.slice(0, at) + one.charAt(at + 1) + one.charAt(at) + one.slice(at + 2),
          }[slip]
          // A slip that makes another region of the name's beginning is another name.
          fc.pre(namePartsOf(slipped).region === namePartsOf(one).region)
          expect(shared(slipped, one)).toBeGreaterThan(0)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test.each([
    ['田众食品', name],
    ['驻店市驿城区天中食品有限公司', '驻马店市驿城区天中食品有限公司'],
    ['西平县花供庄销社', '西平县花庄供销社'],
    ['众果尹杏', '中国银行'],
    ['天中食品股份有限司西平支公司', '天中食品股份有限公司西平支公司'],
    ['驻马店市天中公司', name],
  ])('%s shares one with %s', (asked, stored) => {
    expect(shared(asked, stored)).toBeGreaterThan(0)
  })

  test('of strangers are not shared', () => {
    expect(shared('驻马店市鑫源商贸有限公司', name)).toBe(0)
  })
})

describe('edits', () => {
  test.each([
    ['天中', '天中', { kind: 'EQUAL' }],
    ['中天', '天中', { kind: 'SWAPPED', at: 0 }],
    ['天食品', '天中食品', { kind: 'MISSING', at: 1 }],
    ['天中中食品', '天中食品', { kind: 'EXTRA', at: 2 }],
    ['天众食呂', '天中食品', { kind: 'REPLACED', at: [1, 3] }],
    ['甲乙丙', '天中食', null],
    ['天', '天中食品', null],
  ])('%s becomes %s by %j', (asked, candidate, edit) => {
    expect(editBetween(asked, candidate, 2)).toEqual(edit)
  })

  test('likeness counts common pairs', () => {
    expect([
      likeness('天中食品', '天中食品'),
      likeness('天中食品', '天中商贸'),
      likeness('甲', '乙'),
      likeness('甲', '甲'),
    ]).toEqual([1, 1 / 3, 0, 1])
  })
})
