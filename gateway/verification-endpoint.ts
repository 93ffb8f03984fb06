import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '../src/app.ts'
import { limits } from '../src/limits.ts'
import type { Verification } from '../src/reports/verification-service.ts'
import { refuseCounted } from './counted-refusal.ts'
import type { EdgeCode } from './http-refusal.ts'
import type { Metrics } from './metrics.ts'
import { clientAddress, type RateLimits } from './rate-limits.ts'
import { jsonReply, write } from './reply.ts'
import { verificationPage, verificationPageHeaders } from './verification-page.ts'

export const verificationPath = '/verify/'

/**
 * `GET /verify/<serial>` for people, `/verify/<serial>.json` for programs: whether an issued document is genuine and still
 * stands. For everybody who has the serial number, which cannot be guessed; kept by nobody on the way, since a repair must
 * show within seconds.
 */
export function createVerificationEndpoint(parts: {
  app: Pick<App, 'verifications'>
  rates: RateLimits
  metrics: Metrics
  trustedProxies: number
  ready(): boolean
}) {
  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuseWith = (code: EdgeCode, headers?: Record<string, string>) =>
      refuseCounted(parts.metrics, response, code, headers)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuseWith('METHOD_NOT_ALLOWED', { allow: 'GET, HEAD' })
    if (!parts.ready()) return refuseWith('UNAVAILABLE', { 'retry-after': '1' })
    const wait = await parts.rates.takeVerification(clientAddress(request, parts.trustedProxies))
    if (wait !== null) return refuseWith('RATE_LIMITED', { 'retry-after': String(wait) })
    const { serial, wantsJson } = readTarget(request.url ?? '')
    const verification = await parts.app.verifications.verify(serial)
    const status = verification ? 200 : 404
    if (wantsJson) return write(response, jsonReply(status, viewOf(verification), commonHeaders))
    write(response, {
      status,
      body: Buffer.from(verificationPage(verification)),
      contentType: 'text/html; charset=utf-8',
      headers: { ...commonHeaders, ...verificationPageHeaders },
    })
  }
}

const commonHeaders = {
  'cache-control': `private, max-age=${limits.verificationCacheSeconds}`,
  // The address holds the serial number: it is told to nobody, and found by no search engine.
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
}

function readTarget(url: string): { serial: string; wantsJson: boolean } {
  const path = url.split('?', 1)[0] ?? ''
  const name = path.slice(path.lastIndexOf('/') + 1)
  const wantsJson = name.endsWith('.json')
  return { serial: wantsJson ? name.slice(0, -'.json'.length) : name, wantsJson }
}

function viewOf(verification: Verification | null): object {
  if (!verification) return { genuine: false }
  const { issuedAt, ...rest } = verification
  return { genuine: true, ...rest, issuedAt: issuedAt.toISOString() }
}
