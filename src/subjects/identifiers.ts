/**
 * Identifiers of credit subjects (信用主体): form and check digits, nothing else. Pure.
 *
 * A check tells three things apart. `malformed` can be no identifier of that scheme. `checksum_mismatch` has
 * the form but not the check character: some early pilot codes in real use are like that, so a person decides.
 */

export const organisationSchemes = ['USCC', 'ORGANISATION_CODE', 'REGISTRATION_NUMBER', 'TAX_ID'] as const
export const personSchemes = [
  'RESIDENT_ID',
  'PASSPORT',
  'HK_MACAO_PERMIT',
  'TAIWAN_PERMIT',
  'FOREIGN_PERMANENT_RESIDENCE',
] as const
export const identifierSchemes = [...organisationSchemes, ...personSchemes] as const
export type IdentifierScheme = (typeof identifierSchemes)[number]
export type PersonScheme = (typeof personSchemes)[number]

export type IdentifierCheck =
  | { status: 'valid'; value: string; warnings: IdentifierWarning[] }
  | { status: 'checksum_mismatch'; value: string; expected: string }
  | { status: 'malformed'; value: string; rule: MalformedRule; suggestion?: string }

/** `ORGANISATION_CODE_CHECK`: positions 9–17 of a USCC fail their own GB 11714 check. `LEGACY`: an older form without check digit. */
export type IdentifierWarning = 'ORGANISATION_CODE_CHECK' | 'LEGACY'
export type MalformedRule = 'EMPTY' | 'LENGTH' | 'ALPHABET' | 'DATE'

/** NFKC, no white space, hyphens or invisible characters, upper case. Letters are never mapped to digits here. */
export function normaliseIdentifier(raw: string): string {
  if (/^[0-9A-Z]*$/.test(raw)) return raw
  return raw
    .normalize('NFKC')
    .replace(/[\s\p{Cf}\p{Pd}]/gu, '')
    .toUpperCase()
}

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]
const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** By character code: the place in an alphabet. */
function placesIn(alphabet: string): number[] {
  const places = Array<number>(128).fill(0)
  for (const [place, character] of [...alphabet].entries()) places[character.charCodeAt(0)] = place
  return places
}
const usccWorth = placesIn(USCC_ALPHABET)
const worth = placesIn('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ')

/** Unified social credit code (统一社会信用代码), GB 32100-2015. */
export function checkUscc(raw: string): IdentifierCheck {
  const value = normaliseIdentifier(raw)
  const malformed = form(value, 18, /^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$/)
  if (malformed) return withSuggestion(malformed)
  const expected = usccCheckCharacter(value)
  if (value[17] !== expected) return { status: 'checksum_mismatch', value, expected }
  const inner = checkOrganisationCode(value.slice(8, 17))
  return { status: 'valid', value, warnings: inner.status === 'valid' ? [] : ['ORGANISATION_CODE_CHECK'] }
}

/** The check character of the first 17 characters. The outer `mod 31` matters: a sum divisible by 31 gives `0`. */
export function usccCheckCharacter(value: string): string {
  const sum = weighted(value, USCC_WEIGHTS, usccWorth)
  return USCC_ALPHABET.charAt((31 - (sum % 31)) % 31)
}

/** Organisation code (组织机构代码), GB 11714-1997: eight characters and a check. */
export function checkOrganisationCode(raw: string): IdentifierCheck {
  const value = normaliseIdentifier(raw)
  const malformed = form(value, 9, /^[0-9A-Z]{8}[0-9X]$/)
  if (malformed) return malformed
  const expected = organisationCheckCharacter(value)
  return value[8] === expected ? valid(value) : { status: 'checksum_mismatch', value, expected }
}

export function organisationCheckCharacter(value: string): string {
  const sum = weighted(value, ORGANISATION_WEIGHTS, worth)
  const remainder = 11 - (sum % 11)
  return remainder === 10 ? 'X' : remainder === 11 ? '0' : String(remainder)
}

