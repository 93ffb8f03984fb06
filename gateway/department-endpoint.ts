import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { App } from '../src/app.ts'
import { type Caller, ReplayedRequest } from '../src/departments/caller.ts'
import { digestSubjects, type Exchange } from '../src/evidence/exchange-log.ts'
import { limits } from '../src/limits.ts'
import type { DepartmentGraphql } from './department-graphql.ts'
import { describeError } from './describe-error.ts'
import { answersWithGraphqlType, graphqlResponseType, isJson, readGraphqlParams } from './graphql-request.ts'
import { type EdgeCode, refuse } from './http-refusal.ts'
import type { Metrics } from './metrics.ts'
import { clientAddress, type RateLimits } from './rate-limits.ts'
import { jsonType, type Reply, refusalReply, sha256, write } from './reply.ts'
import { announcesTooMuch, readBody } from './request-body.ts'
import { type Authenticated, verifySignedQuery } from './signed-query.ts'

/** `POST /graphql`: a signed query comes in, a logged and signed answer goes out, or a refusal that says why. */

export type EndpointParts = {
  app: App
  graphql: DepartmentGraphql
  rates: RateLimits
  metrics: Metrics
  logger: Logger
  /** The path that `htu` must name. */
  path: string
  trustedProxies: number
  ready(): boolean
}

/** What one arrival of a request came to, for the log. */
type Verdict = {
  reply: Reply
  outcome: string
  operation: string | null
  dataVersion: number
  singleUse: boolean
}

type Arrival = { query: Authenticated; id: string; at: Date; requestSha256: string; notes: Notes }
type Notes = { purpose: string | null; subjectKeys: string[] }

