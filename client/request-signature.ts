import { randomBytes } from 'node:crypto'
import { signToken } from './compact-jws.ts'
import { base64url } from './encoding.ts'
import type { PrivateJwk } from './keys.ts'

/** Seconds; the exchange accepts no request that is valid for longer. */
export const REQUEST_LIFETIME = 60

/** 16 random bytes: 22 characters of base64url, used once. */
export const newJti = (): string => base64url(randomBytes(16))

/** Who asks whom: `audience` is the exchange's identifier, `department` the caller's code. */
export interface Caller {
  readonly audience: string
  readonly department: string
  readonly key: PrivateJwk
}

/** What is about to be sent; `path` as the exchange sees it, with the query string; `issuedAt` in seconds since 1970. */
export interface OutgoingRequest {
  readonly path: string
  readonly bodySha256: string
  readonly issuedAt: number
  readonly jti: string
}

/** The claims of a signed query, all required, none besides. */
export interface RequestClaims {
  readonly iss: string
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
  readonly htm: 'POST'
  readonly htu: string
  readonly body_sha256: string
}

export function requestClaims(caller: Caller, request: OutgoingRequest): RequestClaims {
  return {
    iss: caller.department,
    aud: caller.audience,
    iat: request.issuedAt,
    exp: request.issuedAt + REQUEST_LIFETIME,
    jti: request.jti,
    htm: 'POST',
    htu: request.path,
    body_sha256: request.bodySha256,
  }
}

/** The token for `Authorization: Bearer …`; good for these exact body bytes, this path, once, for 60 seconds. */
export function signRequest(caller: Caller, request: OutgoingRequest): Promise<string> {
  return signToken('query+jwt', { ...requestClaims(caller, request) }, caller.key)
}
