import { KeyObject, verify } from 'node:crypto'
import { type CryptoKey, calculateJwkThumbprint, compactVerify, importJWK } from 'jose'
import { z } from 'zod'
import { ed25519Verifier } from '../kernel/ed25519.ts'
import { limits } from '../limits.ts'
import type { SignatureAlgorithm } from './department.ts'

const coordinate = z.base64url().refine((text) => Buffer.from(text, 'base64url').length === 32)

// Strict objects: a private part (`d`) or any other member is a fault, not something to drop silently.
const publicJwk = z.union([
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: coordinate,
    kid: z.string().optional(),
    alg: z.enum(['EdDSA', 'Ed25519']).optional(),
    use: z.literal('sig').optional(),
  }),
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: coordinate,
    y: coordinate,
    kid: z.string().optional(),
    alg: z.literal('ES256').optional(),
    use: z.literal('sig').optional(),
  }),
])

export type PublicKey = { kid: string; algorithm: SignatureAlgorithm; jwk: PublicJwk; key: CryptoKey }
export type PublicJwk = { kty: string; crv: string; x: string; y?: string }
export type StoredJwk = { kty: string; crv: string; x: string; y?: string | undefined }

/** Reads an Ed25519 or P-256 public key; `null` where it is anything else, off the curve, or holds a private part. */
export async function readPublicKey(input: unknown): Promise<PublicKey | null> {
  const parsed = publicJwk.safeParse(input)
  if (!parsed.success) return null
  const { kty, crv, x } = parsed.data
  const jwk: PublicJwk = parsed.data.kty === 'EC' ? { kty, crv, x, y: parsed.data.y } : { kty, crv, x }
  const algorithm = kty === 'OKP' ? 'EdDSA' : 'ES256'
  try {
    const key = await importPublicKey(jwk, algorithm)
    return { kid: await calculateJwkThumbprint(jwk), algorithm, jwk, key }
  } catch {
    return null
  }
}

export async function importPublicKey(jwk: StoredJwk, algorithm: SignatureAlgorithm): Promise<CryptoKey> {
  const { kty, crv, x, y } = jwk
  const key = await importJWK(y === undefined ? { kty, crv, x } : { kty, crv, x, y }, algorithm)
  if (key instanceof Uint8Array) throw new TypeError('expected a public key, got a secret')
  return key
}

const p256SignatureBytes = 64

/** Whether a signature of the key is over these very bytes: RFC 8032, or R and S of ECDSA (RFC 7518 section 3.4). */
export type SignatureVerifier = (bytes: Uint8Array, signature: Uint8Array) => Promise<boolean>

/** @throws where it is no public key of the algorithm */
export async function signatureVerifier(
  jwk: StoredJwk,
  algorithm: SignatureAlgorithm,
): Promise<SignatureVerifier> {
  const imported = await importPublicKey(jwk, algorithm)
  switch (algorithm) {
    case 'EdDSA': {
      const holds = ed25519Verifier(Buffer.from(jwk.x, 'base64url'))
      return async (bytes, signature) => holds(bytes, signature)
    }
    case 'ES256': {
      const by = { key: KeyObject.from(imported), dsaEncoding: 'ieee-p1363' as const }
      return async (bytes, signature) =>
        signature.length === p256SignatureBytes && verify('sha256', bytes, by, signature)
    }
  }
}

export type ProofExpectation = {
  type: 'enrolment+jwt' | 'rotation+jwt'
  /** Claims that must be present with exactly these values. */
  claims: Record<string, string>
  now: Date
}

const proofClaims = z.looseObject({
  iat: z.int(),
  exp: z.int(),
  jti: z.string().min(limits.tokenIdCharacters.min).max(limits.tokenIdCharacters.max),
})

/** Proof of possession: a JWS by the very key it is about, over the values it is for. False for any fault. */
export async function provesPossession(
  proof: string,
  key: PublicKey,
  expected: ProofExpectation,
): Promise<boolean> {
  try {
    const { payload, protectedHeader } = await compactVerify(proof, key.key, { algorithms: [key.algorithm] })
    if (protectedHeader.typ !== expected.type || protectedHeader.kid !== key.kid) return false
    if (Object.keys(protectedHeader).some((name) => !['alg', 'kid', 'typ'].includes(name))) return false
    const claims = proofClaims.parse(JSON.parse(new TextDecoder().decode(payload)))
    const now = Math.floor(expected.now.getTime() / 1000)
    const fresh =
      claims.exp >= claims.iat &&
      claims.exp - claims.iat <= limits.enrolmentProofSeconds &&
      claims.iat <= now + limits.clockSkewSeconds &&
      claims.exp >= now - limits.clockSkewSeconds
    return fresh && Object.entries(expected.claims).every(([name, value]) => claims[name] === value)
  } catch {
    return false
  }
}
