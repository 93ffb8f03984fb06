import { type Department, keyIsValidAt } from '../src/departments/department.ts'
import type { KeyDirectory, KnownKey } from '../src/departments/key-directory.ts'
import { limits } from '../src/limits.ts'
import { isObject } from './graphql-request.ts'
import type { EdgeCode } from './http-refusal.ts'

/**
 * The signed query: a JWS (RFC 7515) whose claims bind one body, one path and one moment to a department's key. Each
 * step below is one thing that an attacker could try; they run in the order of this file and the first fault decides.
 */

type Header = { alg: 'EdDSA' | 'ES256'; kid: string }

type Claims = {
  iss: string
  aud: string
  /** Seconds. */
  iat: number
  exp: number
  jti: string
  htm: string
  htu: string
  body_sha256: string
}

const digestCharacters = 43

/** A query whose signature holds: who asks is known from here on, whatever else may be wrong. */
export type Authenticated = {
  department: Department
  kid: string
  jti: string
  signedAt: Date
  bodySha256: string
  /** When no replica accepts the token any more. */
  tokenExpiresAt: Date
  /** What is wrong apart from the signature; null: nothing. */
  fault: EdgeCode | null
}

export type QueryVerification =
  | { outcome: 'AUTHENTICATED'; query: Authenticated }
  | { outcome: 'REFUSED'; code: EdgeCode }

export type QueryExpectations = { audience: string; path: string; now: Date }

export async function verifySignedQuery(
  authorization: string | undefined,
  keys: KeyDirectory,
  expected: QueryExpectations,
): Promise<QueryVerification> {
  if (authorization === undefined || authorization.trim() === '') return refused('SIGNATURE_MISSING')
  const token = readForm(authorization)
  if (!token) return refused('SIGNATURE_INVALID')
  // Unknown key, unknown department and bad signature look the same from outside: nobody learns who is registered.
  const key = await keys.find(token.kid)
  if (!key || !isUsable(key, token)) return refused('SIGNATURE_INVALID')
  if (!(await isSigned(token.text, key))) return refused('SIGNATURE_INVALID')
  const { claims } = token
  return {
    outcome: 'AUTHENTICATED',
    query: {
      department: key.department,
      kid: key.kid,
      jti: claims.jti,
      signedAt: new Date(claims.iat * 1000),
      bodySha256: claims.body_sha256,
      tokenExpiresAt: tokenEnd(claims),
      fault:
        departmentFault(key.department) ??
        audienceFault(claims, expected) ??
        timeFault(claims, expected) ??
        targetFault(claims, expected),
    },
  }
}

/**
 * What has changed since the signature was verified: a file takes its time to arrive, and a key that is revoked or a
 * department that is suspended meanwhile must not take effect any more. Null: nothing.
 */
export async function faultSince(query: Authenticated, keys: KeyDirectory): Promise<EdgeCode | null> {
  const key = await keys.find(query.kid)
  if (!key || !keyIsValidAt(key, query.signedAt, limits.clockSkewSeconds)) return 'SIGNATURE_INVALID'
  return departmentFault(key.department)
}

/**
 * The same for what stays open: the key must count now, not only when it signed, and the department may do what it might.
 */
export async function faultNow(
  query: Authenticated,
  keys: KeyDirectory,
  now: Date,
): Promise<EdgeCode | null> {
  const key = await keys.find(query.kid)
  if (!key || !keyIsValidAt(key, now, limits.clockSkewSeconds)) return 'SIGNATURE_INVALID'
  const { roles } = query.department
  if (!roles.every((role) => key.department.roles.includes(role))) return 'DEPARTMENT_SUSPENDED'
  return departmentFault(key.department)
}

const refused = (code: EdgeCode): QueryVerification => ({ outcome: 'REFUSED', code })

type Token = Header & { text: string; claims: Claims }