/** Business registration number (工商注册号), GS 15-2006: 15 digits, ISO 7064 MOD 11,10; 13 digits are the older form. */
export function checkRegistrationNumber(raw: string): IdentifierCheck {
  const value = normaliseIdentifier(raw)
  if (/^\d{13}$/.test(value)) return { status: 'valid', value, warnings: ['LEGACY'] }
  const malformed = form(value, 15, /^\d{15}$/)
  if (malformed) return malformed
  let product = 10
  for (const digit of value.slice(0, 14)) {
    const sum = (product + Number(digit)) % 10 || 10
    product = (sum * 2) % 11
  }
  const expected = String((11 - product) % 10)
  return value[14] === expected ? valid(value) : { status: 'checksum_mismatch', value, expected }
}

/**
 * Resident identity number (公民身份号码), GB 11643-1999. The division is not looked up: everyone registered in
 * this city before 2000 carries a prefix (4128xx) that no longer exists. Fifteen digits are the older form.
 */
export function checkResidentId(raw: string): IdentifierCheck {
  const value = normaliseIdentifier(raw)
  if (/^\d{15}$/.test(value)) {
    return isDate(`19${value.slice(6, 12)}`)
      ? { status: 'valid', value, warnings: ['LEGACY'] }
      : { status: 'malformed', value, rule: 'DATE' }
  }
  const malformed = form(value, 18, /^\d{17}[\dX]$/)
  if (malformed) return malformed
  if (!isDate(value.slice(6, 14))) return { status: 'malformed', value, rule: 'DATE' }
  const expected = residentCheckCharacter(value)
  return value[17] === expected ? valid(value) : { status: 'checksum_mismatch', value, expected }
}

/** The eighteen digits into which an identity number of fifteen was changed in 1999: all were of the century before. */
export function currentResidentId(value: string): string {
  if (value.length !== 15) return value
  const stem = `${value.slice(0, 6)}19${value.slice(6)}`
  return stem + residentCheckCharacter(stem)
}

const residentCheckCharacter = (value: string) =>
  '10X98765432'.charAt(weighted(value, RESIDENT_WEIGHTS, worth) % 11)

/** Tax id (纳税人识别号): the USCC since 2015; before that division and organisation code, or for the self-employed a longer number. */
export function checkTaxId(raw: string): IdentifierCheck {
  const value = normaliseIdentifier(raw)
  if (value.length === 18) {
    const uscc = checkUscc(value)
    if (uscc.status !== 'malformed') return uscc
  }
  if (/^[0-9]{6}[0-9A-Z]{9}$|^[0-9]{6}[0-9A-Z]{12,14}$/.test(value)) {
    return { status: 'valid', value, warnings: ['LEGACY'] }
  }
  return { status: 'malformed', value, rule: value === '' ? 'EMPTY' : 'LENGTH' }
}

/** Passports and permits have no common check digit: letters and digits of a plausible length. */
function checkTravelDocument(raw: string): IdentifierCheck {
  const value = normaliseIdentifier(raw)
  if (value === '') return { status: 'malformed', value, rule: 'EMPTY' }
  if (value.length < 5 || value.length > 20) return { status: 'malformed', value, rule: 'LENGTH' }
  return /^[0-9A-Z]+$/.test(value) ? valid(value) : { status: 'malformed', value, rule: 'ALPHABET' }
}

/**
 * Whether a tax id of the older kind is made of a person's identity number, as those of the self-employed were: that is
 * no number to store or show as an organisation's. Fifteen digits that end in a valid organisation code are none.
 */
export function isPersonalTaxId(value: string): boolean {
  if (value.length === 15)
    return (
      checkResidentId(value).status === 'valid' && checkOrganisationCode(value.slice(6)).status !== 'valid'
    )
  return value.length >= 18 && checkUscc(value).status === 'malformed' && isResidentNumber(value.slice(0, 18))
}

const isResidentNumber = (value: string) => checkResidentId(value).status !== 'malformed'

