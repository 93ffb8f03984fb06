import { describe, expect, it } from 'vitest'
import { contentOf } from '../../../src/catalogue/proposal-values.ts'
import { checkResidentId, checkUscc } from '../../../src/subjects/identifiers.ts'
import { residentId, uscc } from './sample-sheets.ts'

/** The first number, by its last digits, that passes the check of a code and the check of an identity number. */
function passesBothChecks(): string {
  for (let number = 0; number < 10_000; number++) {
    const candidate = `91999919900101${String(number).padStart(4, '0')}`
    if (checkUscc(candidate).status === 'valid' && checkResidentId(candidate).status === 'valid')
      return candidate
  }
  throw new TypeError('no such number')
}

const either = passesBothChecks()
const ten = Array.from({ length: 10 }, (_, n) => n)

describe('what a column of numbers holds', () => {
  it.each([
    ['codes, one of which could be an identity number', [...ten.map(uscc), either], 'USCC'],
    ['identity numbers, one of which could be a code', [...ten.map(residentId), either], 'RESIDENT_ID'],
    ['both', [...ten.map(uscc), residentId(1)], 'BOTH'],
    ['nothing but numbers that could be either: treated with the greater care', [either, either], 'BOTH'],
    ['other things', [uscc(1), '无', '不详'], 'OTHER'],
    ['nothing', [], 'EMPTY'],
  ])('%s', (_, values, content) => {
    expect(contentOf(values)).toBe(content)
  })
})
