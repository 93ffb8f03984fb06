import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { limits } from '../src/limits.ts'
import { refusalBody, refuse } from './http-refusal.ts'

/** What is true of connections, whatever is asked over them. */

/**
 * A body that does not arrive is cut off, whether or not anyone waits for it. What it returns lifts that, for the file of
 * a sender who is known.
 */
export function cutOffSlowBody(request: IncomingMessage): () => void {
  const timer = setTimeout(
    () => request.complete || request.destroy(),
    limits.headersTimeout + limits.bodyReceiveTimeout,
  ).unref()
  const lift = () => clearTimeout(timer)
  request.once('close', lift)
  return lift
}

/** What is not HTTP, or too large to be read as it, is answered as every refusal is and then cut off. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
    const refusal = refuse(error.code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'REQUEST_MALFORMED')
    const body = refusalBody(refusal)
    const reason = refusal.status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'
    socket.end(
      `HTTP/1.1 ${refusal.status} ${reason}\r\ncontent-type: application/json; charset=utf-8\r\n` +
        `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body.toString('utf8')}`,
    )
  })
}

export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

export function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('expected a listening server')
  return address.port
}

/** Connections on which nothing was asked yet are not idle to Node, which would wait for them. What it returns ends them. */
export function watchSilentConnections(server: Server): () => void {
  const silent = new Set<Socket>()
  server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }) => silent.delete(socket))
  return () => {
    for (const socket of silent) socket.destroy()
  }
}

export async function close(server: Server, closeSilent: () => void): Promise<void> {
  const cutOff = setTimeout(() => server.closeAllConnections(), limits.shutdownGrace).unref()
  // A request may be on its way on them.
  setTimeout(closeSilent, limits.silentConnectionGrace).unref()
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(cutOff)
}
