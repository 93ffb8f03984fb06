import { z } from 'zod'

/** The body of a query (GraphQL over HTTP): one operation, never a batch. */
const paramsSchema = z.object({
  query: z.string().min(1),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
})

export type GraphqlParams = { query: string; operationName?: string; variables?: Record<string, unknown> }

/** `null` for anything but one JSON object of that shape in UTF-8. */
export function readGraphqlParams(body: Uint8Array): GraphqlParams | null {
  const parsed = paramsSchema.safeParse(parseJsonBody(body))
  if (!parsed.success) return null
  const { query, operationName, variables } = parsed.data
  return { query, ...(operationName ? { operationName } : {}), ...(variables ? { variables } : {}) }
}

/** JSON in strict UTF-8; undefined for anything else. */
export function parseJsonBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

export function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined) return false
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  if (type !== 'application/json') return false
  return parameters.every(
    (parameter) => !parameter.startsWith('charset=') || parameter.replaceAll('"', '') === 'charset=utf-8',
  )
}

export const graphqlResponseType = 'application/graphql-response+json'

export const eventStreamType = 'text/event-stream'

export function acceptsEventStream(accept: string | undefined): boolean {
  return accept?.toLowerCase().includes(eventStreamType) ?? false
}

/** `Last-Event-ID` as a position of the feed; null: none is named, MALFORMED: it is no position. */
export function readLastEventId(header: string | string[] | undefined): number | null | 'MALFORMED' {
  if (header === undefined || header === '') return null
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : 'MALFORMED'
}

/** A client that knows the newer media type gets it, and with it honest status codes; every other gets JSON. */
export function answersWithGraphqlType(accept: string | undefined): boolean {
  return accept?.toLowerCase().includes(graphqlResponseType) ?? false
}
