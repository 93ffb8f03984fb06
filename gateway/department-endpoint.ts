import type { IncomingMessage, ServerResponse } from 'node:http'
import { limits } from '../src/limits.ts'
import type { CallerGraphql, GraphqlStream, Streaming } from './caller-graphql.ts'
import {
  acceptsEventStream,
  answersWithGraphqlType,
  graphqlResponseType,
  isJson,
  readGraphqlParams,
  readLastEventId,
} from './graphql-request.ts'
import { jsonType, sha256 } from './reply.ts'
import { type Arrival, refusalVerdict, type SignedExchange, type Verdict } from './signed-exchange.ts'
import type { Subscriptions } from './subscriptions.ts'

/** `POST /graphql`: a signed query comes in, a logged and signed answer goes out, or a refusal that says why. */
export function createDepartmentEndpoint(parts: {
  exchange: SignedExchange
  graphql: CallerGraphql
  subscriptions: Subscriptions
  /** The path that `htu` must name. */
  path: string
}) {
  const { exchange } = parts
  const entrance = { target: parts.path, acceptsType: isJson, mostBytes: limits.bodyBytes }

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now()
    const query = await exchange.admit(request, response, entrance)
    if (!query) return
    const bytes = await exchange.readBody(request, response, limits.bodyBytes)
    if (!bytes) return
    const arrival = exchange.arrive(query, sha256(bytes))
    const judged = await judge(arrival, bytes, request)
    if (judged.kind === 'VERDICT')
      return exchange.conclude(request, response, arrival, judged.verdict, started)
    const { code } = query.department
    if (parts.subscriptions.hasRoom(code))
      return parts.subscriptions.serve(request, response, arrival, judged.stream, started)
    await judged.stream.results.return?.()
    const refusal = refusalVerdict('RATE_LIMITED', { 'retry-after': String(limits.streamRoomRetrySeconds) })
    return exchange.conclude(request, response, arrival, refusal, started)
  }

  /** Everything up to the answer itself. Nothing is said yet: the answer leaves only once it is logged. */
  async function judge(arrival: Arrival, body: Buffer, request: IncomingMessage): Promise<Judged> {
    const before = await exchange.refusalBefore(arrival)
    if (before) return { kind: 'VERDICT', verdict: before }
    const params = readGraphqlParams(body)
    const streaming = streamingOf(request)
    if (!params || !streaming) return refused('REQUEST_MALFORMED')
    const executed = await parts.graphql.execute(
      params,
      { caller: exchange.callerOf(arrival), console: null, running() {} },
      arrival.id,
      streaming,
    )
    if (executed.kind === 'STREAM') return executed
    const { answer } = executed
    if (arrival.notes.refused) return refused(arrival.notes.refused)
    const typed = answersWithGraphqlType(request.headers.accept)
    const verdict: Verdict = {
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
    return { kind: 'VERDICT', verdict }
  }
}

type Judged = { kind: 'VERDICT'; verdict: Verdict } | { kind: 'STREAM'; stream: GraphqlStream }

const refused = (...refusal: Parameters<typeof refusalVerdict>): Judged => ({
  kind: 'VERDICT',
  verdict: refusalVerdict(...refusal),
})

/** Null: it asks to resume after what is no position. */
function streamingOf({ headers }: IncomingMessage): Streaming | null {
  if (!acceptsEventStream(headers.accept)) return { kind: 'REFUSED' }
  const resumeAfter = readLastEventId(headers['last-event-id'])
  return resumeAfter === 'MALFORMED' ? null : { kind: 'TAKEN', resumeAfter }
}
