import { hash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Refusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'
import { type EdgeRefusal, refusalBody } from './http-refusal.ts'

/** What goes out: a body whose exact bytes were digested, and the status and headers around it. */
export type Reply = { status: number; body: ReplyBody; contentType: string; headers: Record<string, string> }
/** The bytes themselves, or a file whose digest is known and whose bytes come as they are sent. */
export type ReplyBody = Buffer | { size: number; sha256: string; bytes(): AsyncIterable<Uint8Array> }

export const jsonType = 'application/json; charset=utf-8'

export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url')
}

export function digestOf({ body }: Reply): string {
  return Buffer.isBuffer(body) ? sha256(body) : body.sha256
}

export function refusalReply(refusal: EdgeRefusal): Reply {
  return {
    status: refusal.status,
    body: refusalBody(refusal),
    contentType: jsonType,
    headers: refusal.headers ?? {},
  }
}

/** What a rule of the domain refused, where the answer is not GraphQL. */
export function ruleRefusalReply({ code, message, legalBasis }: Refusal): Reply {
  const extensions = legalBasis === null ? { code } : { code, legalBasis }
  return jsonReply(422, { errors: [{ message, extensions }] })
}

export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, body: Buffer.from(JSON.stringify(value)), contentType: jsonType, headers }
}

/** Writes the reply; answers to signed queries are for one reader, so nothing on the way may keep them. */
export function write(response: ServerResponse, reply: Reply): void {
  if (response.destroyed || response.headersSent) return
  const { body } = reply
  // A body that broke off is not read on: the rest of it must not be taken for the next request.
  const { req } = response
  if (req.readableDidRead && !req.complete) response.setHeader('connection', 'close')
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': Buffer.isBuffer(body) ? body.length : body.size,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...reply.headers,
  })
  if (Buffer.isBuffer(body)) response.end(body)
  else sendFile(response, body.bytes())
}

/** The head of an answer that goes on. The connection ends with it, so that a server that stops waits for no idle one. */
export function writeStreamHead(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Proxies that gather an answer before they pass it on would hold back every event.
    'x-accel-buffering': 'no',
    connection: 'close',
    ...reply.headers,
  })
  response.flushHeaders()
}

function sendFile(response: ServerResponse, bytes: AsyncIterable<Uint8Array>): void {
  response.setTimeout(limits.fileSilenceTimeout, () => response.destroy())
  // A file that breaks off ends the connection: the reader misses bytes that the signed digest speaks of.
  pipeline(Readable.from(bytes, { objectMode: true, highWaterMark: 1 }), response).catch(() =>
    response.destroy(),
  )
}
