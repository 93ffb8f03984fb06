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
