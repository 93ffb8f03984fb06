import { hash } from 'node:crypto'
import { randomPiece } from '../kernel/random.ts'
import type { Vault } from '../kernel/vault.ts'

/** One answered exchange, as the log keeps it. Digests are base64url SHA-256 of exact bytes. */
export type Exchange = {
  departmentId: number
  departmentCode: string
  kid: string
  jti: string
  /** When the token can no longer be accepted anywhere. */
  tokenExpiresAt: Date
  /** Names this arrival of the request, so that it is told from a repeated one. */
  arrival: string
  at: Date
  /** e.g. `query screen`; null where the request was refused before it was read. */
  operation: string | null
  purpose: string | null
  /** `OK`, or the code of the refusal. */
  outcome: string
  status: number
  requestSha256: string
  answerSha256: string
  dataVersion: number
  subjects: ExchangeSubjects | null
}

/** Whom an exchange was about. `digests`: 32 bytes each. `ids`: those of them that the exchange knew. */
export type ExchangeSubjects = { sealedSalt: Uint8Array; digests: Uint8Array; ids: readonly number[] }

const saltBytes = 16
const digestBytes = 32
/** Of UTF-8, for one UTF-16 code unit. */
const mostBytesOfUnit = 3
const saltContext = 'exchange salt'

/**
 * Digests of the subjects asked about, each a scheme and a number, in the order of the request. The salt is kept apart from
 * the leaf, and encrypted, since identity numbers are few enough to be tried out: with it one can tell whether a given
 * subject was asked about, and once it is erased nobody can.
 */
export function digestSubjects(
  vault: Pick<Vault, 'encrypt'>,
  subjects: readonly string[],
  ids: readonly number[],
): ExchangeSubjects {
  const salt = randomPiece(saltBytes)
  const digests = Buffer.allocUnsafe(subjects.length * digestBytes)
  // Thousands in one request: salt and subject are laid side by side in one place, not joined anew for each.
  const longest = subjects.reduce((most, { length }) => Math.max(most, length), 0)
  const salted = Buffer.allocUnsafe(saltBytes + longest * mostBytesOfUnit)
  salted.set(salt)
  subjects.forEach((subject, place) => {
    const end = saltBytes + salted.write(subject, saltBytes, 'utf8')
    digests.set(hash('sha256', salted.subarray(0, end), 'buffer'), place * digestBytes)
  })
  return { sealedSalt: vault.encrypt(salt, saltContext), digests, ids }
}

export function openSalt(vault: Pick<Vault, 'decryptBytes'>, sealedSalt: Uint8Array): Buffer {
  return vault.decryptBytes(sealedSalt, saltContext)
}

/**
 * The leaf: canonical JSON (RFC 8785) whose hash is a leaf of the tree (RFC 9162). It names no subject and holds
 * no personal data, so nothing that must be erased is ever part of it.
 */
export function leafOf(exchange: Exchange): string {
  const { subjects } = exchange
  // Flat, and written in the order of its names: so this is the canonical form, which a test holds it to.
  return JSON.stringify({
    at: exchange.at.toISOString(),
    body_sha256: exchange.answerSha256,
    data_version: exchange.dataVersion,
    department: exchange.departmentCode,
    jti: exchange.jti,
    kid: exchange.kid,
    operation: exchange.operation,
    outcome: exchange.outcome,
    purpose: exchange.purpose,
    req_sha256: exchange.requestSha256,
    status: exchange.status,
    subjects_sha256: subjects && hash('sha256', subjects.digests, 'base64url'),
    v: 1,
  })
}
