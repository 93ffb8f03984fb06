import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkCreditCode } from '../../../src/publicity/credit-code.ts'
import { publicValue, withoutPersonalNumbers } from '../../../src/publicity/public-text.ts'

describe('texts for the public', () => {
  it.each([
    ['身份证419802198203151018，', '身份证（号码不公开），'],
    ['身份证41980219820315101x。', '身份证（号码不公开）。'],
    ['旧证号419802820315101', '旧证号（号码不公开）'],
    ['电话13800138000', '电话（号码不公开）'],
    ['代码91419802MADEM002XE、货值12000000000元', '代码91419802MADEM002XE、货值12000000000元'],
    ['914403001922038216', '914403001922038216'],
    ['汝工商处罚〔2026〕12号', '汝工商处罚〔2026〕12号'],
  ])('%s', (text, expected) => {
    expect(withoutPersonalNumbers(text)).toBe(expected)
  })

  it('amounts are told exactly, in their unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (fen) => {
        const wan = publicValue({ type: 'MONEY_WAN' }, fen) ?? ''
        expect(Math.round(Number(wan) * 1_000_000)).toBe(fen)
        expect(wan).toMatch(/^\d+(\.\d{0,5}[1-9])?$/)
      }),
    )
    expect(publicValue({ type: 'MONEY_YUAN' }, 1_230)).toBe('12.3')
  })

  it('sealed values are none, whatever they hold', () => {
    expect(publicValue({ type: 'CERTIFICATE' }, '419802198203151018')).toBeNull()
    expect(publicValue({ type: 'SUBJECT_NUMBER' }, '91419802MADEM002XE')).toBeNull()
    expect(publicValue({ type: 'TEXT', maxLength: 10 }, { sealed: 'AAAA' })).toBeNull()
  })
})

describe('the check of a credit code', () => {
  const divisions = new Map([['419802', '南浦区']])

  it('tells what each part means', () => {
    expect(checkCreditCode(' 91419802-madem002xe ', divisions)).toEqual({
      status: 'VALID',
      code: '91419802MADEM002XE',
      rule: null,
      suggestion: null,
      warnings: expect.any(Array),
      parts: [
        {
          from: 1,
          to: 1,
          name: '登记管理部门',
          nameEn: 'Registering authority',
          value: '9',
          meaning: '市场监督管理（工商）',
        },
        { from: 2, to: 2, name: '机构类别', nameEn: 'Category', value: '1', meaning: '企业' },
        {
          from: 3,
          to: 8,
          name: '登记管理机关行政区划',
          nameEn: 'Division of the registrar',
          value: '419802',
          meaning: '南浦区',
        },
        {
          from: 9,
          to: 17,
          name: '主体标识码（组织机构代码）',
          nameEn: 'Subject identifier (organisation code)',
          value: 'MADEM002X',
          meaning: null,
        },
        { from: 18, to: 18, name: '校验码', nameEn: 'Check character', value: 'E', meaning: null },
      ],
    })
  })

  it.each([
    ['91411700MA0TEXT048', 'CHECKSUM_MISMATCH', null],
    ['9141170OMA0TEXT047', 'MALFORMED', '91411700MA0TEXT047'],
    ['9111000060003IOZSV', 'MALFORMED', null],
    ['419802198203151018', 'CHECKSUM_MISMATCH', null],
    ['', 'MALFORMED', null],
  ])('%s is %s, and is not repeated', (code, status, suggestion) => {
    expect(checkCreditCode(code, divisions)).toMatchObject({ status, suggestion, code: null, parts: [] })
  })
})
