import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSigned } from '../../support/certificate.ts'

export type Received = { path: string; headers: IncomingHttpHeaders; body: Buffer }
export type Answering = (response: ServerResponse, received: Received) => void | Promise<void>

export const hostName = 'hook.example.test'
export const certificate = selfSigned([hostName, '127.0.0.1'])

/** A department's own https server. What it answers can be changed while it runs. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = []
  answer: Answering = (response) => void response.writeHead(204).end()
  readonly #server = createServer(certificate, async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const received = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces) }
    this.received.push(received)
    await this.answer(response, received)
  })
  connections = 0

  static async start(address = '127.0.0.1', port = 0): Promise<Receiver> {
    const receiver = new Receiver()
    receiver.#server.on('connection', () => {
      receiver.connections += 1
    })
    receiver.#server.on('tlsClientError', () => {})
    await new Promise<void>((resolve) => receiver.#server.listen(port, address, resolve))
    return receiver
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === 'string') throw new TypeError('expected a listening server')
    return address.port
  }

  url(host = hostName): string {
    return `https://${host}:${this.port}/hook`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
