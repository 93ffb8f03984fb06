import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { printSchema } from 'graphql'
import { publicSchema } from '../schema/public/schema.ts'
import type { App } from '../src/app.ts'
import { legalDay } from '../src/kernel/clock.ts'
import { limits } from '../src/limits.ts'
import { cacheUntilChange, type KeptAnswer, keptAnswer, keptReply } from './answer-cache.ts'
import { compressed } from './compression.ts'
import { refuseCounted } from './counted-refusal.ts'
import { answersWithGraphqlType, graphqlResponseType, isJson, parseJsonBody } from './graphql-request.ts'
import type { EdgeCode } from './http-refusal.ts'
import type { Metrics } from './metrics.ts'
import type { PublicSurface } from './public-graphql.ts'
import { createQuestionMemory, type PublicQuestion, readAddress, readQuestion } from './public-request.ts'
import { clientAddress, type RateLimits } from './rate-limits.ts'
import { jsonReply, jsonType, type Reply, write } from './reply.ts'
import { announcesTooMuch, readBody } from './request-body.ts'

export type PublicEndpointParts = {
  app: App
  rates: RateLimits
  metrics: Metrics
  trustedProxies: number
  ready(): boolean
  surface: PublicSurface
}

/** Whoever asks, from whatever page; there are no cookies, so a page of another site learns nothing it could not ask. */
export const publicHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Retry-After, Data-Version',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
}

const keptHeaders = {
  ...publicHeaders,
  'cache-control': `public, max-age=${limits.publicMaxAgeSeconds}, must-revalidate`,
  vary: 'Accept, Accept-Encoding',
}
const unkeptHeaders = { ...publicHeaders, 'cache-control': 'no-store' }

