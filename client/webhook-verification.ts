import { isSignedBy, type ReadToken, readToken } from './compact-jws.ts'
import { hasExactly, isText, type JsonObject, parseJsonObject, sha256 } from './encoding.ts'
import { type WebhookVerificationCode, WebhookVerificationError } from './errors.ts'
import type { PublicJwk } from './keys.ts'
import { CLOCK_SKEW } from './reply-verification.ts'

/** What the receiver knows beforehand. `url` as it was registered; `now` is for tests. */
export interface ExpectedWebhook {
  readonly trustedKeys: readonly PublicJwk[]
  readonly department: string
  readonly url: string
  /** How old a signature may be; a repeated delivery is signed anew. */
  readonly maxAgeSeconds: number
  readonly now?: Date
}

/** Headers as Node, or as the web standard, gives them. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Changes after those delivered before, in order; with them the receiver holds everything up to `upTo`. The same may
 * come again: what is not beyond the position the receiver has stored already is answered 200 and left alone.
 */
export interface WebhookDelivery {
  readonly exchange: string
  readonly registrationId: string
  readonly upTo: number
  readonly changes: readonly JsonObject[]
}

const CLAIM_NAMES = ['iss', 'aud', 'iat', 'url', 'body_sha256', 'up_to'] as const

const deny = (code: WebhookVerificationCode, message: string): never => {
  throw new WebhookVerificationError(code, message)
}

/**
 * Proves that `body`, the exact bytes received, is what the exchange sent to this webhook of this department. Pure: keys
 * and bytes come in.
 * @throws WebhookVerificationError with the code of the first step that fails
 */
export async function verifyWebhook(
  headers: WebhookHeaders,
  body: Uint8Array,
  expected: ExpectedWebhook,
): Promise<WebhookDelivery> {
  const read = verifyForm(signatureOf(headers))
  await verifySignature(read, expected.trustedKeys)
  // Claims are looked at only now: until the signature holds they are a stranger's words.
  const claims = readClaims(read.read)
  if (claims.aud !== expected.department)
    deny('AUDIENCE_MISMATCH', `aud: expected ${expected.department}, got ${claims.aud}`)
  if (claims.url !== canonicalUrl(expected.url))
    deny('URL_MISMATCH', `url: expected ${canonicalUrl(expected.url)}, got ${claims.url}`)
  verifyTime(claims.iat, expected)
  if (claims.body_sha256 !== sha256(body)) deny('BODY_MISMATCH', 'the body is not the one that was signed')
  return readDelivery(claims, body)
}

function signatureOf(headers: WebhookHeaders): string {
  const value = isHeaders(headers) ? headers.get('webhook-signature') : headers['webhook-signature']
  return typeof value === 'string'
    ? value
    : deny('SIGNATURE_MISSING', 'expected one Webhook-Signature header (in Node: request.headers)')
}

function isHeaders(headers: WebhookHeaders): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function'
}

type Signed = { readonly token: string; readonly read: ReadToken }

function verifyForm(token: string): Signed {
  const read =
    readToken(token, 'webhook+jwt') ??
    deny('FORM_INVALID', 'expected a compact JWS with exactly the header {alg, kid, typ: webhook+jwt}')
  return { token, read }
}

async function verifySignature({ token, read }: Signed, trustedKeys: readonly PublicJwk[]): Promise<void> {
  const { kid, alg } = read.header
  const key =
    trustedKeys.find((trusted) => trusted.kid === kid) ??
    deny('KEY_UNKNOWN', `the exchange signed with key ${kid}, which is not pinned here: see "jce trust"`)
  // The key decides the algorithm, never the header alone (RFC 8725 section 3.1).
  if (key.alg !== alg) deny('FORM_INVALID', `alg: expected ${key.alg}, got ${alg}`)
  if (!(await isSignedBy(token, key))) deny('SIGNATURE_INVALID', `the signature does not match key ${kid}`)
}

interface WebhookClaims {
  readonly iss: string
  readonly aud: string
  readonly iat: number
  readonly url: string
  readonly body_sha256: string
  readonly up_to: number
}

function readClaims({ claims }: ReadToken): WebhookClaims {
  const { iss, aud, iat, url, body_sha256, up_to } = claims
  if (
    !hasExactly(claims, CLAIM_NAMES) ||
    !isText(iss) ||
    !isText(aud) ||
    !isText(url) ||
    !isText(body_sha256) ||
    !isCount(iat) ||
    !isCount(up_to)
  ) {
    return deny('FORM_INVALID', `expected exactly the claims ${CLAIM_NAMES.join(', ')}`)
  }
  return { iss, aud, iat, url, body_sha256, up_to }
}

function verifyTime(iat: number, { maxAgeSeconds, now = new Date() }: ExpectedWebhook): void {
  const seconds = Math.floor(now.getTime() / 1000)
  const [earliest, latest] = [seconds - maxAgeSeconds - CLOCK_SKEW, seconds + CLOCK_SKEW]
  if (iat < earliest || iat > latest)
    deny('TIME_INVALID', `iat: expected ${earliest} to ${latest}, got ${iat}: check this machine's clock`)
}

function readDelivery(claims: WebhookClaims, body: Uint8Array): WebhookDelivery {
  const { registrationId, upTo, changes } = parseJsonObject(body) ?? {}
  if (!isText(registrationId) || upTo !== claims.up_to || !isListOfObjects(changes))
    return deny('FORM_INVALID', 'expected the body {registrationId, upTo, changes} with upTo as signed')
  return { exchange: claims.iss, registrationId, upTo: claims.up_to, changes }
}

/** `https://a.cn` and `https://a.cn/` are one address; the exchange signs the latter. */
function canonicalUrl(text: string): string {
  return URL.canParse(text) ? new URL(text).href : text
}

function isListOfObjects(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'object' && entry !== null)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