const tokenForm = /^Bearer (([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+)$/

function readForm(authorization: string): Token | null {
  if (authorization.length > limits.authorizationCharacters) return null
  const [, text = '', protectedHeader = '', payload = ''] = tokenForm.exec(authorization) ?? []
  const header = readHeader(protectedHeader)
  const claims = header && readClaims(payload)
  return header && claims ? { ...header, text, claims } : null
}

/** A department's headers are all the same text: what it says is remembered. */
const knownHeaders = new Map<string, Header>()

/** RFC 8725 section 3.1: exactly these members, so `none`, HMAC, `jwk`, `jku`, `x5u` and `crit` have no way in. */
function readHeader(text: string): Header | null {
  const known = knownHeaders.get(text)
  if (known) return known
  const members = parseJson(text)
  if (!isObject(members) || Object.keys(members).sort().join() !== 'alg,kid,typ') return null
  const { alg, kid, typ } = members
  if (typ !== 'query+jwt' || (alg !== 'EdDSA' && alg !== 'ES256')) return null
  if (typeof kid !== 'string' || kid.length !== digestCharacters) return null
  // Strangers write headers too, so the memory has an end.
  if (knownHeaders.size >= limits.keyCacheEntries) knownHeaders.clear()
  const header: Header = { alg, kid }
  knownHeaders.set(text, header)
  return header
}

const { tokenIdCharacters } = limits
const tokenIdForm = new RegExp(`^[A-Za-z0-9_-]{${tokenIdCharacters.min},${tokenIdCharacters.max}}$`)

/** Other claims may be there and mean nothing. */
function readClaims(text: string): Claims | null {
  const members = parseJson(text)
  if (!isObject(members)) return null
  const { iss, aud, iat, exp, jti, htm, htu, body_sha256 } = members
  const isWhole =
    typeof iss === 'string' &&
    typeof aud === 'string' &&
    isSeconds(iat) &&
    isSeconds(exp) &&
    typeof jti === 'string' &&
    tokenIdForm.test(jti) &&
    typeof htm === 'string' &&
    typeof htu === 'string' &&
    typeof body_sha256 === 'string' &&
    body_sha256.length === digestCharacters
  return isWhole ? { iss, aud, iat, exp, jti, htm, htu, body_sha256 } : null
}

const isSeconds = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** The key decides the algorithm, never the token, and it must have been good when the token says it was signed. */
function isUsable(key: KnownKey, { alg, claims }: Token): boolean {
  return (
    key.algorithm === alg &&
    key.department.code === claims.iss &&
    keyIsValidAt(key, new Date(claims.iat * 1000), limits.clockSkewSeconds)
  )
}

/** JWS signing input and signature, RFC 7515 section 5.2. */
function isSigned(token: string, key: KnownKey): Promise<boolean> {
  const end = token.lastIndexOf('.')
  return key.isSigned(
    Buffer.from(token.slice(0, end), 'latin1'),
    Buffer.from(token.slice(end + 1), 'base64url'),
  )
}

/** Told only after the signature held: a stranger must not learn that a department is suspended. */
function departmentFault(department: Department): EdgeCode | null {
  switch (department.status) {
    case 'ACTIVE':
      return null
    case 'SUSPENDED':
    case 'REGISTERED':
    case 'CLOSED':
      return 'DEPARTMENT_SUSPENDED'
  }
}

function audienceFault(claims: Claims, expected: QueryExpectations): EdgeCode | null {
  return claims.aud === expected.audience ? null : 'AUDIENCE_MISMATCH'
}

function timeFault({ iat, exp }: Claims, { now }: QueryExpectations): EdgeCode | null {
  const seconds = now.getTime() / 1000
  const tooLong = exp - iat > limits.tokenLifetimeSeconds || exp < iat
  const fromTheFuture = iat > seconds + limits.clockSkewSeconds
  const expired = exp < seconds - limits.clockSkewSeconds
  return tooLong || fromTheFuture || expired ? 'SIGNATURE_EXPIRED' : null
}

/** Compared with configuration, never with what the request says of itself, so a proxy in front changes nothing. */
function targetFault(claims: Claims, expected: QueryExpectations): EdgeCode | null {
  return claims.htm === 'POST' && claims.htu === expected.path ? null : 'TARGET_MISMATCH'
}

/** Beyond the skew, and beyond what the clocks of replicas and database may differ. */
function tokenEnd({ exp }: Claims): Date {
  const last =
    Math.min(exp * 1000, Date.UTC(9999, 0)) + limits.clockSkewSeconds * 1000 + limits.clockDifference
  return new Date(last)
}

function parseJson(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
