import { createHash } from 'node:crypto'
import { canonicalJson } from '../kernel/canonical-json.ts'

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
  subjects: SubjectDigests | null
}

export type SubjectDigests = { salt: Uint8Array; digests: Uint8Array }

/**
 * Digests of the subjects asked about, 32 bytes each, in the order of the request. The salt is kept apart from the
 * leaf: with it one can tell whether a given subject was asked about, and once it is erased nobody can.
 */
export function digestSubjects(keys: readonly string[], salt: Uint8Array): SubjectDigests {
  return {
    salt,
    digests: Buffer.concat(keys.map((key) => createHash('sha256').update(salt).update(key).digest())),
  }
}

/**
 * The leaf: canonical JSON (RFC 8785) that later issues hash into the tree (RFC 9162). It names no subject and holds
 * no personal data, so nothing that must be erased is ever part of it.
 */
export function leafOf(exchange: Exchange): string {
  const { subjects } = exchange
  return canonicalJson({
    v: 1,
    department: exchange.departmentCode,
    kid: exchange.kid,
    jti: exchange.jti,
    at: exchange.at.toISOString(),
    operation: exchange.operation,
    purpose: exchange.purpose,
    outcome: exchange.outcome,
    status: exchange.status,
    req_sha256: exchange.requestSha256,
    body_sha256: exchange.answerSha256,
    data_version: exchange.dataVersion,
    subjects_sha256: subjects && createHash('sha256').update(subjects.digests).digest('base64url'),
  })
}
