import type { IncomingMessage, ServerResponse } from 'node:http'
import { limits } from '../src/limits.ts'
import type { DepartmentGraphql } from './department-graphql.ts'
import { answersWithGraphqlType, graphqlResponseType, isJson, readGraphqlParams } from './graphql-request.ts'
import type { RateLimits } from './rate-limits.ts'
import { jsonType, sha256 } from './reply.ts'
import { readBody } from './request-body.ts'
import { type Arrival, refusalVerdict, type SignedExchange, type Verdict } from './signed-exchange.ts'

/** `POST /graphql`: a signed query comes in, a logged and signed answer goes out, or a refusal that says why. */
export function createDepartmentEndpoint(parts: {
  exchange: SignedExchange
  graphql: DepartmentGraphql
  rates: RateLimits
  /** The path that `htu` must name. */
  path: string
}) {
  const { exchange, rates } = parts
  const entrance = { target: parts.path, acceptsType: isJson, mostBytes: limits.bodyBytes }

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now()
    const query = await exchange.admit(request, response, entrance)
    if (!query) return
    const reading = await readBody(request, limits.bodyBytes, limits.bodyReceiveTimeout)
    switch (reading.outcome) {
      case 'READ':
        break
      case 'TOO_LARGE':
        return exchange.refuseUnlogged(request, response, 'BODY_TOO_LARGE', { connection: 'close' })
      case 'TIMEOUT':
        return exchange.refuseUnlogged(request, response, 'BODY_TIMEOUT', { connection: 'close' })
      case 'ABORTED':
        return
    }
    const arrival = exchange.arrive(query, sha256(reading.bytes))
    const verdict = await judge(arrival, reading.bytes, request)
    await exchange.conclude(request, response, arrival, verdict, started)
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
    const answer = await parts.graphql.execute(params, exchange.callerOf(arrival), arrival.id)
    if (arrival.notes.refused) return refusalVerdict(arrival.notes.refused)
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
}