export function createDepartmentEndpoint(parts: EndpointParts) {
  const { app, rates, metrics, logger } = parts

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now()
    const address = clientAddress(request, parts.trustedProxies)
    const wait = await rates.refusalsUsedUp(address)
    if (wait !== null) return refuseStranger('RATE_LIMITED', { 'retry-after': String(wait) })
    if (!parts.ready()) return refuseStranger('UNAVAILABLE', { 'retry-after': '1' })
    if (request.method !== 'POST') return refuseCounted('METHOD_NOT_ALLOWED', { allow: 'POST' })
    if (!isJson(request.headers['content-type']) || request.headers['content-encoding'] !== undefined) {
      return refuseCounted('MEDIA_TYPE_UNSUPPORTED')
    }
    if (announcesTooMuch(request, limits.bodyBytes))
      return refuseCounted('BODY_TOO_LARGE', { connection: 'close' })

    const verification = await verifySignedQuery(request.headers.authorization, app.keys, {
      audience: app.exchangeId,
      path: parts.path,
      now: app.clock.now(),
    })
    if (verification.outcome === 'REFUSED') return refuseCounted(verification.code)

    const reading = await readBody(request, limits.bodyBytes, limits.bodyReceiveTimeout)
    switch (reading.outcome) {
      case 'READ':
        break
      case 'TOO_LARGE':
        return refuseCounted('BODY_TOO_LARGE', { connection: 'close' })
      case 'TIMEOUT':
        return refuseCounted('BODY_TIMEOUT', { connection: 'close' })
      case 'ABORTED':
        return
    }

    const arrival: Arrival = {
      query: verification.query,
      id: randomUUID(),
      at: app.clock.now(),
      requestSha256: sha256(reading.bytes),
      notes: { purpose: null, subjectKeys: [] },
    }
    const verdict = await judge(arrival, reading.bytes, request)
    const answered = await answer(arrival, verdict)
    // A token that was good once and is sent again may come from a stranger who saw it: it counts against the address.
    if (answered.outcome !== 'OK' && answered.status === 401) await rates.countRefusal(address)
    write(response, answered.reply)
    metrics.exchanges.inc({ department: verification.query.department.code, outcome: answered.outcome })
    metrics.duration.observe((performance.now() - started) / 1000)

    function refuseStranger(code: EdgeCode, headers?: Record<string, string>): void {
      metrics.refusals.inc({ code })
      write(response, refusalReply(refuse(code, headers)))
    }

    async function refuseCounted(code: EdgeCode, headers?: Record<string, string>): Promise<void> {
      await rates.countRefusal(address)
      refuseStranger(code, headers)
    }
  }

  /** Everything up to the answer itself. Nothing is said yet: the answer leaves only once it is logged. */
  async function judge(arrival: Arrival, body: Buffer, request: IncomingMessage): Promise<Verdict> {
    const { query } = arrival
    if (query.fault) return refusalVerdict(query.fault)
    if (arrival.requestSha256 !== query.bodySha256) return refusalVerdict('BODY_MISMATCH')
    const wait = await rates.takeQuery(query.department.code)
    if (wait !== null) return refusalVerdict('RATE_LIMITED', { 'retry-after': String(wait) })
    const params = readGraphqlParams(body)
    if (!params) return refusalVerdict('REQUEST_MALFORMED')

    let replayed = false
    const caller: Caller = {
      department: query.department,
      kid: query.kid,
      request: {
        async claim(client) {
          if (await app.claimToken(client, { ...tokenOf(arrival) })) return
          replayed = true
          throw new ReplayedRequest()
        },
        note({ purpose, subjectKeys }) {
          arrival.notes.purpose = purpose ?? arrival.notes.purpose
          for (const key of subjectKeys) arrival.notes.subjectKeys.push(key)
        },
      },
    }
    const answer = await parts.graphql.execute(params, caller, arrival.id)
    if (replayed) return refusalVerdict('REPLAYED')
    const typed = answersWithGraphqlType(request.headers.accept)
    return {
      reply: {
        status: answer.ran || !typed ? 200 : 400,
        body: Buffer.from(JSON.stringify(answer.result)),
        contentType: typed ? `${graphqlResponseType}; charset=utf-8` : jsonType,
        headers: {},
      },
      outcome: answer.outcome,
      operation: answer.operation,
      dataVersion: answer.dataVersion,
      singleUse: true,
    }
  }

  /** Logs, signs, and only then lets go. Without a durable row there is no answer. */
  async function answer(
    arrival: Arrival,
    verdict: Verdict,
  ): Promise<{ reply: Reply; outcome: string; status: number }> {
    try {
      const { outcome, dataVersion } = verdict
      const logged = await app.log.append({
        exchange: exchangeOf(arrival, verdict),
        singleUse: verdict.singleUse,
      })
      if (logged.outcome === 'REPLAYED') return await answer(arrival, refusalVerdict('REPLAYED'))
      const { reply } = verdict
      const signature = await app.signer.sign(
        {
          iss: app.exchangeId,
          aud: arrival.query.department.code,
          iat: Math.floor(app.clock.now().getTime() / 1000),
          jti_req: arrival.query.jti,
          req_sha256: arrival.requestSha256,
          status: reply.status,
          body_sha256: sha256(reply.body),
          log_index: logged.logIndex,
          data_version: dataVersion,
        },
        app.clock.now(),
      )
      return {
        reply: { ...reply, headers: { ...reply.headers, 'reply-signature': signature } },
        outcome,
        status: reply.status,
      }
    } catch (error) {
      logger.error(
        { ...describeError(error), request: arrival.id },
        'the answer could not be logged and is withheld',
      )
      return {
        reply: refusalReply(refuse('UNAVAILABLE', { 'retry-after': '1' })),
        outcome: 'UNAVAILABLE',
        status: 503,
      }
    }
  }

  function tokenOf({ query, id }: Arrival) {
    return {
      departmentId: query.department.id,
      jti: query.jti,
      arrival: id,
      tokenExpiresAt: query.tokenExpiresAt,
    }
  }

  function exchangeOf(arrival: Arrival, verdict: Verdict): Exchange {
    const { purpose, subjectKeys } = arrival.notes
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
      answerSha256: sha256(verdict.reply.body),
      dataVersion: verdict.dataVersion,
      subjects: subjectKeys.length > 0 ? digestSubjects(subjectKeys, randomBytes(16)) : null,
    }
  }
}

/** A refused token was not accepted, so it is not used up. */
function refusalVerdict(code: EdgeCode, headers?: Record<string, string>): Verdict {
  return {
    reply: refusalReply(refuse(code, headers)),
    outcome: code,
    operation: null,
    dataVersion: 0,
    singleUse: false,
  }
}
