import { fromBase64, parseJsonObject } from './encoding.ts'
import { TransportError } from './errors.ts'
import { type Bytes, endpoint, exchangeBytes, type RawReply } from './http.ts'
import { limits } from './limits.ts'
import type { Hash } from './merkle.ts'

/** What the log shows to anyone, at `/log/…` of the exchange. Nothing of it is verified here. */

const http = { timeoutMs: limits.timeout, fetch: globalThis.fetch }

/** The latest checkpoint, a signed note. @throws TransportError */
export async function fetchCheckpoint(url: string): Promise<string> {
  const reply = await exchangeBytes(endpoint(url, '/log/checkpoint'), {}, http)
  if (reply.status !== 200) throw unexpected(url, reply)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(reply.body)
  } catch {
    throw unexpected(url, reply)
  }
}

/**
 * The proof that the log of `to` entries begins with that of `from`; undefined where the exchange says that it has none.
 * @throws TransportError where it does not answer: then nothing is known
 */
export async function fetchConsistency(
  url: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly Hash[] | undefined> {
  const reply = await exchangeBytes(endpoint(url, `/log/consistency?from=${from}&to=${to}`), {}, http)
  if (isRefusal(reply.status)) return undefined
  const answer = parseJsonObject(reply.body)
  if (reply.status !== 200 || !Array.isArray(answer?.hashes)) throw unexpected(url, reply)
  const hashes = answer.hashes.map((hash: unknown) =>
    typeof hash === 'string' ? fromBase64(hash) : undefined,
  )
  return hashes.every((hash) => hash !== undefined) ? hashes : undefined
}

/** The exchange's own ways to say no; what a proxy in between may say tells nothing about the log. */
const isRefusal = (status: number): boolean => status === 400 || status === 404

function unexpected(url: string, { status }: RawReply<Bytes>): TransportError {
  return new TransportError('UNEXPECTED_ANSWER', `HTTP ${status} from the log of ${url}`)
}