/** `GET` and `POST /public/graphql`: anybody reads what is published. */
export function createPublicEndpoint(parts: PublicEndpointParts) {
  const { app, rates } = parts
  const { execute, operations } = parts.surface
  const cache = cacheUntilChange(app.feedWatch)
  const memory = createQuestionMemory()
  const manifest = jsonReply(
    200,
    [...operations.values()].map(({ id, name, document }) => ({ id: `sha256:${id}`, name, document })),
    { ...publicHeaders, 'cache-control': 'public, max-age=300' },
  )

  const sdl: Reply = {
    status: 200,
    body: Buffer.from(`${printSchema(publicSchema())}\n`),
    contentType: 'text/plain; charset=utf-8',
    headers: { ...publicHeaders, 'cache-control': 'public, max-age=300' },
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuseWith = (code: EdgeCode, headers: Record<string, string> = {}) =>
      refuseCounted(parts.metrics, response, code, { ...unkeptHeaders, ...headers })
    if (request.method === 'OPTIONS') return write(response, preflight)
    if (!parts.ready()) return refuseWith('UNAVAILABLE', { 'retry-after': '1' })
    const address = clientAddress(request, parts.trustedProxies)
    const wait = await rates.takePublic(address, 1)
    if (wait !== null) return refuseWith('RATE_LIMITED', { 'retry-after': String(wait) })
    if (request.method !== 'GET' && request.method !== 'POST')
      return refuseWith('METHOD_NOT_ALLOWED', { allow: 'GET, POST, OPTIONS' })
    const asked = await readAsked(request, request.method)
    if (asked.outcome === 'ABORTED') return
    if (asked.outcome === 'REFUSED') return refuseWith(asked.code, asked.headers)
    const { question, text } = asked
    const more = question.isOwn ? null : await rates.takePublic(address, limits.publicDocumentPoints - 1)
    if (more !== null) return refuseWith('RATE_LIMITED', { 'retry-after': String(more) })
    const { reply, isKept } = await answer(question, request, request.method, address)
    if (isKept) memory.remember(text, question)
    write(response, await compressed(request, reply))
  }

  async function readAsked(request: IncomingMessage, method: 'GET' | 'POST'): Promise<Asked> {
    if (method === 'GET') {
      const [, query = ''] = (request.url ?? '').split(/\?(.*)/s)
      return recalled(query) ?? judged(query, readAddress(new URLSearchParams(query)))
    }
    if (!isJson(request.headers['content-type'])) return refused('MEDIA_TYPE_UNSUPPORTED')
    const close = { connection: 'close' }
    if (announcesTooMuch(request, limits.publicBodyBytes)) return refused('BODY_TOO_LARGE', close)
    const reading = await readBody(request, limits.publicBodyBytes, limits.bodyReceiveTimeout)
    switch (reading.outcome) {
      case 'ABORTED':
        return { outcome: 'ABORTED' }
      case 'TOO_LARGE':
        return refused('BODY_TOO_LARGE', close)
      case 'TIMEOUT':
        return refused('BODY_TIMEOUT', close)
      case 'READ': {
        const text = reading.bytes.toString('latin1')
        return recalled(text) ?? judged(text, parseJsonBody(reading.bytes))
      }
    }
  }

  function recalled(text: string): Asked | null {
    const question = memory.recall(text)
    return question && { outcome: 'READ', question, text }
  }

  function judged(text: string, input: unknown): Asked {
    const reading = readQuestion(input, operations)
    switch (reading.outcome) {
      case 'READ':
        return { ...reading, text }
      case 'MALFORMED':
        return refused('REQUEST_MALFORMED')
      case 'NOT_PERSISTED':
        return refused('PERSISTED_QUERY_NOT_FOUND')
    }
  }

  /** From what is kept, or made anew; only what is right and about no person is kept. */
  async function answer(
    question: PublicQuestion,
    request: IncomingMessage,
    method: 'GET' | 'POST',
    address: string,
  ): Promise<{ reply: Reply; isKept: boolean }> {
    const typed = answersWithGraphqlType(request.headers.accept)
    const contentType = typed ? `${graphqlResponseType}; charset=utf-8` : jsonType
    let unkept: Reply | null = null
    const kept = await cache.answer(
      `${legalDay(app.clock.now())} ${question.key}`,
      async (): Promise<KeptAnswer | null> => {
        const { dataVersion } = await app.publicity.version()
        const made = await execute(question.params, {
          id: randomUUID(),
          mostCost: question.isOwn ? limits.publicCost.own : limits.publicCost.any,
          takePersonLookup: (name) => rates.takePersonLookup(address, name),
          takeApplication: (uscc) => rates.takeApplication(address, uscc),
          takeTracking: () => rates.takeTracking(address),
          method,
        })
        const body = Buffer.from(JSON.stringify(made.result))
        if (made.fault === null && !made.isPersonal) return keptAnswer(body, dataVersion)
        const waits = made.retryAfter === null ? {} : { 'retry-after': String(made.retryAfter) }
        const status = made.retryAfter !== null ? 429 : made.ran || !typed ? 200 : 400
        unkept = { status, body, contentType, headers: { ...unkeptHeaders, ...waits } }
        return null
      },
    )
    if (kept)
      return {
        reply: keptReply(kept, contentType, keptHeaders, request.headers['if-none-match']),
        isKept: true,
      }
    // Whoever asked the same at the same time as a look-up of a person, or a fault, asks for itself.
    return unkept ? { reply: unkept, isKept: false } : answer(question, request, method, address)
  }

  return {
    handle,
    async handleManifest(_request: IncomingMessage, response: ServerResponse): Promise<void> {
      write(response, manifest)
    },
    async handleSdl(request: IncomingMessage, response: ServerResponse): Promise<void> {
      write(response, await compressed(request, sdl))
    },
    stop: cache.stop,
  }
}

/** What a browser asks before it asks for a page of another site. */
export const preflight: Reply = {
  status: 204,
  body: Buffer.alloc(0),
  contentType: jsonType,
  headers: {
    ...publicHeaders,
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': 'Content-Type, If-None-Match',
    'access-control-max-age': '86400',
  },
}

type Asked =
  /** `text`: the bytes of it, one character each. */
  | { outcome: 'READ'; question: PublicQuestion; text: string }
  | { outcome: 'ABORTED' }
  | { outcome: 'REFUSED'; code: EdgeCode; headers: Record<string, string> }

const refused = (code: EdgeCode, headers: Record<string, string> = {}): Asked => ({
  outcome: 'REFUSED',
  code,
  headers,
})
