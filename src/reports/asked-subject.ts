import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { identify } from '../subjects/identification.ts'
import { checkIdentifier, type IdentifierScheme, isPersonScheme } from '../subjects/identifiers.ts'

/** Of whom a document is asked. A document speaks of one subject, so its number has to be of a kind that names one. */
export type Asked = {
  kind: 'ORGANISATION' | 'PERSON'
  /** As it is written in its scheme. */
  number: string
  scheme: IdentifierScheme
  /** Under what the subject is looked up: of a person a keyed hash. */
  key: string
  name: string | null
}

/** Throws INPUT_INVALID or IDENTIFIER_AMBIGUOUS. The message never repeats the number. */
export function readAsked(
  vault: Vault,
  raw: { identifier: string; scheme: IdentifierScheme | null; name: string | null },
): Asked {
  const identification = identify(vault, raw.identifier, raw.scheme)
  if (identification.status === 'MALFORMED')
    throw new Refusal('INPUT_INVALID', '号码格式不正确 (the identifier has not the form of its scheme)')
  const linking = identification.keys.filter(({ strength }) => strength === 'LINKS')
  // Eighteen digits may pass for two schemes: the one whose check character fits is meant.
  const fitting = linking.filter(({ scheme }) => checkIdentifier(scheme, raw.identifier).status === 'valid')
  const meant = fitting.length > 0 ? fitting : linking
  const [first] = meant
  if (!first) {
    throw new Refusal(
      'INPUT_INVALID',
      '须以统一社会信用代码或者自然人证件号码申请 (expected a unified social credit code or a certificate number of a person)',
      '河南省社会信用条例第十六条',
    )
  }
  if (meant.length > 1) {
    throw new Refusal(
      'IDENTIFIER_AMBIGUOUS',
      '该号码可属多种证件，请指明类型 (the number fits several schemes: name the scheme)',
    )
  }
  return {
    kind: isPersonScheme(first.scheme) ? 'PERSON' : 'ORGANISATION',
    number: checkIdentifier(first.scheme, raw.identifier).value,
    scheme: first.scheme,
    key: first.key,
    name: raw.name?.trim() || null,
  }
}
