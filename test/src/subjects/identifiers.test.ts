import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkIdentifier,
  checkOrganisationCode,
  checkRegistrationNumber,
  checkResidentId,
  checkTaxId,
  checkUscc,
  normaliseIdentifier,
  usccCheckCharacter,
} from '../../../src/subjects/identifiers.ts'

const uscc: [code: string, status: string][] = [
  ['91350100M000100Y43', 'valid'],
  ['91350100M000100Y4Z', 'malformed'],
  ['91110000802100433B', 'valid'],
  ['914403001922038216', 'valid'],
  ['9144030071526726XG', 'valid'],
  ['91330100799655058B', 'valid'],
  ['91110000600037341L', 'valid'],
  ['91110000600037341N', 'checksum_mismatch'],
  ['91620105L015101280', 'valid'],
  ['121200004013590816', 'valid'],
  ['9111000060003IOZSV', 'malformed'],
  ['91350100M0001TGQXM', 'checksum_mismatch'],
  ['91350211M0000XUF46', 'checksum_mismatch'],
  ['91350203M0001FUE2P', 'checksum_mismatch'],
  ['91310115MA1H8R7C6D', 'checksum_mismatch'],
  ['91411700MA0TEXT047', 'valid'],
  ['92411702MA0TEXT12U', 'valid'],
  ['93411721MA0TEXT204', 'valid'],
  ['91411722MA0TEXT39M', 'valid'],
  ['1141170000600001XB', 'valid'],
  ['12411700418000024P', 'valid'],
  ['514117005000000316', 'valid'],
  ['31411700MD0TEXT64R', 'valid'],
  ['N2411727MF0TEXT537', 'valid'],
  ['91411700MA0TEXT048', 'checksum_mismatch'],
  ['91411700MA0TEXT740', 'checksum_mismatch'],
  ['91411700MAOTEXT047', 'malformed'],
]

describe('unified social credit code', () => {
  it.each(uscc)('%s is %s', (code, status) => {
    expect(checkUscc(code).status).toBe(status)
  })

  it.each([
    ['91350100M0001TGQXM', '1'],
    ['91350211M0000XUF46', 'R'],
    ['91350203M0001FUE2P', 'J'],
    ['91310115MA1H8R7C6D', '7'],
  ])('%s should end in %s', (code, expected) => {
    expect(checkUscc(code)).toEqual({ status: 'checksum_mismatch', value: code, expected })
  })

  it('offers the digit for a mistyped letter only as a suggestion, and only when it checks', () => {
    expect(checkUscc('91411700MAOTEXT047')).toEqual({
      status: 'malformed',
      value: '91411700MAOTEXT047',
      rule: 'ALPHABET',
      suggestion: '91411700MA0TEXT047',
    })
    expect(checkUscc('9111000060003IOZSV')).not.toHaveProperty('suggestion')
  })

  it('accepts full-width, spaced, hyphenated and lower-case writing', () => {
    expect(checkUscc(' ９１４１１７００－ma0text 047\u200b').status).toBe('valid')
  })

  it('warns when the organisation code inside fails its own check', () => {
    const body = '91411700MA0TEXT05'
    expect(checkUscc(body + usccCheckCharacter(body))).toMatchObject({
      status: 'valid',
      warnings: ['ORGANISATION_CODE_CHECK'],
    })
  })

  it('catches every single wrong character', () => {
    const alphabet = [...'0123456789ABCDEFGHJKLMNPQRTUWXY']
    fc.assert(
      fc.property(fc.nat({ max: 17 }), fc.constantFrom(...alphabet), (position, character) => {
        const code = '91411700MA0TEXT047'
        const changed = code.slice(0, position) + character + code.slice(position + 1)
        expect(checkUscc(changed).status === 'valid').toBe(changed === code)
      }),
    )
  })
})

describe('other identifiers', () => {
  it.each([
    ['D2143569-X', 'valid'],
    ['000010014', 'valid'],
    ['000010015', 'checksum_mismatch'],
    ['D2143569', 'malformed'],
  ])('organisation code %s is %s', (code, status) => {
    expect(checkOrganisationCode(code).status).toBe(status)
  })

  it.each([
    ['110108000000016', 'valid'],
    ['411700000001235', 'valid'],
    ['411702600000451', 'valid'],
    ['411721000006783', 'valid'],
    ['411700400000098', 'valid'],
    ['411700000001234', 'checksum_mismatch'],
    ['41170000000123', 'malformed'],
    ['4117000000012', 'valid'],
  ])('registration number %s is %s', (code, status) => {
    expect(checkRegistrationNumber(code).status).toBe(status)
  })

  it.each([
    ['11010519491231002X', 'valid'],
    ['11010519491231002x', 'valid'],
    ['440524188001010014', 'valid'],
    ['34052419800101001X', 'valid'],
    ['330502198807024471', 'checksum_mismatch'],
    ['411702199001011238', 'valid'],
    ['411721198506150027', 'valid'],
    ['412801197012314518', 'valid'],
    ['411702199002300015', 'malformed'],
    ['411729200002290019', 'valid'],
    ['412801701231451', 'valid'],
    ['412801701331451', 'malformed'],
  ])('resident id %s is %s', (code, status) => {
    expect(checkResidentId(code).status).toBe(status)
  })

  it('takes a USCC or an older number as tax id', () => {
    expect(checkTaxId('91411700MA0TEXT047')).toMatchObject({ status: 'valid', warnings: [] })
    expect(checkTaxId('411700MA0TEXT04')).toMatchObject({ status: 'valid', warnings: ['LEGACY'] })
    expect(checkTaxId('123').status).toBe('malformed')
  })

  it('never throws, and normalising twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(normaliseIdentifier(normaliseIdentifier(text))).toBe(normaliseIdentifier(text))
        expect(checkIdentifier('USCC', text).status).not.toBe('valid')
        checkIdentifier('RESIDENT_ID', text)
        checkIdentifier('PASSPORT', text)
      }),
    )
  })
})
