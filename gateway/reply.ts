import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { type EdgeRefusal, refusalBody } from './http-refusal.ts'

/** What goes out: a body whose exact bytes were digested, and the status and headers around it. */
export type Reply = { status: number; body: Buffer; contentType: string; headers: Record<string, string> }

export const jsonType = 'application/json; charset=utf-8'

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

export function refusalReply(refusal: EdgeRefusal): Reply {
  return {
    status: refusal.status,
    body: refusalBody(refusal),
    contentType: jsonType,
    headers: refusal.headers ?? {},
  }
}

export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, body: Buffer.from(JSON.stringify(value)), contentType: jsonType, headers }
}

/** Writes the reply; answers to signed queries are for one reader, so nothing on the way may keep them. */
export function write(response: ServerResponse, reply: Reply): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': reply.body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...reply.headers,
  })
  response.end(reply.body)
}
