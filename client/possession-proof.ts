import { signToken } from './compact-jws.ts'
import type { PrivateJwk } from './keys.ts'
import { newJti, REQUEST_LIFETIME } from './request-signature.ts'

/** Proof for `POST /enrol`: the new key signs the one-time code and the exchange it is meant for. */
export function enrolmentProof(
  key: PrivateJwk,
  {
    audience,
    code,
    issuedAt,
    jti = newJti(),
  }: { audience: string; code: string; issuedAt: number; jti?: string },
): Promise<string> {
  const claims = { aud: audience, code, iat: issuedAt, exp: issuedAt + REQUEST_LIFETIME, jti }
  return signToken('enrolment+jwt', claims, key)
}

/** Proof for `rotateKey`: the new key signs for which department and exchange it takes over. */
export function rotationProof(
  key: PrivateJwk,
  {
    audience,
    department,
    issuedAt,
    jti = newJti(),
  }: { audience: string; department: string; issuedAt: number; jti?: string },
): Promise<string> {
  const claims = { aud: audience, iss: department, iat: issuedAt, exp: issuedAt + REQUEST_LIFETIME, jti }
  return signToken('rotation+jwt', claims, key)
}
