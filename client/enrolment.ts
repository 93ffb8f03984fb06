import { isJsonObject, isText, parseJsonObject } from './encoding.ts'
import { TransportError } from './errors.ts'
import { endpoint, exchangeBytes, readRefusal } from './http.ts'
import { type PrivateJwk, type PublicJwk, parsePublicJwk, publicJwk } from './keys.ts'
import { limits } from './limits.ts'
import { enrolmentProof } from './possession-proof.ts'

/** The key waits for an administrator, who compares `kid` with the one the department reads out. */
export interface PendingEnrolment {
  readonly department: string
  readonly kid: string
}

const http = { timeoutMs: limits.timeout, fetch: globalThis.fetch }

/**
 * Brings the department's first public key in, with the one-time code.
 * @throws ExchangeRefusal ENROLMENT_CODE_INVALID, PROOF_INVALID, KEY_UNACCEPTABLE; TransportError
 */
export async function enrol(options: {
  readonly url: string
  readonly audience: string
  readonly code: string
  readonly key: PrivateJwk
}): Promise<PendingEnrolment> {
  const { url, audience, code, key } = options
  const issuedAt = Math.floor(Date.now() / 1000)
  const body = JSON.stringify({
    code,
    jwk: publicJwk(key),
    proof: await enrolmentProof(key, { audience, code, issuedAt }),
  })
  const headers = { 'content-type': 'application/json' }
  const reply = await exchangeBytes(endpoint(url, '/enrol'), { method: 'POST', headers, body }, http)
  const answer = parseJsonObject(reply.body)
  if (reply.status === 202 && isText(answer?.department) && answer.kid === key.kid) {
    return { department: answer.department, kid: key.kid }
  }
  throw (
    readRefusal(reply, false) ?? new TransportError('UNEXPECTED_ANSWER', `HTTP ${reply.status} from ${url}`)
  )
}

/**
 * The exchange's public keys as it publishes them. They become trusted only when a person has compared their
 * thumbprints with those that the operator announced on another way.
 */
export async function fetchExchangeKeys(url: string): Promise<readonly PublicJwk[]> {
  const reply = await exchangeBytes(endpoint(url, '/.well-known/jwks.json'), {}, http)
  const keys = parseJsonObject(reply.body)?.keys
  if (reply.status !== 200 || !Array.isArray(keys)) {
    throw new TransportError('UNEXPECTED_ANSWER', `${url} publishes no keys (HTTP ${reply.status})`)
  }
  return keys.filter(isJsonObject).map(parsePublicJwk)
}
