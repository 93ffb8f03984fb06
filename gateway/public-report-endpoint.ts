import type { IncomingMessage } from 'node:http'
import type { App } from '../src/app.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'
import type { EdgeCode } from './http-refusal.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Reply } from './reply.ts'

/** The organisation whose report is asked for; null: another path. */
export function reportAskedFor(path: string): string | null {
  const [, uscc] = /^(?:\/en)?\/subjects\/([0-9A-Za-z]{1,32})\/report$/.exec(path) ?? []
  return uscc ?? null
}

export type ReportRefused = { code: EdgeCode; retryAfter: number | null }

/**
 * `POST /subjects/<code>/report`: a credit report for anybody. By POST alone, so that no crawler has documents made, and
 * there is no address of a report made before: what it told may have ended since.
 */
export function createPublicReportEndpoint(parts: { app: Pick<App, 'publicReports'>; rates: RateLimits }) {
  const { app, rates } = parts

  return async function answer(
    request: IncomingMessage,
    uscc: string,
    address: string,
  ): Promise<Reply | ReportRefused> {
    // A page of another site must not use up what its reader may ask for.
    const from = request.headers['sec-fetch-site']
    if (from !== undefined && from !== 'same-origin' && from !== 'none')
      return { code: 'REQUEST_MALFORMED', retryAfter: null }
    const wait = await rates.takeReport(address)
    if (wait !== null) return { code: 'RATE_LIMITED', retryAfter: wait }
    let waitForAll: number | null = null
    try {
      const { pdf, serial } = await app.publicReports.issue(uscc, async () => {
        waitForAll = await rates.takeNewReport()
        if (waitForAll !== null)
          throw new Refusal('RATE_LIMITED', '请求过于频繁，请稍后再试 (too many of these: try later)')
      })
      return {
        status: 200,
        body: pdf,
        contentType: 'application/pdf',
        headers: {
          'cache-control': 'no-store',
          'content-disposition': `attachment; filename="credit-report-${uscc}.pdf"`,
          'document-serial': serial,
          'referrer-policy': 'no-referrer',
          'x-robots-tag': 'noindex',
        },
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      switch (error.code) {
        case 'RATE_LIMITED':
          return { code: 'RATE_LIMITED', retryAfter: waitForAll }
        case 'TOO_MANY_DOCUMENTS':
          return { code: 'UNAVAILABLE', retryAfter: limits.siteRetrySeconds }
        default:
          return { code: 'NOT_FOUND', retryAfter: null }
      }
    }
  }
}
