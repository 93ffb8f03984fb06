import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { App } from '../src/app.ts'
import { type Caller, ReplayedRequest } from '../src/departments/caller.ts'
import { digestSubjects, type Exchange } from '../src/evidence/exchange-log.ts'
import { limits } from '../src/limits.ts'
import { refuseCounted } from './counted-refusal.ts'
import { describeError } from './describe-error.ts'
import { type EdgeCode, refuse } from './http-refusal.ts'
import type { Metrics } from './metrics.ts'
import { clientAddress, type RateLimits } from './rate-limits.ts'
import { digestOf, type Reply, refusalReply, write, writeStreamHead } from './reply.ts'
import { announcesTooMuch, readBody } from './request-body.ts'
import { type Authenticated, verifySignedQuery } from './signed-query.ts'

/**
 * What every signed endpoint does alike: lets in only what carries a good signature, and lets out only what is logged
 * and signed. What lies between is the endpoint's own.
 */

export type ExchangeParts = {
  app: App
  rates: RateLimits
  metrics: Metrics
  logger: Logger
  trustedProxies: number
  ready(): boolean
}

export type Entrance = {
  /** What `htu` must name. */
  target: string
  acceptsType(contentType: string | undefined): boolean
  mostBytes: number
}

/** One arrival of a request whose signature holds. */
export type Arrival = {
  query: Authenticated
  id: string
  at: Date
  requestSha256: string
  notes: {
    purpose: string | null
    subjects: string[]
    subjectIds: number[]
    /** Why it was not let take effect, though it was let in. */
    refused: EdgeCode | null
  }
}

/** What an arrival came to, for the log. */
export type Verdict = {
  reply: Reply
  /** `OK`, or the code of the refusal. */
  outcome: string
  operation: string | null
  dataVersion: number
  singleUse: boolean
}

export type SignedExchange = {
  /** Who asks, by a good signature; null: it was refused and answered. Nothing of the body was read. */
  admit(request: IncomingMessage, response: ServerResponse, entrance: Entrance): Promise<Authenticated | null>
  /** The exact bytes; null: they were too many or too slow, which was answered, or the sender is gone. */
  readBody(request: IncomingMessage, response: ServerResponse, mostBytes: number): Promise<Buffer | null>
  arrive(query: Authenticated, requestSha256: string): Arrival
  /** Why what was signed is refused before it is looked at; null: it is not. Takes one of the department's queries. */
  refusalBefore(arrival: Arrival): Promise<Verdict | null>
  callerOf(arrival: Arrival): Caller
  /**
   * The same for an answer whose body follows event by event: its head says what was logged, `body_sha256` the digest of no
   * bytes. False: it was refused after all, and answered.
   */
  open(
    request: IncomingMessage,
    response: ServerResponse,
    arrival: Arrival,
    verdict: Verdict,
    started: number,
  ): Promise<boolean>
  /** Logs, signs, and only then answers. `started` is when the request came, by the monotonic clock. */
  conclude(
    request: IncomingMessage,
    response: ServerResponse,
    arrival: Arrival,
    verdict: Verdict,
    started: number,
  ): Promise<void>
}

