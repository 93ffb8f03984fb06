import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { isJsonObject, isText } from './encoding.ts'
import { KeyError } from './errors.ts'

/** `EdDSA` means Ed25519 (RFC 8037), `ES256` means ECDSA on P-256 with SHA-256 (RFC 7518). Nothing else is accepted. */
export type SigningAlgorithm = 'EdDSA' | 'ES256'

/** A public key; `kid` of a department's key is its RFC 7638 thumbprint. */
export type PublicJwk =
  | {
      readonly kty: 'OKP'
      readonly crv: 'Ed25519'
      readonly x: string
      readonly kid: string
      readonly alg: 'EdDSA'
    }
  | {
      readonly kty: 'EC'
      readonly crv: 'P-256'
      readonly x: string
      readonly y: string
      readonly kid: string
      readonly alg: 'ES256'
    }

/** A private key: never leaves the department's own machine. */
export type PrivateJwk = PublicJwk & { readonly d: string }

const malformed = (message: string): never => {
  throw new KeyError('KEY_MALFORMED', message)
}

/** RFC 7638 SHA-256 thumbprint, 43 characters of base64url. */
export function thumbprint(jwk: PublicJwk): Promise<string> {
  return calculateJwkThumbprint(
    jwk.kty === 'OKP'
      ? { kty: jwk.kty, crv: jwk.crv, x: jwk.x }
      : { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y },
  )
}

/** A new key pair, with its thumbprint as `kid`. */
export async function generatePrivateJwk(alg: SigningAlgorithm = 'EdDSA'): Promise<PrivateJwk> {
  const { privateKey } =
    alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { d, ...rest } = privateKey.export({ format: 'jwk' })
  const unnamed = parsePublicJwk({ ...rest, kid: 'unnamed' })
  return {
    ...unnamed,
    kid: await thumbprint(unnamed),
    d: d ?? malformed('the generated key has no private part'),
  }
}

/** The public part alone: built member by member, so that no private member can slip through. */
export function publicJwk(jwk: PublicJwk): PublicJwk {
  return jwk.kty === 'OKP'
    ? { kty: jwk.kty, crv: jwk.crv, x: jwk.x, kid: jwk.kid, alg: jwk.alg }
    : { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y, kid: jwk.kid, alg: jwk.alg }
}

/**
 * A public key out of foreign JSON.
 * @throws KeyError KEY_MALFORMED for another kind of key, a missing `kid`, or an `alg`/`use` that contradicts it
 */
export function parsePublicJwk(value: unknown): PublicJwk {
  if (!isJsonObject(value)) return malformed('expected a JWK object')
  const { kty, crv, x, y, kid, alg, use } = value
  if (!isText(kid)) return malformed('expected a JWK with a kid')
  if (use !== undefined && use !== 'sig')
    return malformed(`expected a signing key (use sig), got use ${String(use)}`)
  if (kty === 'OKP' && crv === 'Ed25519' && isCoordinate(x)) {
    // RFC 9864 names the same algorithm Ed25519; in a JWS header of this exchange it is always EdDSA.
    if (alg !== undefined && alg !== 'EdDSA' && alg !== 'Ed25519') return malformed('expected alg EdDSA')
    return { kty, crv, x, kid, alg: 'EdDSA' }
  }
  if (kty === 'EC' && crv === 'P-256' && isCoordinate(x) && isCoordinate(y)) {
    if (alg !== undefined && alg !== 'ES256') return malformed('expected alg ES256')
    return { kty, crv, x, y, kid, alg: 'ES256' }
  }
  return malformed(`expected an Ed25519 or P-256 key, got kty ${String(kty)} crv ${String(crv)}`)
}

/**
 * A department's private key out of foreign JSON.
 * @throws KeyError KEY_MALFORMED also when `kid` is not the key's own thumbprint
 */
export async function parsePrivateJwk(value: unknown): Promise<PrivateJwk> {
  const jwk = parsePublicJwk(value)
  const d = isJsonObject(value) ? value.d : undefined
  if (!isCoordinate(d)) return malformed('expected a private JWK (member d)')
  const expected = await thumbprint(jwk)
  if (jwk.kid !== expected) return malformed(`expected kid ${expected} (the thumbprint), got ${jwk.kid}`)
  return { ...jwk, d }
}

/** The same key as PKCS#8 PEM, for tools such as openssl and Java. */
export function privateKeyPem(jwk: PrivateJwk): string {
  return createPrivateKey({ key: { ...jwk }, format: 'jwk' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

/** 32 bytes in base64url. */
function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value)
}
