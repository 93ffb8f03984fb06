import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { limits } from '../src/limits.ts'
import type { Reply } from './reply.ts'

const [brotli, gz] = [promisify(brotliCompress), promisify(gzip)]
/** Answers are made anew every few seconds: quick, not smallest. */
const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

/** Answers that are kept are packed once: the same bytes are asked for again and again. */
const packed = new WeakMap<Buffer, Map<Encoding, Promise<Buffer>>>()
type Encoding = 'br' | 'gzip'

function pack(body: Buffer, encoding: Encoding): Promise<Buffer> {
  const known = packed.get(body) ?? new Map<Encoding, Promise<Buffer>>()
  packed.set(body, known)
  const smaller = known.get(encoding) ?? (encoding === 'br' ? brotli(body, quick) : gz(body))
  known.set(encoding, smaller)
  return smaller
}

/** The reply in what the asker takes; small ones as they are. */
export async function compressed(request: IncomingMessage, reply: Reply): Promise<Reply> {
  const { body } = reply
  if (!Buffer.isBuffer(body) || body.length < limits.compressFrom) return reply
  const encoding = encodingFor(request.headers['accept-encoding'])
  if (encoding === null) return reply
  return {
    ...reply,
    body: await pack(body, encoding),
    headers: { ...reply.headers, 'content-encoding': encoding },
  }
}

export function encodingFor(accepted: string | string[] | undefined): Encoding | null {
  const taken = new Set(
    String(accepted ?? '')
      .toLowerCase()
      .split(',')
      .flatMap((entry) => {
        const [name = '', ...parameters] = entry.split(';').map((part) => part.trim())
        return parameters.some((parameter) => /^q=0(?:\.0+)?$/.test(parameter)) ? [] : [name]
      }),
  )
  return taken.has('br') ? 'br' : taken.has('gzip') ? 'gzip' : null
}
