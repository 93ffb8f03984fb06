import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '../src/app.ts'
import { limits } from '../src/limits.ts'
import type { ConsoleAuthSource } from './console-auth.ts'
import type { Answer } from './console-auth-route.ts'
import { createConsoleAuthRoutes } from './console-auth-routes.ts'
import { isJson, parseJsonBody } from './graphql-request.ts'
import { type EdgeCode, type EdgeRefusal, refuse } from './http-refusal.ts'
import type { Metrics } from './metrics.ts'
import { clientAddress } from './rate-limits.ts'
import { jsonReply, refusalReply, write } from './reply.ts'
import { announcesTooMuch, readBody } from './request-body.ts'
import type { SingleSignOn } from './single-sign-on.ts'

export const consoleAuthPath = '/console/api/auth/'

/** `/console/api/auth/*`: officers sign in and look after their log-in. What is refused here is counted. */
export function createConsoleAuthEndpoint(parts: {
  app: App
  auth: ConsoleAuthSource
  metrics: Metrics
  trustedProxies: number
  exchangeUrl: string
  singleSignOn: SingleSignOn | null
  ready(): boolean
}) {
  const { app, metrics } = parts
  const routes = createConsoleAuthRoutes(parts)
  const { origin } = new URL(parts.exchangeUrl)

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answerWith = (refusal: EdgeRefusal) => {
      metrics.refusals.inc({ code: refusal.code })
      write(response, refusalReply(refusal))
    }
    const refuseWith = (code: EdgeCode, headers?: Record<string, string>) => answerWith(refuse(code, headers))
    if (!parts.ready()) return refuseWith('UNAVAILABLE', { 'retry-after': '1' })

    const { path, search } = pathOf(request)
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined
    if (!route) return refuseWith('NOT_FOUND')
    if (request.method !== route.method) return refuseWith('METHOD_NOT_ALLOWED', { allow: route.method })
    const headers = headersOf(request)
    // Browsers name the origin in every POST; whoever does not is no page of the console.
    if (route.method === 'POST' && headers.get('origin') !== origin) return refuseWith('CSRF_REFUSED')
    // A picture on another site's page must not use up the tries of the office whose browser shows it.
    const site = request.headers['sec-fetch-site']
    if (route.method === 'GET' && !route.fromElsewhere && site !== undefined && site !== 'same-origin')
      return refuseWith('CSRF_REFUSED')
    const early = route.fromElsewhere?.(headers) ?? null
    if (early) return 'refusal' in early ? answerWith(early.refusal) : send(response, early)

    const address = clientAddress(request, parts.trustedProxies)
    if (route.who === 'ANYBODY_COUNTED') {
      const until = await app.signIns.takeOfAddress(address)
      if (until !== null) {
        const seconds = Math.max(1, Math.ceil((until.getTime() - app.clock.now().getTime()) / 1000))
        return refuseWith('RATE_LIMITED', { 'retry-after': String(seconds) })
      }
    }
    const officer = route.who === 'SIGNED_IN' ? await app.sessions.sessionOf(headers) : null
    if (route.who === 'SIGNED_IN' && officer === null) return refuseWith('NOT_SIGNED_IN')

    let body: unknown
    if (route.method === 'POST') {
      if (!isJson(request.headers['content-type'])) return refuseWith('MEDIA_TYPE_UNSUPPORTED')
      if (announcesTooMuch(request, limits.authBodyBytes))
        return refuseWith('BODY_TOO_LARGE', { connection: 'close' })
      const reading = await readBody(request, limits.authBodyBytes, limits.bodyReceiveTimeout)
      if (reading.outcome === 'ABORTED') return
      if (reading.outcome === 'TOO_LARGE') return refuseWith('BODY_TOO_LARGE', { connection: 'close' })
      if (reading.outcome === 'TIMEOUT') return refuseWith('BODY_TIMEOUT', { connection: 'close' })
      body = parseJsonBody(reading.bytes)
    }
    const call = { headers, address, body, search }
    const answer =
      route.who === 'SIGNED_IN' ? officer && (await route.answer(call, officer)) : await route.answer(call)
    if (answer === null) return refuseWith('NOT_SIGNED_IN')
    if ('refusal' in answer) return answerWith(answer.refusal)
    send(response, answer)
  }
}

function send(response: ServerResponse, answer: Exclude<Answer, { refusal: EdgeRefusal }>): void {
  if (answer.cookies && answer.cookies.length > 0) response.setHeader('set-cookie', [...answer.cookies])
  if ('redirect' in answer)
    write(response, {
      status: 302,
      body: Buffer.alloc(0),
      contentType: 'text/plain',
      headers: { location: answer.redirect, 'referrer-policy': 'no-referrer' },
    })
  else write(response, jsonReply(200, answer.json))
}

/** The path behind the prefix, whether or not a proxy passes the base path on. */
function pathOf(request: IncomingMessage): { path: string; search: string } {
  const url = request.url ?? ''
  const query = url.indexOf('?')
  const whole = query < 0 ? url : url.slice(0, query)
  const at = whole.indexOf(consoleAuthPath)
  return { path: whole.slice(at + consoleAuthPath.length), search: query < 0 ? '' : url.slice(query) }
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers()
  for (const name of ['cookie', 'origin', 'user-agent'] as const) {
    const value = request.headers[name]
    if (value !== undefined) headers.set(name, value)
  }
  return headers
}
