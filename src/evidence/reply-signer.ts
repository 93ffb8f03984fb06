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

/** Claims of what is sent to a webhook (`Webhook-Signature`, typ `webhook+jwt`). `url` is the registered address. */
export type WebhookClaims = {
  iss: string
  aud: string
  iat: number
  url: string
  body_sha256: string
  up_to: number
}

/**
 * Claims of one event of a stream (typ `event+jwt`). `pos` is the position of the change, `prev` that of the event before it
 * on this stream, or where it began: none is left out in between. `jti_req` is the request that opened the stream.
 */
export type EventClaims = {
  iss: string
  aud: string
  iat: number
  jti_req: string
  pos: number
  prev: number
  body_sha256: string
}

/** Claims of a document that anybody may check (typ `document+jwt`): who issued it and when, and what it says. */
export type DocumentClaims = { iss: string; iat: number; [claim: string]: unknown }

export type ReplySigner = {
  sign(claims: ReplyClaims, now: Date): Promise<string>
  signWebhook(claims: WebhookClaims, now: Date): Promise<string>
  signEvent(claims: EventClaims, now: Date): Promise<string>
  signDocument(claims: DocumentClaims, now: Date): Promise<string>
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
  async function signAs(
    typ: 'reply+jwt' | 'webhook+jwt' | 'event+jwt' | 'document+jwt',
    claims: object,
    now: Date,
  ): Promise<string> {
    const active = keys.find((key) => key.activeFrom <= now.getTime()) ?? oldest
    if (!active) throw new RangeError('no signing key')
    return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'EdDSA', kid: active.kid, typ })
      .sign(active.key)
  }

  return {
    sign: (claims, now) => signAs('reply+jwt', claims, now),
    signWebhook: (claims, now) => signAs('webhook+jwt', claims, now),
    signEvent: (claims, now) => signAs('event+jwt', claims, now),
    signDocument: (claims, now) => signAs('document+jwt', claims, now),
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
