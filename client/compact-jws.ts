import { CompactSign, compactVerify, importJWK } from 'jose'
import { fromBase64url, hasExactly, type JsonObject, parseJsonObject } from './encoding.ts'
import { type PrivateJwk, type PublicJwk, publicJwk, type SigningAlgorithm } from './keys.ts'

/** What a token is for; kept apart so that one kind can never be passed off as another (RFC 8725 section 3.11). */
export type TokenType =
  | 'query+jwt'
  | 'reply+jwt'
  | 'event+jwt'
  | 'enrolment+jwt'
  | 'rotation+jwt'
  | 'webhook+jwt'
  | 'document+jwt'

export interface TokenHeader {
  readonly alg: SigningAlgorithm
  readonly kid: string
  readonly typ: TokenType
}

export interface ReadToken {
  readonly header: TokenHeader
  readonly claims: JsonObject
}

/** Signs `claims` with exactly the header {alg, kid, typ}. Returns the JWS compact form (RFC 7515 section 7.1). */
export async function signToken(typ: TokenType, claims: JsonObject, key: PrivateJwk): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ })
    .sign(await importJWK({ ...key }, key.alg))
}

/**
 * Reads a token without believing it: the header must be exactly {alg, kid, typ} with the expected `typ`, so
 * `none`, HMAC, `jwk`, `jku`, `x5u`, `b64` and `crit` never reach a verifier. Undefined for anything else.
 */
export function readToken(token: string, typ: TokenType): ReadToken | undefined {
  const [first, second, third, ...rest] = token.split('.')
  if (!first || !second || !third || rest.length > 0) return undefined
  const [headerBytes, claimBytes, signature] = [first, second, third].map(fromBase64url)
  if (!headerBytes || !claimBytes || !signature) return undefined
  const header = parseJsonObject(headerBytes)
  const claims = parseJsonObject(claimBytes)
  if (!header || !claims || !hasExactly(header, ['alg', 'kid', 'typ'])) return undefined
  const { alg, kid } = header
  if ((alg !== 'EdDSA' && alg !== 'ES256') || typeof kid !== 'string' || header.typ !== typ) return undefined
  return { header: { alg, kid, typ }, claims }
}

/** Whether `token` was signed by `key`, with the one algorithm that this key is for. */
export async function isSignedBy(token: string, key: PublicJwk): Promise<boolean> {
  try {
    await compactVerify(token, await importJWK({ ...publicJwk(key) }, key.alg), { algorithms: [key.alg] })
    return true
  } catch {
    return false
  }
}
