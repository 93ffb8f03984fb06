import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '../src/app.ts'
import { noteKeyOf } from '../src/evidence/checkpoint.ts'
import { formatVkey } from '../src/evidence/signed-note.ts'
import { refuse } from './http-refusal.ts'
import { clientAddress, type RateLimits } from './rate-limits.ts'
import { jsonReply, type Reply, refusalReply, write } from './reply.ts'

/**
 * `/log/…`, for anyone (C2SP tlog-tiles): checkpoints, hashes and consistency proofs. The entries themselves are not
 * served, since they tell which department asks for what; whoever asked gets his own with its receipt.
 */
export const logPath = '/log/'

const brief = { 'cache-control': 'public, max-age=2', 'access-control-allow-origin': '*' }
const forEver = { 'cache-control': 'public, max-age=31536000, immutable', 'access-control-allow-origin': '*' }

export function createLogEndpoint(parts: {
  app: App
  rates: RateLimits
  trustedProxies: number
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { app, rates } = parts

  /** `path` begins behind `/log/`. Null: there is nothing of that name. */
  async function read(path: string, query: URLSearchParams): Promise<Reply | null> {
    if (path === 'checkpoint') return note(await app.logReading.checkpoint(), brief)
    if (path === 'keys') return jsonReply(200, await keys(), brief)
    if (path === 'consistency') return consistency(query)
    const size = /^checkpoint\/(0|[1-9]\d{0,14})$/.exec(path)?.[1]
    if (size !== undefined) return note(await app.logReading.checkpointOf(Number(size)), brief)
    return tile(path)
  }

  async function keys() {
    const { origin } = app.logReading
    return {
      origin,
      keys: app.signer.keys.map((key) => ({
        kid: key.kid,
        vkey: formatVkey(noteKeyOf(key, origin)),
        activeFrom: key.activeFrom,
        activeTo: key.activeTo,
      })),
      witnesses: await app.witnesses.list(),
    }
  }

  async function consistency(query: URLSearchParams): Promise<Reply> {
    const [from, to] = ['from', 'to'].map((name) => query.get(name) ?? '')
    if (!isSize(from) || !isSize(to) || Number(from) > Number(to))
      return refusalReply(refuse('REQUEST_MALFORMED'))
    const hashes = await app.logReading.consistency(Number(from), Number(to))
    if (!hashes) return refusalReply(refuse('NOT_FOUND'))
    return jsonReply(
      200,
      { from: Number(from), to: Number(to), hashes: hashes.map((hash) => hash.toString('base64')) },
      forEver,
    )
  }

  async function tile(path: string): Promise<Reply | null> {
    const place = tilePlace(path)
    const hashes = place && (await app.logReading.tile(place))
    return hashes && { status: 200, body: hashes, contentType: 'application/octet-stream', headers: forEver }
  }

  return async (request, response) => {
    const wait = await rates.takeLogRead(clientAddress(request, parts.trustedProxies))
    if (wait !== null)
      return write(response, refusalReply(refuse('RATE_LIMITED', { 'retry-after': String(wait) })))
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return write(response, refusalReply(refuse('METHOD_NOT_ALLOWED', { allow: 'GET, HEAD' })))
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const path = pathname.slice(pathname.lastIndexOf(logPath) + logPath.length)
    write(response, (await read(path, searchParams)) ?? refusalReply(refuse('NOT_FOUND')))
  }
}

const isSize = (text: string | undefined): text is string => /^(0|[1-9]\d{0,14})$/.test(text ?? '')

function note(text: string | null, headers: Record<string, string>): Reply | null {
  return text === null
    ? null
    : { status: 200, body: Buffer.from(text), contentType: 'text/plain; charset=utf-8', headers }
}

/** `tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last begun by an x. */
function tilePlace(path: string): { level: number; index: number; width: number } | null {
  const [, level, groups, last, width] =
    /^tile\/(0|[1-9]\d?)\/((?:x\d{3}\/){0,4})(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? []
  if (level === undefined || groups === undefined || last === undefined) return null
  // One name for each tile: no groups of zeros in front.
  if (groups.startsWith('x000/')) return null
  const wide = width === undefined ? 256 : Number(width)
  if (width !== undefined && wide > 255) return null
  return { level: Number(level), index: Number(groups.replaceAll(/[x/]/g, '') + last), width: wide }
}
