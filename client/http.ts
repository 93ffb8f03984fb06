import { isJsonObject, isText, parseJsonObject } from './encoding.ts'
import { ExchangeRefusal, TransportError } from './errors.ts'

export interface HttpOptions {
  readonly timeoutMs: number
  readonly fetch: typeof globalThis.fetch
}

/** An answer as it came, its body as the exact bytes and not yet looked into. */
export interface RawReply {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
}

/** `base` without trailing slashes, plus `path`. */
export function endpoint(base: string, path: string): URL {
  return new URL(base.replace(/\/+$/, '') + path)
}

/**
 * One send and one answer.
 * @throws TransportError NETWORK or TIMEOUT; UNEXPECTED_ANSWER for a redirect
 */
export async function exchangeBytes(url: URL, init: RequestInit, options: HttpOptions): Promise<RawReply> {
  const signal = AbortSignal.timeout(options.timeoutMs)
  try {
    // A redirect is never followed: whoever answers with one would receive the signed request.
    const response = await options.fetch(url, { ...init, redirect: 'manual', signal })
    const body = new Uint8Array(await response.arrayBuffer())
    if (response.status >= 300 && response.status < 400) {
      throw new TransportError(
        'UNEXPECTED_ANSWER',
        `${url.origin} answered with a redirect (${response.status})`,
      )
    }
    return { status: response.status, headers: response.headers, body }
  } catch (error) {
    if (error instanceof TransportError) throw error
    if (signal.aborted) {
      throw new TransportError(
        'TIMEOUT',
        `no answer from ${url.origin} within ${options.timeoutMs} ms`,
        error,
      )
    }
    throw new TransportError('NETWORK', `no answer from ${url.origin}: ${reasonOf(error)}`, error)
  }
}

/** The refusal in an answer of the shape `{errors: [{message, extensions: {code}}]}`; undefined for any other. */
export function readRefusal(
  { status, headers, body }: RawReply,
  signed: boolean,
): ExchangeRefusal | undefined {
  const errors = parseJsonObject(body)?.errors
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  if (!isJsonObject(first) || !isText(first.message)) return undefined
  const code = isJsonObject(first.extensions) ? first.extensions.code : undefined
  if (!isText(code)) return undefined
  return new ExchangeRefusal({
    code,
    message: first.message,
    status,
    signed,
    retryAfter: retryAfterOf(headers),
  })
}

function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? ''
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

/** Node hides the reason of a failed fetch in the cause, or in the causes of an AggregateError. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message
}
