import type { IncomingMessage, ServerResponse } from 'node:http'
import { limits } from '../src/limits.ts'
import { compressed } from './compression.ts'
import { refuseCounted } from './counted-refusal.ts'
import type { EdgeCode } from './http-refusal.ts'
import { type PublicEndpointParts, preflight, publicHeaders } from './public-endpoint.ts'
import { clientAddress } from './rate-limits.ts'
import { jsonType, type Reply, sha256, write } from './reply.ts'

export const openDataPath = '/open-data/'

/** `GET /open-data/manifest.json`, `/open-data/manifest.jws` and the files that the manifest names. */
export function createOpenDataEndpoint(parts: Omit<PublicEndpointParts, 'surface'>) {
  const { openData } = parts.app

  /** Found, not ready yet, or no such thing. */
  async function replyFor(name: string): Promise<Reply | 'NOT_FOUND' | 'OPEN_DATA_NOT_READY'> {
    if (name === 'manifest.json') {
      const manifest = await openData.manifest()
      return manifest ? textReply(JSON.stringify(manifest, null, 2), jsonType) : 'OPEN_DATA_NOT_READY'
    }
    if (name === 'manifest.jws') {
      const signed = await openData.signedManifest()
      return signed === null ? 'OPEN_DATA_NOT_READY' : textReply(signed, 'application/jose')
    }
    const file = await openData.file(name)
    if (file === 'UNKNOWN') return 'NOT_FOUND'
    if (file === 'NOT_READY') return 'OPEN_DATA_NOT_READY'
    return {
      status: 200,
      body: { size: file.size, sha256: file.sha256, bytes: file.bytes },
      contentType: file.format === 'csv' ? 'text/csv; charset=utf-8' : jsonType,
      headers: {
        ...keptHeaders,
        etag: `"${file.sha256}"`,
        'content-disposition': `attachment; filename="${name}"`,
      },
    }
  }

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuseWith = (code: EdgeCode, headers: Record<string, string> = {}) =>
      refuseCounted(parts.metrics, response, code, { ...publicHeaders, ...headers })
    if (request.method === 'OPTIONS') return write(response, preflight)
    if (!parts.ready()) return refuseWith('UNAVAILABLE', { 'retry-after': '1' })
    const wait = await parts.rates.takePublic(
      clientAddress(request, parts.trustedProxies),
      limits.publicDocumentPoints,
    )
    if (wait !== null) return refuseWith('RATE_LIMITED', { 'retry-after': String(wait) })
    if (request.method !== 'GET') return refuseWith('METHOD_NOT_ALLOWED', { allow: 'GET, OPTIONS' })
    const [path = ''] = (request.url ?? '').split('?', 1)
    const reply = await replyFor(path.slice(path.lastIndexOf('/') + 1))
    if (reply === 'NOT_FOUND') return refuseWith(reply)
    if (reply === 'OPEN_DATA_NOT_READY')
      return refuseWith(reply, { 'retry-after': String(limits.openDataRetrySeconds) })
    if (request.headers['if-none-match'] === reply.headers.etag)
      return write(response, { ...reply, status: 304, body: Buffer.alloc(0) })
    write(response, await compressed(request, reply))
  }
}

const keptHeaders = {
  ...publicHeaders,
  'cache-control': `public, max-age=${limits.publicMaxAgeSeconds}, must-revalidate`,
  vary: 'Accept-Encoding',
}

function textReply(text: string, contentType: string): Reply {
  const body = Buffer.from(text)
  return { status: 200, body, contentType, headers: { ...keptHeaders, etag: `W/"${sha256(body)}"` } }
}
