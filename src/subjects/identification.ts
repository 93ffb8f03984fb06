import type { Vault } from '../kernel/vault.ts'
import {
  checkIdentifier,
  type IdentifierCheck,
  type IdentifierScheme,
  identifierSchemes,
  isPersonScheme,
  normaliseIdentifier,
  type PersonScheme,
} from './identifiers.ts'

/**
 * How a number may be looked up. `LINKS`: it names one subject. `SUGGESTS`: it only proposes organisations. `key` is what
 * is stored, for a person a keyed hash; `value` is the number itself and must not be.
 */
export type LookupKey = {
  scheme: IdentifierScheme
  key: string
  value: string
  strength: 'LINKS' | 'SUGGESTS'
}

export type Identification =
  /** `doubtful`: the form of an identifier, but not its check character; early pilot codes in real use are like that. */
  | { status: 'READ'; keys: LookupKey[]; doubtful: boolean }
  | { status: 'MALFORMED'; rule: string; suggestion: string | null }

/** The domain of the keyed hash under which a person's number is looked up. */
export const certificateIndexDomain = (scheme: PersonScheme) => `certificate ${scheme}`

/** Under this context a certificate number is encrypted in `subject_identifier`. */
export const certificateContext = (scheme: string) => `subject identifier ${scheme}`

const travelDocumentCharacters = 12
/** The card of 2004 and that of 2023. */
const permanentResidenceForm = /^[A-Z]{3}\d{12}$|^9\d{16}[\dX]$/

/**
 * What a number without a scheme can be. Eighteen characters may be a unified social credit code or a resident
 * identity number, fifteen a registration number or an old identity number: all readings are looked up.
 */
export function identify(vault: Vault, raw: string, scheme: IdentifierScheme | null): Identification {
  const value = normaliseIdentifier(raw)
  const schemes = scheme ? [scheme] : identifierSchemes.filter((candidate) => isOfUsualForm(candidate, value))
  const readings = schemes.map((candidate) => ({
    scheme: candidate,
    check: checkIdentifier(candidate, value),
  }))
  const plausible = scheme ? readings : readings.filter(isTelling)
  if (plausible.every(({ check }) => check.status === 'malformed')) return malformed(readings)
  return {
    status: 'READ',
    keys: readings.flatMap(({ scheme: read, check }) =>
      check.status === 'malformed' ? [] : [lookupKey(vault, read, check.value)],
    ),
    doubtful: plausible.every(({ check }) => check.status !== 'valid'),
  }
}

export function lookupKey(vault: Vault, scheme: IdentifierScheme, value: string): LookupKey {
  if (isPersonScheme(scheme)) {
    return { scheme, key: vault.blindIndex(certificateIndexDomain(scheme), value), value, strength: 'LINKS' }
  }
  return { scheme, key: value, value, strength: scheme === 'USCC' ? 'LINKS' : 'SUGGESTS' }
}

type Reading = { scheme: IdentifierScheme; check: IdentifierCheck }

/** Travel documents have no check digit and fit nearly any text: a long number is none of them. */
function isOfUsualForm(scheme: IdentifierScheme, value: string): boolean {
  switch (scheme) {
    case 'PASSPORT':
    case 'HK_MACAO_PERMIT':
    case 'TAIWAN_PERMIT':
      return value.length <= travelDocumentCharacters
    case 'FOREIGN_PERMANENT_RESIDENCE':
      return permanentResidenceForm.test(value)
    default:
      return true
  }
}

/** Whether the scheme's own form and check say something about a text, so that their failing says it is mistyped. */
function isTelling({ scheme, check }: Reading): boolean {
  switch (scheme) {
    case 'FOREIGN_PERMANENT_RESIDENCE':
      return false
    case 'TAX_ID':
      return check.value.length !== 18
    default:
      return true
  }
}

function malformed(readings: Reading[]): Identification {
  const first = readings.find(({ check }) => check.status === 'malformed')?.check
  if (first?.status !== 'malformed') return { status: 'MALFORMED', rule: 'ALPHABET', suggestion: null }
  return { status: 'MALFORMED', rule: first.rule, suggestion: first.suggestion ?? null }
}