export function createSignedExchange(parts: ExchangeParts): SignedExchange {
  const { app, rates, metrics, logger } = parts
  const addressOf = (request: IncomingMessage) => clientAddress(request, parts.trustedProxies)

  const refuseStranger = (response: ServerResponse, code: EdgeCode, headers?: Record<string, string>) =>
    refuseCounted(metrics, response, code, headers)

  /** Refuses before anything is logged, counted against the address. */
  async function refuseUnlogged(
    request: IncomingMessage,
    response: ServerResponse,
    code: EdgeCode,
    headers?: Record<string, string>,
  ): Promise<void> {
    await rates.countRefusal(addressOf(request))
    refuseStranger(response, code, headers)
  }

  function tokenOf({ query, id }: Arrival) {
    return {
      departmentId: query.department.id,
      jti: query.jti,
      arrival: id,
      tokenExpiresAt: query.tokenExpiresAt,
    }
  }

  function exchangeOf(arrival: Arrival, verdict: Verdict, answerSha256: string): Exchange {
    const { purpose, subjects, subjectIds } = arrival.notes
    return {
      ...tokenOf(arrival),
      departmentCode: arrival.query.department.code,
      kid: arrival.query.kid,
      at: arrival.at,
      operation: verdict.operation,
      purpose,
      outcome: verdict.outcome,
      status: verdict.reply.status,
      requestSha256: arrival.requestSha256,
      answerSha256,
      dataVersion: verdict.dataVersion,
      subjects: subjects.length > 0 ? digestSubjects(app.vault, subjects, subjectIds) : null,
    }
  }

  /** Without a durable row there is no answer. */
  async function loggedAndSigned(
    arrival: Arrival,
    verdict: Verdict,
  ): Promise<{ reply: Reply; outcome: string }> {
    try {
      const { outcome, dataVersion, reply } = verdict
      const answerSha256 = digestOf(reply)
      const logged = await app.log.append({
        exchange: exchangeOf(arrival, verdict, answerSha256),
        singleUse: verdict.singleUse,
      })
      if (logged.outcome === 'REPLAYED') return await loggedAndSigned(arrival, refusalVerdict('REPLAYED'))
      const now = app.clock.now()
      const signature = await app.signer.sign(
        {
          iss: app.exchangeId,
          aud: arrival.query.department.code,
          // A clock that was set back in between must not date the answer before its own entry of the log.
          iat: Math.floor(Math.max(now.getTime(), arrival.at.getTime()) / 1000),
          jti_req: arrival.query.jti,
          req_sha256: arrival.requestSha256,
          status: reply.status,
          body_sha256: answerSha256,
          log_index: logged.logIndex,
          data_version: dataVersion,
        },
        now,
      )
      return { reply: { ...reply, headers: { ...reply.headers, 'reply-signature': signature } }, outcome }
    } catch (error) {
      logger.error(
        { ...describeError(error), request: arrival.id },
        'the answer could not be logged and is withheld',
      )
      return { reply: refusalReply(refuse('UNAVAILABLE', { 'retry-after': '1' })), outcome: 'UNAVAILABLE' }
    }
  }

  return {
    async admit(request, response, entrance) {
      const wait = await rates.refusalsUsedUp(addressOf(request))
      const refused = await (async () => {
        if (wait !== null) return refuseStranger(response, 'RATE_LIMITED', { 'retry-after': String(wait) })
        if (!parts.ready()) return refuseStranger(response, 'UNAVAILABLE', { 'retry-after': '1' })
        if (request.method !== 'POST')
          return refuseUnlogged(request, response, 'METHOD_NOT_ALLOWED', { allow: 'POST' })
        if (
          !entrance.acceptsType(request.headers['content-type']) ||
          request.headers['content-encoding'] !== undefined
        ) {
          return refuseUnlogged(request, response, 'MEDIA_TYPE_UNSUPPORTED')
        }
        if (announcesTooMuch(request, entrance.mostBytes))
          return refuseUnlogged(request, response, 'BODY_TOO_LARGE', { connection: 'close' })
        const verification = await verifySignedQuery(request.headers.authorization, app.keys, {
          audience: app.exchangeId,
          path: entrance.target,
          now: app.clock.now(),
        })
        if (verification.outcome === 'REFUSED') return refuseUnlogged(request, response, verification.code)
        return verification.query
      })()
      return refused ?? null
    },

    arrive: (query, requestSha256) => ({
      query,
      id: randomUUID(),
      at: app.clock.now(),
      requestSha256,
      notes: { purpose: null, subjects: [], subjectIds: [], refused: null },
    }),

    async readBody(request, response, mostBytes) {
      const reading = await readBody(request, mostBytes, limits.bodyReceiveTimeout)
      if (reading.outcome === 'READ') return reading.bytes
      if (reading.outcome === 'ABORTED') return null
      const code = reading.outcome === 'TIMEOUT' ? 'BODY_TIMEOUT' : 'BODY_TOO_LARGE'
      await refuseUnlogged(request, response, code, { connection: 'close' })
      return null
    },

    async refusalBefore({ query, requestSha256 }) {
      if (query.fault) return refusalVerdict(query.fault)
      if (requestSha256 !== query.bodySha256) return refusalVerdict('BODY_MISMATCH')
      const wait = await rates.takeQuery(query.department.code)
      return wait === null ? null : refusalVerdict('RATE_LIMITED', { 'retry-after': String(wait) })
    },

    callerOf: (arrival) => ({
      department: arrival.query.department,
      kid: arrival.query.kid,
      request: {
        async claim(client) {
          if (await app.claimToken(client, tokenOf(arrival))) return
          arrival.notes.refused = 'REPLAYED'
          throw new ReplayedRequest()
        },
        note({ purpose, subjects }) {
          arrival.notes.purpose = purpose ?? arrival.notes.purpose
          for (const subject of subjects) arrival.notes.subjects.push(subject)
        },
        found(subjectIds) {
          for (const id of subjectIds) arrival.notes.subjectIds.push(id)
        },
      },
    }),

    async open(request, response, arrival, verdict, started) {
      const { reply, outcome } = await loggedAndSigned(arrival, verdict)
      const isOpen = outcome === verdict.outcome && !response.destroyed
      if (isOpen) writeStreamHead(response, reply)
      else await answer(request, response, reply, outcome)
      measure(arrival, outcome, started)
      return isOpen
    },

    async conclude(request, response, arrival, verdict, started) {
      const { reply, outcome } = await loggedAndSigned(arrival, verdict)
      await answer(request, response, reply, outcome)
      measure(arrival, outcome, started)
    },
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    reply: Reply,
    outcome: string,
  ): Promise<void> {
    // A token that was good once and is sent again may come from a stranger who saw it: it counts against the address.
    if (outcome !== 'OK' && reply.status === 401) await rates.countRefusal(addressOf(request))
    write(response, reply)
  }

  function measure(arrival: Arrival, outcome: string, started: number): void {
    metrics.exchanges.inc({ department: arrival.query.department.code, outcome })
    metrics.duration.observe((performance.now() - started) / 1000)
  }
}

/** A refused token was not accepted, so it is not used up. */
export function refusalVerdict(code: EdgeCode, headers?: Record<string, string>): Verdict {
  return {
    reply: refusalReply(refuse(code, headers)),
    outcome: code,
    operation: null,
    dataVersion: 0,
    singleUse: false,
  }
}
