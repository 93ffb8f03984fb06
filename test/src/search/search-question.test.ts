import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byRarestGrams } from '../../../src/search/common-words.ts'
import { type Spelled, spellingsOf } from '../../../src/search/pinyin-spelling.ts'
import { type NameQuestion, readQuestion } from '../../../src/search/search-question.ts'
import { readCharacters } from '../../../src/subjects/name-grams.ts'
import { searchableNameOf } from '../../../src/subjects/name-store.ts'

const written = (spelling: Spelled[]) =>
  spelling.map(({ kind, text }) => (kind === 'SYLLABLE' ? text : `${text}…`)).join(' ')

const spellings: [letters: string, ways: string[]][] = [
  ['tianzhong', ['tian zhong', 'ti an zhong']],
  ['xian', ['xian', 'xi an']],
  ['tzsp', ['t… z… s… p…']],
  ['tianzsp', ['tian z… s… p…', 'ti an z… s… p…']],
  ['an', ['an', 'a… n…']],
  ['acsm', ['a… c… s… m…']],
  ['hanlinzh', ['han lin zh…']],
  ['lv', ['lv']],
  ['v', []],
]
describe('letters', () => {
  it.each(spellings)('%s may spell %j', (letters, ways) => {
    expect(spellingsOf(letters).map(written)).toEqual(ways)
  })
})

describe('a question', () => {
  const numbers: [query: string, prefix: string | null][] = [
    ['914198', '914198'],
    [' 91419800－madem', '91419800MADEM'],
    ['4117001234', '4117001234'],
    ['91419', null],
    ['3M中国', null],
    ['ABC123', null],
    ['360集团', null],
  ]
  it.each(numbers)('%s is the beginning of a number: %s', (query, prefix) => {
    expect(readQuestion(query)).toMatchObject(prefix === null ? { kind: 'NAME' } : { kind: 'NUMBER', prefix })
  })

  const trade = [...'天中翰林金银华盛达兴隆安欧艾康乐重阳']
  const name = fc
    .tuple(
      fc.constantFrom('汝宁市', '青禾县', '泌阳县', ''),
      fc.array(fc.constantFrom(...trade), { minLength: 2, maxLength: 4 }),
      fc.constantFrom('食品', '商贸', '建筑工程', '银行', 'ABC科技'),
      fc.constantFrom('有限责任公司', '有限公司', '股份有限公司', '商行', '专业合作社'),
    )
    .map(([region, characters, industry, form]) => region + characters.join('') + industry + form)

  /** Whether a lookup by grams keeps the name, and what is judged then agrees. */
  function isFound(query: string, of: string): boolean {
    const { norm, grams, reading } = searchableNameOf(of)
    const has = (wanted: string[]) => wanted.length > 0 && wanted.every((gram) => grams.includes(gram))
    const thinned = byRarestGrams(readQuestion(query) as NameQuestion, (gram) => gram.length)
    return thinned.terms.every(
      ({ literal, literalGrams, spellings: ways }) =>
        (has(literalGrams) && norm.includes(literal)) ||
        ways.some(
          (way) => has(way.grams) && (!way.isPatternNeeded || new RegExp(way.pattern, 'u').test(reading)),
        ),
    )
  }

  it('finds every name by any of its characters that stand together', () => {
    fc.assert(
      fc.property(name, fc.nat(), fc.integer({ min: 2, max: 6 }), (whole, at, length) => {
        const norm = [...searchableNameOf(whole).norm]
        const start = at % (norm.length - 1)
        expect(isFound(norm.slice(start, start + length).join(''), whole)).toBe(true)
      }),
    )
  })

  it('finds every name by the pinyin of characters that stand together, whole or from the third on by initials', () => {
    fc.assert(
      fc.property(
        name,
        fc.nat(),
        fc.integer({ min: 2, max: 6 }),
        fc.boolean(),
        (whole, at, length, byInitials) => {
          const characters = readCharacters(searchableNameOf(whole).norm)
          const start = at % (characters.length - 1)
          const read = characters.slice(start, start + length)
          const [first, second, ...rest] = read.map(({ syllable }) => syllable)
          const typed = [
            first,
            second,
            ...rest.map((syllable) => (byInitials ? syllable.charAt(0) : syllable)),
          ]
          expect(isFound(typed.join(' '), whole) || isFound(typed.join(''), whole)).toBe(true)
        },
      ),
    )
  })
})
