import { isSignedBy, type ReadToken, readToken } from './compact-jws.ts'
import { hasExactly, isText } from './encoding.ts'
import { type ReplyVerificationCode, ReplyVerificationError } from './errors.ts'
import type { PublicJwk } from './keys.ts'

/** Seconds by which the two clocks may differ. */
export const CLOCK_SKEW = 30

/** What this side knows about the request it sent; `issuedAt` in seconds since 1970. */
export interface SentRequest {
  readonly audience: string
  readonly department: string
  readonly jti: string
  readonly issuedAt: number
  readonly bodySha256: string
}

/** What came back; `bodySha256` the digest of the exact bytes, `receivedAt` in seconds since 1970. */
export interface ReceivedReply {
  readonly replySignature: string | null
  readonly status: number
  readonly bodySha256: string
  readonly receivedAt: number
}

/** What the exchange signed; `log_index` is the place of this exchange in the evidence log. */
export interface ReplyClaims {
  readonly iss: string
  readonly aud: string
  readonly iat: number
  readonly jti_req: string
  readonly req_sha256: string
  readonly status: number
  readonly body_sha256: string
  readonly log_index: number
  readonly data_version: number
}

const CLAIM_NAMES = [
  'iss',
  'aud',
  'iat',
  'jti_req',
  'req_sha256',
  'status',
  'body_sha256',
  'log_index',
  'data_version',
] as const

const deny = (code: ReplyVerificationCode, message: string): never => {
  throw new ReplyVerificationError(code, message)
}

const denyUnequal = (code: ReplyVerificationCode, what: string, expected: unknown, got: unknown): void => {
  if (expected !== got) deny(code, `${what}: expected ${String(expected)}, got ${String(got)}`)
}

/**
 * Proves that `reply` is this exchange's answer to the request in `sent`. Pure: keys, time and bytes come in.
 * The body may be used only after this returned.
 * @throws ReplyVerificationError with the code of the first step that fails
 */
export async function verifyReply(
  reply: ReceivedReply,
  sent: SentRequest,
  trustedKeys: readonly PublicJwk[],
): Promise<ReplyClaims> {
  const token =
    reply.replySignature ?? deny('SIGNATURE_MISSING', 'expected a Reply-Signature header, got none')
  const read = verifyForm(token)
  const key = verifyKey(read, trustedKeys)
  await verifySignature(token, key)
  // Claims are looked at only now: until the signature holds they are a stranger's words.
  const claims = readClaims(read)
  denyUnequal('ISSUER_MISMATCH', 'iss', sent.audience, claims.iss)
  denyUnequal('AUDIENCE_MISMATCH', 'aud', sent.department, claims.aud)
  verifyAnswersThisRequest(claims, sent)
  denyUnequal('STATUS_MISMATCH', 'status', reply.status, claims.status)
  denyUnequal('BODY_MISMATCH', 'body_sha256', reply.bodySha256, claims.body_sha256)
  verifyTime(claims, sent, reply)
  return claims
}

function verifyForm(token: string): ReadToken {
  return (
    readToken(token, 'reply+jwt') ??
    deny('FORM_INVALID', 'expected a compact JWS with exactly the header {alg, kid, typ: reply+jwt}')
  )
}

function verifyKey({ header }: ReadToken, trustedKeys: readonly PublicJwk[]): PublicJwk {
  const key =
    trustedKeys.find(({ kid }) => kid === header.kid) ??
    deny(
      'KEY_UNKNOWN',
      `the exchange signed with key ${header.kid}, which is not pinned here: if the operator announced a new key, ` +
        'run "jce trust", compare the thumbprint with the one announced, then accept it',
    )
  // The key decides the algorithm, never the header alone (RFC 8725 section 3.1).
  denyUnequal('FORM_INVALID', 'alg', key.alg, header.alg)
  return key
}

async function verifySignature(token: string, key: PublicJwk): Promise<void> {
  if (!(await isSignedBy(token, key)))
    deny('SIGNATURE_INVALID', `the signature does not match key ${key.kid}`)
}

function readClaims({ claims }: ReadToken): ReplyClaims {
  if (!hasExactly(claims, CLAIM_NAMES))
    deny('FORM_INVALID', `expected exactly the claims ${CLAIM_NAMES.join(', ')}`)
  const { iss, aud, iat, jti_req, req_sha256, status, body_sha256, log_index, data_version } = claims
  if (!isText(iss) || !isText(aud) || !isText(jti_req) || !isText(req_sha256) || !isText(body_sha256)) {
    return deny('FORM_INVALID', 'expected iss, aud, jti_req, req_sha256 and body_sha256 to be text')
  }
  if (!isCount(iat) || !isCount(status) || !isCount(log_index) || !isCount(data_version)) {
    return deny('FORM_INVALID', 'expected iat, status, log_index and data_version to be whole numbers from 0')
  }
  return { iss, aud, iat, jti_req, req_sha256, status, body_sha256, log_index, data_version }
}

/** Without this an old answer, genuinely signed, could be played back for a new question. */
function verifyAnswersThisRequest(claims: ReplyClaims, sent: SentRequest): void {
  denyUnequal('REQUEST_MISMATCH', 'jti_req', sent.jti, claims.jti_req)
  denyUnequal('REQUEST_MISMATCH', 'req_sha256', sent.bodySha256, claims.req_sha256)
}

function verifyTime({ iat }: ReplyClaims, sent: SentRequest, reply: ReceivedReply): void {
  const [earliest, latest] = [sent.issuedAt - CLOCK_SKEW, reply.receivedAt + CLOCK_SKEW]
  if (iat < earliest || iat > latest) {
    deny('TIME_INVALID', `iat: expected ${earliest} to ${latest}, got ${iat}: check this machine's clock`)
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
