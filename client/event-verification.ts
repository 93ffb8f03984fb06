import { isSignedBy, readToken } from './compact-jws.ts'
import { hasExactly, isJsonObject, isText, parseJson, sha256 } from './encoding.ts'
import { type ReplyVerificationCode, ReplyVerificationError } from './errors.ts'
import type { PublicJwk } from './keys.ts'
import { CLOCK_SKEW } from './reply-verification.ts'

/** What the exchange signed of one event of a stream; `pos` and `prev` are positions of the change feed. */
export interface EventClaims {
  readonly iss: string
  readonly aud: string
  readonly iat: number
  readonly jti_req: string
  readonly pos: number
  readonly prev: number
  readonly body_sha256: string
}

const CLAIM_NAMES = ['iss', 'aud', 'iat', 'jti_req', 'pos', 'prev', 'body_sha256'] as const

/** The stream that the event must belong to, and the position that it must follow; null: any, as the first may. */
export interface ExpectedEvent {
  readonly audience: string
  readonly department: string
  readonly jti: string
  readonly openedAt: number
  readonly prev: number | null
}

const deny = (code: ReplyVerificationCode, message: string): never => {
  throw new ReplyVerificationError(code, message)
}

const denyUnequal = (code: ReplyVerificationCode, what: string, expected: unknown, got: unknown): void => {
  if (expected !== got) deny(code, `${what}: expected ${String(expected)}, got ${String(got)}`)
}

/**
 * Proves that `data` is the next event of this stream: none was left out, repeated or put in another order. Returns the exact
 * text that was signed.
 * @throws ReplyVerificationError with the code of the first step that fails
 */
export async function verifyEvent(
  data: string,
  expected: ExpectedEvent,
  trustedKeys: readonly PublicJwk[],
  now: number,
): Promise<{ readonly payload: string; readonly claims: EventClaims }> {
  const message = parseJson(data)
  if (!isJsonObject(message) || !isText(message.payload) || !isText(message.signature)) {
    return deny('FORM_INVALID', 'expected {"payload", "signature"}, both text')
  }
  const { payload, signature } = message
  const read =
    readToken(signature, 'event+jwt') ??
    deny('FORM_INVALID', 'expected a compact JWS with exactly the header {alg, kid, typ: event+jwt}')
  const key =
    trustedKeys.find(({ kid }) => kid === read.header.kid) ??
    deny('KEY_UNKNOWN', `the event is signed by key ${read.header.kid}, which is not pinned here`)
  denyUnequal('FORM_INVALID', 'alg', key.alg, read.header.alg)
  if (!(await isSignedBy(signature, key))) deny('SIGNATURE_INVALID', `not signed by key ${key.kid}`)
  const claims = readClaims(read.claims)
  denyUnequal('ISSUER_MISMATCH', 'iss', expected.audience, claims.iss)
  denyUnequal('AUDIENCE_MISMATCH', 'aud', expected.department, claims.aud)
  denyUnequal('REQUEST_MISMATCH', 'jti_req', expected.jti, claims.jti_req)
  if (expected.prev !== null) denyUnequal('REQUEST_MISMATCH', 'prev', expected.prev, claims.prev)
  if (claims.pos <= claims.prev)
    deny('REQUEST_MISMATCH', `pos: expected after ${claims.prev}, got ${claims.pos}`)
  denyUnequal('BODY_MISMATCH', 'body_sha256', sha256(new TextEncoder().encode(payload)), claims.body_sha256)
  if (claims.iat < expected.openedAt - CLOCK_SKEW || claims.iat > now + CLOCK_SKEW) {
    deny('TIME_INVALID', `iat: expected ${expected.openedAt} to ${now}, got ${claims.iat}`)
  }
  return { payload, claims }
}

function readClaims(claims: Readonly<Record<string, unknown>>): EventClaims {
  if (!hasExactly(claims, CLAIM_NAMES))
    deny('FORM_INVALID', `expected exactly the claims ${CLAIM_NAMES.join(', ')}`)
  const { iss, aud, iat, jti_req, pos, prev, body_sha256 } = claims
  if (!isText(iss) || !isText(aud) || !isText(jti_req) || !isText(body_sha256)) {
    return deny('FORM_INVALID', 'expected iss, aud, jti_req and body_sha256 to be text')
  }
  if (!isCount(iat) || !isCount(pos) || !isCount(prev)) {
    return deny('FORM_INVALID', 'expected iat, pos and prev to be whole numbers from 0')
  }
  return { iss, aud, iat, jti_req, pos, prev, body_sha256 }
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
