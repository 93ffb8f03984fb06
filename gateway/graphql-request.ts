import { isAscii } from 'node:buffer'

/** The body of a query (GraphQL over HTTP): one operation, never a batch. */
export type GraphqlParams = { query: string; operationName?: string; variables?: Record<string, unknown> }

/** `null` for anything but one JSON object of that shape in UTF-8. */
export function readGraphqlParams(body: Uint8Array): GraphqlParams | null {
  const parsed = parseJsonBody(body)
  if (!isObject(parsed)) return null
  const { query, operationName = null, variables = null } = parsed
  if (typeof query !== 'string' || query === '') return null
  if (operationName !== null && typeof operationName !== 'string') return null
  if (variables !== null && !isObject(variables)) return null
  return { query, ...(operationName ? { operationName } : {}), ...(variables ? { variables } : {}) }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** Of ASCII, which most bodies are, the quickest way to the same text. */
const latin1 = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1')

/** JSON in strict UTF-8; undefined for anything else. */
export function parseJsonBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(isAscii(body) ? latin1(body) : strictUtf8.decode(body))
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
