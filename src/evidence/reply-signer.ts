import { CompactSign, importJWK, type JWK } from 'jose'
import type { KeyFile } from '../kernel/key-file.ts'

/** Claims of a signed answer (`Reply-Signature`, typ `reply+jwt`). Digests are base64url SHA-256 of exact bytes. */
export type ReplyClaims = {
  iss: string
  aud: string
  iat: number
  jti_req: string
  req_sha256: string
  status: number
  body_sha256: string
  log_index: number
  data_version: number
}

export type ReplySigner = {
  sign(claims: ReplyClaims, now: Date): Promise<string>
  /** All public keys, those that sign from later on included, so that nobody meets an unknown key (RFC 7517). */
  jwks: { keys: JWK[] }
}

export async function createReplySigner(signing: KeyFile['signing']): Promise<ReplySigner> {
  const keys = await Promise.all(
    signing.map(async ({ kid, activeFrom, jwk }) => ({
      kid,
      activeFrom: new Date(activeFrom).getTime(),
      key: await importJWK(jwk, 'EdDSA'),
    })),
  )
  keys.sort((a, b) => b.activeFrom - a.activeFrom)
  const oldest = keys.at(-1)
  return {
    async sign(claims, now) {
      const active = keys.find((key) => key.activeFrom <= now.getTime()) ?? oldest
      if (!active) throw new RangeError('no signing key')
      return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'EdDSA', kid: active.kid, typ: 'reply+jwt' })
        .sign(active.key)
    },
    jwks: {
      keys: signing.map(({ kid, jwk }) => ({
        kty: jwk.kty,
        crv: jwk.crv,
        x: jwk.x,
        kid,
        alg: 'EdDSA',
        use: 'sig',
      })),
    },
  }
}
