import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { App } from '../src/app.ts'
import { limits } from '../src/limits.ts'
import type { GraphqlStream } from './caller-graphql.ts'
import { describeError } from './describe-error.ts'
import { eventStreamType } from './graphql-request.ts'
import { sha256 } from './reply.ts'
import type { Arrival, SignedExchange, Verdict } from './signed-exchange.ts'
import { faultNow } from './signed-query.ts'

/**
 * Subscriptions as server-sent events (GraphQL over SSE, distinct connections). The opening is one logged and signed exchange;
 * each event is signed by itself, so it can be believed, kept and resumed from alone.
 */
export type Subscriptions = {
  /** Whether the department may open one more. */
  hasRoom(departmentCode: string): boolean
  /** Opens the stream and returns; it goes on until its reader leaves, may not read any more, or the server stops. */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    arrival: Arrival,
    stream: GraphqlStream,
    started: number,
  ): Promise<void>
  /** Ends all streams with `complete`. */
  stop(): Promise<void>
}

/** Why a stream ends: told with `complete`, except to a reader that is gone or takes nothing. */
type End = 'DONE' | 'NOT_ALLOWED' | 'STOPPING' | 'FAILED' | 'GONE' | 'SLOW'

type Place = { end(why: End): void; ended: Promise<End>; signal: AbortSignal; leave(): void }

export function createSubscriptions(parts: {
  app: App
  exchange: SignedExchange
  logger: Logger
}): Subscriptions {
  const { app, exchange, logger } = parts
  const open = new Map<string, Set<(why: End) => void>>()
  const running = new Set<Promise<void>>()
  let isStopping = false

  const openOf = (code: string) => open.get(code) ?? new Set()

  async function signedEvent(arrival: Arrival, result: unknown, pos: number, prev: number): Promise<string> {
    const payload = JSON.stringify(result)
    const now = app.clock.now()
    const signature = await app.signer.signEvent(
      {
        iss: app.exchangeId,
        aud: arrival.query.department.code,
        iat: Math.floor(now.getTime() / 1000),
        jti_req: arrival.query.jti,
        pos,
        prev,
        body_sha256: sha256(Buffer.from(payload)),
      },
      now,
    )
    // The payload travels as a JSON string: what was signed are the bytes of that string, however it is quoted on the way.
    return `event: next\nid: ${pos}\ndata: ${JSON.stringify({ payload, signature })}\n\n`
  }

  /** Ends the stream as soon as its key or department does not count any more; if that cannot be told, as well. */
  function watchCaller(arrival: Arrival, end: (why: End) => void): () => void {
    let isAsking = false
    const timer = setInterval(async () => {
      if (isAsking) return
      isAsking = true
      const fault = await faultNow(arrival.query, app.keys, app.clock.now()).catch(() => 'UNAVAILABLE')
      isAsking = false
      if (fault) end(fault === 'UNAVAILABLE' ? 'FAILED' : 'NOT_ALLOWED')
    }, limits.streamRecheckInterval)
    return () => clearInterval(timer)
  }

  async function pump(
    response: ServerResponse,
    arrival: Arrival,
    { results, cursor }: GraphqlStream,
    signal: AbortSignal,
  ): Promise<End> {
    response.write(`retry: ${limits.streamRetry}\n\n`)
    let prev = cursor.position
    for (;;) {
      const next = await results.next()
      if (next.done || signal.aborted) return 'DONE'
      const event = await signedEvent(arrival, next.value, cursor.position, prev)
      // It may have lost its right while this was made.
      if (signal.aborted) return 'DONE'
      prev = cursor.position
      if (!response.write(event) && !(await drained(response, signal))) return 'SLOW'
    }
  }

  /** Takes one of the department's places, before anything is waited for. */
  function takePlace(code: string): Place {
    const stopped = new AbortController()
    const { promise: ended, resolve } = Promise.withResolvers<End>()
    const end = (why: End) => {
      stopped.abort()
      resolve(why)
    }
    const places = openOf(code).add(end)
    open.set(code, places)
    const leave = () => {
      places.delete(end)
      if (places.size === 0) open.delete(code)
    }
    return { end, ended, signal: stopped.signal, leave }
  }

  async function run(
    response: ServerResponse,
    arrival: Arrival,
    stream: GraphqlStream,
    { end, ended, signal }: Place,
  ): Promise<void> {
    response.once('close', () => end('GONE'))
    const unwatch = watchCaller(arrival, end)
    const heartbeat = setInterval(() => {
      if (!response.writableNeedDrain) response.write(':\n\n')
    }, limits.streamHeartbeat)
    if (isStopping) end('STOPPING')
    if (response.destroyed) end('GONE')

    pump(response, arrival, stream, signal).then(end, (error: unknown) => {
      if (!signal.aborted) logger.error({ ...describeError(error), request: arrival.id }, 'a stream failed')
      end('FAILED')
    })
    const why = await ended
    clearInterval(heartbeat)
    unwatch()
    await stream.results.return?.()
    close(response, why)
  }

  return {
    hasRoom: (code) => openOf(code).size < limits.streamsPerDepartment,

    async serve(request, response, arrival, stream, started) {
      const verdict: Verdict = {
        reply: { status: 200, body: Buffer.alloc(0), contentType: eventStreamType, headers: {} },
        outcome: 'OK',
        operation: stream.operation,
        dataVersion: stream.cursor.position,
        singleUse: true,
      }
      const place = takePlace(arrival.query.department.code)
      const isOpen = await exchange.open(request, response, arrival, verdict, started)
      if (!isOpen) {
        place.leave()
        await stream.results.return?.()
        return
      }
      const going = run(response, arrival, stream, place).finally(() => {
        place.leave()
        running.delete(going)
      })
      running.add(going)
    },

    async stop() {
      isStopping = true
      for (const ends of open.values()) for (const end of ends) end('STOPPING')
      await Promise.all(running)
    },
  }
}

/** Nothing more is prepared while what was written lies unread; false: it lay there for too long. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<boolean> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(limits.streamDrainTimeout)])
  return once(response, 'drain', { signal: patience }).then(
    () => true,
    () => signal.aborted,
  )
}

/** `complete` reaches a reader that reads; from any other the connection is taken all the same. */
function close(response: ServerResponse, why: End): void {
  switch (why) {
    case 'GONE':
    case 'SLOW':
      response.destroy()
      return
    case 'DONE':
    case 'NOT_ALLOWED':
    case 'STOPPING':
    case 'FAILED':
      response.end('event: complete\ndata: \n\n')
      setTimeout(() => response.destroy(), limits.streamEndGrace).unref()
  }
}
