import type { IncomingMessage } from 'node:http'

export type BodyReading =
  | { outcome: 'READ'; bytes: Buffer }
  | { outcome: 'TOO_LARGE' }
  | { outcome: 'TIMEOUT' }
  | { outcome: 'ABORTED' }

/** Whether the announced length is beyond the limit already. */
export function announcesTooMuch(request: IncomingMessage, limit: number): boolean {
  const announced = request.headers['content-length']
  return announced !== undefined && Number(announced) > limit
}

/** Reads the exact bytes, never more than `limit` and never longer than `timeout` milliseconds. */
export function readBody(request: IncomingMessage, limit: number, timeout: number): Promise<BodyReading> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const timer = setTimeout(() => finish({ outcome: 'TIMEOUT' }), timeout)
    const finish = (reading: BodyReading) => {
      clearTimeout(timer)
      request.removeListener('data', onData)
      if (reading.outcome !== 'READ') request.resume()
      resolve(reading)
    }
    const onData = (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) finish({ outcome: 'TOO_LARGE' })
      else chunks.push(chunk)
    }
    request.on('data', onData)
    request.once('end', () => finish({ outcome: 'READ', bytes: Buffer.concat(chunks, length) }))
    request.once('error', () => finish({ outcome: 'ABORTED' }))
    request.once('close', () => finish({ outcome: 'ABORTED' }))
  })
}

/** Why a streamed body ends before its end. */
export class BodyFault extends Error {
  override readonly name = 'BodyFault'
  readonly code: 'BODY_TOO_LARGE' | 'BODY_TIMEOUT' | 'ABORTED'

  constructor(code: BodyFault['code']) {
    super(code)
    this.code = code
  }
}

/** The exact bytes as they come; a sender that is silent, slow or too long is cut off. Times in milliseconds. */
export async function* streamBody(
  request: IncomingMessage,
  limit: { most: number; silence: number; whole: number },
): AsyncGenerator<Uint8Array> {
  const chunks = request.iterator({ destroyOnReturn: false })
  const end = performance.now() + limit.whole
  let length = 0
  while (true) {
    const patience = Math.min(limit.silence, end - performance.now())
    const next = await soon(chunks.next(), patience)
    if (next.done) break
    const chunk: Buffer = next.value
    length += chunk.length
    if (length > limit.most) throw new BodyFault('BODY_TOO_LARGE')
    yield chunk
  }
  if (!request.complete) throw new BodyFault('ABORTED')
}

async function soon<T>(next: Promise<T>, patience: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await Promise.race([
      next.catch(() => {
        throw new BodyFault('ABORTED')
      }),
      new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new BodyFault('BODY_TIMEOUT')), Math.max(0, patience))
      }),
    ])
  } finally {
    clearTimeout(timer)
  }
}
