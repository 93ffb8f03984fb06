import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { App } from '../src/app.ts'
import { limits } from '../src/limits.ts'
import { refuseCounted } from './counted-refusal.ts'
import { isJson, parseJsonBody } from './graphql-request.ts'
import type { EdgeCode } from './http-refusal.ts'
import type { Metrics } from './metrics.ts'
import { clientAddress, type RateLimits } from './rate-limits.ts'
import { jsonReply, write } from './reply.ts'
import { announcesTooMuch, readBody } from './request-body.ts'

const enrolmentRequest = z.strictObject({
  code: z.string().min(1).max(100),
  jwk: z.unknown(),
  proof: z.string().min(1).max(limits.authorizationCharacters),
})

/** `POST /enrol`: a department's own system brings its public key, with the one-time code and proof of possession. */
export function createEnrolmentEndpoint(parts: {
  app: App
  rates: RateLimits
  metrics: Metrics
  trustedProxies: number
  ready(): boolean
}) {
  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuseWith = (code: EdgeCode, headers?: Record<string, string>) =>
      refuseCounted(parts.metrics, response, code, headers)
    if (!parts.ready()) return refuseWith('UNAVAILABLE', { 'retry-after': '1' })
    // Codes cannot be guessed in any time, yet trying is not for free.
    const wait = await parts.rates.takeEnrolment(clientAddress(request, parts.trustedProxies))
    if (wait !== null) return refuseWith('RATE_LIMITED', { 'retry-after': String(wait) })
    if (request.method !== 'POST') return refuseWith('METHOD_NOT_ALLOWED', { allow: 'POST' })
    if (!isJson(request.headers['content-type'])) return refuseWith('MEDIA_TYPE_UNSUPPORTED')
    if (announcesTooMuch(request, limits.enrolmentBodyBytes))
      return refuseWith('BODY_TOO_LARGE', { connection: 'close' })
    const reading = await readBody(request, limits.enrolmentBodyBytes, limits.bodyReceiveTimeout)
    if (reading.outcome === 'ABORTED') return
    if (reading.outcome === 'TOO_LARGE') return refuseWith('BODY_TOO_LARGE', { connection: 'close' })
    if (reading.outcome === 'TIMEOUT') return refuseWith('BODY_TIMEOUT', { connection: 'close' })
    const input = enrolmentRequest.safeParse(parseJsonBody(reading.bytes))
    if (!input.success) return refuseWith('REQUEST_MALFORMED')
    const result = await parts.app.enrolment.enrol({
      code: input.data.code,
      jwk: input.data.jwk,
      proof: input.data.proof,
    })
    if (result.outcome !== 'PENDING_APPROVAL') return refuseWith(result.outcome)
    write(
      response,
      jsonReply(202, { department: result.department, kid: result.kid, status: result.outcome }),
    )
  }
}
