import { hasExactly, isText, parseJsonObject } from './encoding.ts'

/**
 * One entry of the evidence log (日志条目) as it is hashed into the tree. It names no subject; `subjectsSha256` is the
 * digest of the salted digests. Digests in base64url; `at` ISO 8601 in UTC by the exchange's clock.
 */
export interface LogLeaf {
  readonly department: string
  readonly kid: string
  readonly jti: string
  readonly at: string
  readonly operation: string | null
  readonly purpose: string | null
  readonly outcome: string
  readonly status: number
  readonly requestSha256: string
  readonly answerSha256: string
  readonly dataVersion: number
  readonly subjectsSha256: string | null
}

const MEMBERS = [
  'v',
  'department',
  'kid',
  'jti',
  'at',
  'operation',
  'purpose',
  'outcome',
  'status',
  'req_sha256',
  'body_sha256',
  'data_version',
  'subjects_sha256',
] as const

/** Undefined for anything but an entry of version 1 in canonical JSON (RFC 8785), so that one entry has one spelling. */
export function parseLeaf(text: string): LogLeaf | undefined {
  const value = parseJsonObject(new TextEncoder().encode(text))
  if (!value || !hasExactly(value, MEMBERS) || value.v !== 1) return undefined
  const members = Object.keys(value).sort()
  // No member is an object, so sorting once makes it canonical; a repeated member would be lost here and show.
  if (
    `{${members.map((name) => `${JSON.stringify(name)}:${JSON.stringify(value[name])}`).join(',')}}` !== text
  )
    return undefined
  const { department, kid, jti, at, operation, purpose, outcome, status } = value
  const { req_sha256, body_sha256, data_version, subjects_sha256 } = value
  if (!isText(department) || !isText(kid) || !isText(jti) || !isText(at) || !isText(outcome)) return undefined
  if (!isText(req_sha256) || !isText(body_sha256) || Number.isNaN(Date.parse(at))) return undefined
  if (!isTextOrNull(operation) || !isTextOrNull(purpose) || !isTextOrNull(subjects_sha256)) return undefined
  if (typeof status !== 'number' || typeof data_version !== 'number') return undefined
  return {
    department,
    kid,
    jti,
    at,
    operation,
    purpose,
    outcome,
    status,
    requestSha256: req_sha256,
    answerSha256: body_sha256,
    dataVersion: data_version,
    subjectsSha256: subjects_sha256,
  }
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string'
