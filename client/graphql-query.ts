import { GraphQLClient } from 'graphql-request'
import { isText } from './encoding.ts'
import { ExchangeRefusal, RequestError, TransportError } from './errors.ts'
import { endpoint } from './http.ts'
import { limits } from './limits.ts'
import {
  digestedBytes,
  type ExchangeClientOptions,
  exchangeSigned,
  type Proven,
  type SignedAnswer,
  throwRefusal,
  timeoutOf,
} from './signed-exchange.ts'

export type Variables = Readonly<Record<string, unknown>>

/** An answer with data; its evidence is kept when asked for. */
export interface Asked<T> {
  readonly data: T
  readonly answer: SignedAnswer
}

/** One signed query. Evidence of an answer with errors is kept before they are thrown. */
export async function ask<T>(
  options: ExchangeClientOptions,
  document: string,
  variables: Variables = {},
): Promise<Asked<T>> {
  const transport = new GraphqlTransport(options)
  const client = new GraphQLClient(endpoint(options.url, '/graphql').href, {
    fetch: transport.fetch,
    errorPolicy: 'all',
  })
  const { data, errors } = await client.rawRequest<T>(document, { ...variables }).catch((error: unknown) => {
    // The transport may wrap what happened on the way: the reason itself is what the caller needs.
    throw transport.failure ?? error
  })
  const { answer } = transport
  const [first] = errors ?? []
  if (first) {
    await answer?.keep()
    throw refusalOf(first.message, first.extensions)
  }
  if (!answer || data === undefined) {
    throw new TransportError('UNEXPECTED_ANSWER', 'the answer holds neither data nor errors')
  }
  return { data, answer }
}

export async function query<T>(
  options: ExchangeClientOptions,
  document: string,
  variables?: Variables,
): Promise<Proven<T>> {
  const { data, answer } = await ask<T>(options, document, variables)
  return { data, proof: await answer.keep() }
}

/** The transport of graphql-request, with the signature on both ways. */
class GraphqlTransport {
  answer: SignedAnswer | undefined
  failure: unknown
  readonly #options: ExchangeClientOptions

  constructor(options: ExchangeClientOptions) {
    this.#options = options
  }

  readonly fetch: typeof globalThis.fetch = async (_url, init) => {
    try {
      return await this.#exchange(init?.body)
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  async #exchange(text: unknown): Promise<Response> {
    if (typeof text !== 'string') throw new TypeError('expected a JSON body')
    const body = digestedBytes(new TextEncoder().encode(text))
    if (body.bytes.byteLength > limits.bodyBytes) {
      throw new RequestError(
        'BODY_TOO_LARGE',
        `expected at most ${limits.bodyBytes} bytes, got ${body.bytes.byteLength}`,
      )
    }
    const answer = await exchangeSigned(this.#options, {
      target: '/graphql',
      headers: { 'content-type': 'application/json' },
      body,
      init: () => ({ body: body.bytes }),
      timeoutMs: timeoutOf(this.#options),
    })
    await throwRefusal(answer)
    this.answer = answer
    if (answer.body.kind !== 'BYTES') throw new TypeError('expected an answer in memory')
    return new Response(answer.body.bytes, {
      status: answer.status,
      headers: { 'content-type': 'application/json' },
    })
  }
}

function refusalOf(
  message: string,
  extensions: Readonly<Record<string, unknown>> | undefined,
): ExchangeRefusal {
  const { code, legalBasis } = extensions ?? {}
  return new ExchangeRefusal({
    code: isText(code) ? code : 'INTERNAL',
    message,
    status: 200,
    signed: true,
    legalBasis: isText(legalBasis) ? legalBasis : undefined,
  })
}
