import { createHash } from 'node:crypto'

/** The schemes by which a subject may have been asked about; a bare number is read as each of them. */
const schemes = [
  'USCC',
  'ORGANISATION_CODE',
  'REGISTRATION_NUMBER',
  'TAX_ID',
  'RESIDENT_ID',
  'PASSPORT',
  'HK_MACAO_PERMIT',
  'TAIWAN_PERMIT',
  'FOREIGN_PERMANENT_RESIDENCE',
] as const

export interface SubjectReading {
  readonly scheme: string
  /** Base64. */
  readonly digest: string
}

/** Salted digests of what the text can mean: `USCC 9141…` as it stands, a number alone by every scheme. */
export function subjectReadings(subject: string, salt: Uint8Array): readonly SubjectReading[] {
  const [first = '', ...rest] = subject.trim().split(/\s+/)
  const named = schemes.find((scheme) => scheme === first.toUpperCase())
  // As the exchange reads a number: full-width characters, spaces and hyphens do not make it another one.
  const number = (named ? rest : [first, ...rest])
    .join('')
    .normalize('NFKC')
    .replace(/[\s\p{Cf}\p{Pd}]/gu, '')
    .toUpperCase()
  return (named ? [named] : schemes).map((scheme) => ({
    scheme,
    digest: createHash('sha256').update(salt).update(`${scheme} ${number}`).digest('base64'),
  }))
}
