import { pinyin } from 'pinyin-pro'

/**
 * Readings that must not depend on a general dictionary: places of Henan that it gets or may get wrong (domain.md 10.3), a
 * few of other provinces, and 行 where it is a shop. Syllables without tones, ü as v.
 */
const words: Record<string, string> = {
  泌阳: 'bi yang',
  浚县: 'xun xian',
  尉氏: 'yu shi',
  汝南: 'ru nan',
  汝宁: 'ru ning',
  渑池: 'mian chi',
  柘城: 'zhe cheng',
  睢县: 'sui xian',
  召陵: 'shao ling',
  乐清: 'yue qing',
  黄陂: 'huang pi',
  歙县: 'she xian',
  单县: 'shan xian',
  车行: 'che hang',
  粮行: 'liang hang',
  分行: 'fen hang',
  药行: 'yao hang',
}

/** Surnames read otherwise than as words (单 is dān, the surname Shàn); those of two characters before those of one. */
const surnames: Record<string, string> = {
  尉迟: 'yu chi',
  万俟: 'mo qi',
  澹台: 'tan tai',
  单: 'shan',
  仇: 'qiu',
  解: 'xie',
  曾: 'zeng',
  任: 'ren',
  区: 'ou',
  查: 'zha',
  朴: 'piao',
  盖: 'ge',
  折: 'she',
  员: 'yun',
  洗: 'xian',
  乐: 'yue',
  种: 'chong',
  缪: 'miao',
  黑: 'he',
  秘: 'bi',
  晟: 'cheng',
  召: 'shao',
  祭: 'zhai',
  郗: 'xi',
  句: 'gou',
  能: 'nai',
  都: 'du',
  重: 'chong',
}

const wordPattern = new RegExp(Object.keys(words).join('|'), 'gu')

/** Full pinyin without tones, ü as v, a syllable for a character, joined by ' '; Latin and digits stay whole, lower case. */
export function pinyinOf(text: string): string {
  return syllablesOf(text).join(' ')
}

/** The first letters of the syllables of `pinyinOf`, of a Latin word too; numbers whole: 天中Ace食品12店 → tzasp12d. */
export function initialsOf(text: string): string {
  return initialsIn(pinyinOf(text))
}

/** The same from what `pinyinOf` gave. */
export function initialsIn(spelled: string): string {
  let initials = ''
  for (const syllable of spelled.split(' '))
    initials += /^\d/u.test(syllable) ? syllable : syllable.slice(0, 1)
  return initials
}

/** Of the few syllables that there are. The library's own option takes longer than all else that it does for a name. */
const toneless = new Map<string, string>()

function withoutTone(syllable: string): string {
  const known = toneless.get(syllable)
  if (known !== undefined) return known
  const tones = /[\u{300}\u{301}\u{304}\u{30C}]/gu
  const plain = syllable.normalize('NFD').replace(tones, '').normalize('NFC').replaceAll('ü', 'v')
  toneless.set(syllable, plain)
  return plain
}

/** A person's name, its surname read as surnames are: 单勇 → shan yong, 尉迟恭 → yu chi gong. */
export function personPinyinOf(name: string): string {
  const pair = surnames[name.slice(0, 2)]
  const surname = pair ?? surnames[name.slice(0, 1)]
  if (surname === undefined) return pinyinOf(name)
  return [surname, ...syllablesOf(name.slice(pair === undefined ? 1 : 2))].join(' ')
}

/** Sounds that speakers of the region and keyboards confuse are one: zh/z, ch/c, sh/s, ing/in, eng/en, ang/an. */
export function coarseSound(spelled: string): string {
  return spelled.replace(/([zcs])h/gu, '$1').replace(/(?<=[aei]n)g/gu, '')
}

/** All readings of a character, the usual one first. */
const readings = new Map<string, string[]>()
function readingsOf(character: string): string[] {
  const known = readings.get(character)
  if (known) return known
  const read = pinyin(character, { toneType: 'none', type: 'array', v: true, multiple: true })
  const distinct = [...new Set(read)]
  readings.set(character, distinct)
  return distinct
}

/** The readings of a character beside its usual one: 乐 → yue. */
export function otherReadingsOf(character: string): string[] {
  return readingsOf(character).slice(1)
}

/** The usual readings of the characters one by one, as whoever types or looks them up alone: 银行 → yin xing. */
export function usualSoundOf(text: string): string {
  return [...text].map((character) => readingsOf(character)[0] ?? character).join(' ')
}

/** Whether two characters can sound the same, tones aside: 天 and 田, 乐 and 悦. */
export function soundEqual(one: string, other: string): boolean {
  const others = readingsOf(other)
  return readingsOf(one).some((reading) => others.includes(reading))
}

/** The same with the confusions of `coarseSound`. */
export function soundAlike(one: string, other: string): boolean {
  const others = readingsOf(other).map(coarseSound)
  return readingsOf(one).some((reading) => others.includes(coarseSound(reading)))
}

function syllablesOf(text: string): string[] {
  const characters = [...text]
  const read = pinyin(text, { type: 'array', nonZh: 'spaced' })
  // Each character has its syllable, so that a place of the text is a place of the readings.
  const readings =
    read.length === characters.length
      ? read.map((reading, i) => (reading === characters[i] ? reading : withoutTone(reading)))
      : characters.map(readAlone)
  if (characters.length === text.length) {
    for (const found of text.matchAll(wordPattern)) {
      words[found[0]]?.split(' ').forEach((syllable, i) => {
        readings[found.index + i] = syllable
      })
    }
  }
  const syllables: string[] = []
  let word = ''
  characters.forEach((character, i) => {
    if (/[0-9A-Za-z]/u.test(character)) {
      word += character.toLowerCase()
      return
    }
    if (word) syllables.push(word)
    word = ''
    const reading = readings[i] ?? ''
    if (/^[a-zê]+$/u.test(reading)) syllables.push(reading.replace('ê', 'e'))
    else if (character === '〇') syllables.push('ling')
  })
  if (word) syllables.push(word)
  return syllables
}

const readAlone = (character: string) =>
  pinyin(character, { toneType: 'none', type: 'array', v: true, nonZh: 'spaced' })[0] ?? ''
