import { isJsonObject, isText, parseJsonObject } from './encoding.ts'
import { ExchangeRefusal, InputFileError, OutputFileError, TransportError } from './errors.ts'

/** `timeoutMs` without a sign of life; what only counts as one when the request says so. */
export interface HttpOptions {
  readonly timeoutMs: number
  readonly fetch: typeof globalThis.fetch
}

/** An answer as it came; nothing of it is proven yet. */
export interface RawReply<Body> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

export type Bytes = Uint8Array<ArrayBuffer>

/** `base` without trailing slashes, plus `path`. */
export function endpoint(base: string, path: string): URL {
  return new URL(base.replace(/\/+$/, '') + path)
}

/** One send and one answer, held in memory as its exact bytes. @throws TransportError as `exchange` does */
export function exchangeBytes(url: URL, init: RequestInit, options: HttpOptions): Promise<RawReply<Bytes>> {
  return exchange(url, () => init, readBytes, options)
}

export async function readBytes(response: Response): Promise<Bytes> {
  return new Uint8Array(await response.arrayBuffer())
}

/**
 * One send and one answer. A body that is streamed, either way, calls `alive` with each piece, and the patience of
 * `timeoutMs` begins anew.
 * @throws TransportError NETWORK or TIMEOUT; UNEXPECTED_ANSWER for a redirect; and what the streams themselves throw
 * of InputFileError and OutputFileError
 */
export async function exchange<Body>(
  url: URL,
  request: (alive: () => void) => RequestInit,
  receive: (response: Response, alive: () => void) => Promise<Body>,
  options: HttpOptions,
): Promise<RawReply<Body>> {
  const patience = startPatience(options.timeoutMs)
  const { signal, alive } = patience
  try {
    // A redirect is never followed: whoever answers with one would receive the signed request.
    const response = await options.fetch(url, { redirect: 'manual', ...request(alive), signal })
    if (response.status >= 300 && response.status < 400) {
      throw new TransportError(
        'UNEXPECTED_ANSWER',
        `${url.origin} answered with a redirect (${response.status})`,
      )
    }
    const body = await receive(response, alive)
    return { status: response.status, headers: response.headers, body }
  } catch (error) {
    const own = ownErrorIn(error)
    if (own) throw own
    if (signal.aborted) {
      throw new TransportError(
        'TIMEOUT',
        `no answer from ${url.origin} within ${options.timeoutMs} ms`,
        error,
      )
    }
    throw new TransportError('NETWORK', `no answer from ${url.origin}: ${reasonOf(error)}`, error)
  } finally {
    patience.end()
  }
}

function startPatience(timeoutMs: number): { signal: AbortSignal; alive(): void; end(): void } {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), timeoutMs)
  return { signal: controller.signal, alive: () => void timer.refresh(), end: () => clearTimeout(timer) }
}

/** The refusal in an answer of the shape `{errors: [{message, extensions: {code}}]}`; undefined for any other. */
export function readRefusal(
  { status, headers, body }: RawReply<Uint8Array>,
  signed: boolean,
): ExchangeRefusal | undefined {
  const errors = parseJsonObject(body)?.errors
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  if (!isJsonObject(first) || !isText(first.message)) return undefined
  const { code, legalBasis } = isJsonObject(first.extensions) ? first.extensions : {}
  if (!isText(code)) return undefined
  return new ExchangeRefusal({
    code,
    message: first.message,
    status,
    signed,
    retryAfter: retryAfterOf(headers),
    legalBasis: isText(legalBasis) ? legalBasis : undefined,
  })
}

function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? ''
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

/** What a stream of ours threw: fetch wraps it. */
function ownErrorIn(error: unknown): Error | undefined {
  const isOwn =
    error instanceof TransportError || error instanceof InputFileError || error instanceof OutputFileError
  if (isOwn) return error
  return error instanceof Error ? ownErrorIn(error.cause) : undefined
}

/** Node hides the reason of a failed fetch in the cause, or in the causes of an AggregateError. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message
}
