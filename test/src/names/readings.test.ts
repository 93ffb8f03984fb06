import { pinyin } from 'pinyin-pro'
import { describe, expect, test } from 'vitest'
import {
  coarseSound,
  initialsOf,
  otherReadingsOf,
  personPinyinOf,
  pinyinOf,
  soundAlike,
  soundEqual,
} from '../../../src/names/readings.ts'

describe('readings', () => {
  test.each([
    ['泌阳县', 'bi yang xian'],
    ['浚县', 'xun xian'],
    ['尉氏县', 'yu shi xian'],
    ['汝南县', 'ru nan xian'],
    ['汝宁市', 'ru ning shi'],
    ['渑池县', 'mian chi xian'],
    ['柘城县', 'zhe cheng xian'],
    ['睢县', 'sui xian'],
    ['驻马店市泌阳县银行', 'zhu ma dian shi bi yang xian yin hang'],
    ['天中商行', 'tian zhong shang hang'],
    ['乐清绿源', 'yue qing lv yuan'],
    ['天中A1食品(驻马店)', 'tian zhong a1 shi pin zhu ma dian'],
    ['ABC', 'abc'],
    ['𠮷天', 'tian'],
    ['', ''],
  ])('%s is %s', (text, spelled) => {
    expect(pinyinOf(text)).toBe(spelled)
  })

  test('of every character are those of the library without their tones', () => {
    const characters = Array.from({ length: 0x9fff - 0x4e00 + 1 }, (_, i) => String.fromCharCode(0x4e00 + i))
    const spelled = characters.map((character) =>
      pinyin(character, { toneType: 'none', v: true, nonZh: 'spaced' }),
    )
    expect(characters.map(pinyinOf)).toEqual(
      spelled.map((syllable) => (/^[a-zê]+$/u.test(syllable) ? syllable.replace('ê', 'e') : '')),
    )
  })

  test.each([
    ['天中食品', 'tzsp'],
    ['泌阳', 'by'],
    ['天中A公司', 'tzags'],
    ['第12店', 'd12d'],
    ['天中Ace食品12店', 'tzasp12d'],
  ])('the initials of %s are %s', (text, initials) => {
    expect(initialsOf(text)).toBe(initials)
  })

  test.each([
    ['单田芳', 'shan tian fang'],
    ['仇和', 'qiu he'],
    ['解晓东', 'xie xiao dong'],
    ['曾国', 'zeng guo'],
    ['任重', 'ren zhong'],
    ['尉迟恭', 'yu chi gong'],
    ['万俟明', 'mo qi ming'],
    ['乐天', 'yue tian'],
    ['王乐', 'wang le'],
  ])('the person %s is %s', (name, spelled) => {
    expect(personPinyinOf(name)).toBe(spelled)
  })

  test('sounds, tones aside', () => {
    expect({
      same: soundEqual('天', '田'),
      otherReading: soundEqual('乐', '悦'),
      readings: otherReadingsOf('乐').includes('yue'),
      different: soundEqual('天', '中'),
      near: soundAlike('张', '赞'),
      nearButNotSame: soundEqual('张', '赞'),
      coarse: coarseSound('zhong ying cheng'),
    }).toEqual({
      same: true,
      otherReading: true,
      readings: true,
      different: false,
      near: true,
      nearButNotSame: false,
      coarse: 'zong yin cen',
    })
  })
})