export function checkIdentifier(scheme: IdentifierScheme, raw: string): IdentifierCheck {
  switch (scheme) {
    case 'USCC':
      return checkUscc(raw)
    case 'ORGANISATION_CODE':
      return checkOrganisationCode(raw)
    case 'REGISTRATION_NUMBER':
      return checkRegistrationNumber(raw)
    case 'TAX_ID':
      return checkTaxId(raw)
    case 'RESIDENT_ID':
      return checkResidentId(raw)
    case 'PASSPORT':
    case 'HK_MACAO_PERMIT':
    case 'TAIWAN_PERMIT':
    case 'FOREIGN_PERMANENT_RESIDENCE':
      return checkTravelDocument(raw)
  }
}

export function isPersonScheme(scheme: IdentifierScheme): scheme is PersonScheme {
  return personSchemes.some((candidate) => candidate === scheme)
}

function valid(value: string): IdentifierCheck {
  return { status: 'valid', value, warnings: [] }
}

/** Thousands in one request: what a character is worth is looked up by its code. */
function weighted(value: string, weights: readonly number[], worthOf: readonly number[]): number {
  let sum = 0
  for (let position = 0; position < weights.length; position += 1)
    sum += (worthOf[value.charCodeAt(position)] ?? 0) * (weights[position] ?? 0)
  return sum
}

function form(value: string, length: number, pattern: RegExp) {
  if (value === '') return { status: 'malformed', value, rule: 'EMPTY' } as const
  if (value.length !== length) return { status: 'malformed', value, rule: 'LENGTH' } as const
  return pattern.test(value) ? null : ({ status: 'malformed', value, rule: 'ALPHABET' } as const)
}

/** Letters that the alphabet leaves out are often mistyped digits; the corrected code is offered only when it checks. */
function withSuggestion(malformed: IdentifierCheck & { status: 'malformed' }): IdentifierCheck {
  const corrected = malformed.value.replace(
    /[IOSZ]/g,
    (letter) => ({ I: '1', O: '0', S: '5', Z: '2' })[letter] ?? letter,
  )
  if (corrected === malformed.value) return malformed
  return checkUscc(corrected).status === 'valid' ? { ...malformed, suggestion: corrected } : malformed
}

function isDate(yyyymmdd: string): boolean {
  const iso = `${yyyymmdd.slice(0, 4)}-${yyyymmdd.slice(4, 6)}-${yyyymmdd.slice(6)}`
  const date = new Date(`${iso}T00:00:00Z`)
  return (
    Number(yyyymmdd.slice(0, 4)) >= 1800 &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(iso)
  )
}

/** What a column for any number of the subject holds: only these two link, and only one of them may fit. */
export type SubjectNumber =
  | { status: 'READ'; scheme: 'USCC' | 'RESIDENT_ID'; check: IdentifierCheck }
  /** Both fit, or neither check character does. */
  | { status: 'AMBIGUOUS' }
  /** A number that an organisation has but that names no subject: an organisation code, a registration number. */
  | { status: 'DOES_NOT_LINK' }

export function readSubjectNumber(raw: string): SubjectNumber {
  const [uscc, residentId] = [checkUscc(raw), checkResidentId(raw)]
  const readings = [
    { scheme: 'USCC' as const, check: uscc },
    { scheme: 'RESIDENT_ID' as const, check: residentId },
  ]
  for (const status of ['valid', 'checksum_mismatch'] as const) {
    const fitting = readings.filter(({ check }) => check.status === status)
    if (fitting.length > 1) return { status: 'AMBIGUOUS' }
    if (fitting[0])
      return isLegacyResidentId(fitting[0].check) ? legacy(raw) : { status: 'READ', ...fitting[0] }
  }
  const others = [checkOrganisationCode(raw), checkRegistrationNumber(raw)]
  if (others.some((check) => check.status === 'valid')) return { status: 'DOES_NOT_LINK' }
  return { status: 'READ', scheme: 'USCC', check: uscc }
}

const isLegacyResidentId = (check: IdentifierCheck) => check.value.length === 15

/** Fifteen digits are an old identity number or a registration number: the check digit of the latter tells. */
function legacy(raw: string): SubjectNumber {
  if (checkRegistrationNumber(raw).status === 'valid') return { status: 'AMBIGUOUS' }
  return { status: 'READ', scheme: 'RESIDENT_ID', check: checkResidentId(raw) }
}
