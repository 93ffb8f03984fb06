import { expect, it } from 'vitest'
import { purposeText } from '../../schema/input-text.ts'

it.each([
  '419801199001011234',
  '41980119900101123X',
  '４１９８０１１９９００１０１１２３４',
  '419801.19900101.1234',
  '419801,19900101,1234',
  '419801·19900101·1234',
  '419801/1990/0101_1234',
  '(419801)(19900101)(1234)',
  '419801\u200b19900101\u200b1234',
  '查询 41980119900101 的信用',
])('a purpose holds no certificate number: %s', (text) => {
  expect(() => purposeText(text)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
})

it.each(['招标审查 2026 年第 3 号', '2026-11-30 至 2026-12-31 期间的资格审查', '项目 1234567890123'])(
  'a purpose may hold numbers and days: %s',
  (text) => {
    expect(purposeText(text)).toBe(text)
  },
)
