import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normaliseName } from '../../../src/names/normalise.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 40 })
const chineseText = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0x4e00, max: 0x9fff }).map((code) => String.fromCodePoint(code)),
    fc.constantFrom(
      '(',
      '）',
      '　',
      '\u200b',
      '有限责任公司',
      '股份有限公司',
      '有限',
      '责任',
      '股份',
      '公司',
      '乾',
      'ａ',
    ),
  ),
  maxLength: 30,
})

describe('a name levelled', () => {
  test.each([
    ['駐馬店市天中食品有限責任公司（臺灣）', '驻马店市天中食品有限公司(台湾)'],
    ['ＡＢＣ（１２３）　㈱', 'ABC(123)(株)'],
    ['天中食品【驻马店】股份有限公司', '天中食品(驻马店)股份公司'],
    ['天中•阳光・花园‧一店', '天中·阳光·花园·一店'],
    [' 天 中\u200b食\u00a0品\ufeff ', '天中食品'],
    ['“天中”食品「老店」', '天中食品老店'],
    ['汝宁市鍾錶鐘店', '汝宁市钟表钟店'],
    ['鼎乾商贸', '鼎乾商贸'],
    ['鼎乾商貿', '鼎乾商贸'],
    ['汝寧市餅乾廠', '汝宁市饼干厂'],
    ['著名茶業', '著名茶业'],
    ['⻢⻋⻔市⾷品', '马车门市食品'],
    ['囯泰邨镇银行', '国泰村镇银行'],
    ['abc科技', 'ABC科技'],
    ['', ''],
  ])('%s → %s', (name, levelled) => {
    expect(normaliseName(name)).toBe(levelled)
  })

  test('is levelled already', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, chineseText), (name) => {
        const once = normaliseName(name)
        expect(normaliseName(once)).toBe(once)
      }),
      { numRuns: 2_000 },
    )
  })

  test('rests for each character alone', () => {
    const restless: string[] = []
    for (let code = 1; code <= 0x2ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const once = normaliseName(String.fromCodePoint(code))
      if (normaliseName(once) !== once) restless.push(code.toString(16))
    }
    expect(restless).toEqual([])
  })

  test('is one for every way to write white space, width, brackets, dots and case', () => {
    const ways: Record<string, string[]> = {
      '(': ['(', '（', '【', '〔', '［', '﹙'],
      ')': [')', '）', '】', '〕', '］', '﹚'],
      '·': ['·', '•', '・', '‧', '∙'],
      A: ['A', 'a', 'Ａ', 'ａ'],
      1: ['1', '１', '①'],
      国: ['国', '國', '囯'],
      阳: ['阳', '陽'],
    }
    const piece = fc.constantFrom(...Object.keys(ways), '天', '有限公司')
    const blank = fc.constantFrom('', ' ', '　', '\u200b', '\ufeff', '\t')
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, blank, fc.nat()), { maxLength: 20 }), (pieces) => {
        const plain = pieces.map(([text]) => text).join('')
        const written = pieces.map(
          ([text, space, n]) => (ways[text]?.at(n % ways[text].length) ?? text) + space,
        )
        expect(normaliseName(written.join(''))).toBe(normaliseName(plain))
      }),
    )
  })
})
