import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { PrivateJwk } from '../../client/keys.ts'
import { sha256 } from './department.ts'
import { exchangeId, jws, type Logged, type TestLog } from './test-log.ts'

/** The `/log/…` surface and the mutations of witnesses over real HTTP, for whatever log it is told to show. */
export class LogServer implements AsyncDisposable {
  log: TestLog
  /** Shown instead of the latest one. */
  checkpoint: string | undefined
  /** Answers every consistency proof with this status; 0 hangs up. */
  consistencyStatus: number | undefined
  /** Signs answers instead of the log's own. */
  replyKey: PrivateJwk | undefined
  /** Lines that witnesses added, by checkpoint text. */
  readonly cosignatures = new Map<string, string>()
  readonly registered: string[] = []
  readonly logged = new Map<string, Logged>()
  /** As often the receipt is not ready. */
  early = 0
  readonly asked: string[] = []
  readonly #server: Server

  private constructor(log: TestLog, server: Server) {
    this.log = log
    this.#server = server
  }

  static async start(log: TestLog): Promise<LogServer> {
    const server = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk)
        const url = new URL(request.url ?? '/', 'http://localhost')
        const { status, body, headers } =
          url.pathname === '/graphql'
            ? one.#graphql(Buffer.concat(chunks), String(request.headers.authorization))
            : one.#log(url)
        if (status === 0) return void request.socket.destroy()
        response.writeHead(status, headers).end(body)
      })()
    })
    const one = new LogServer(log, server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return one
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new TypeError('expected a port')
    return `http://127.0.0.1:${address.port}`
  }

  #log(url: URL): { status: number; body: string; headers: Record<string, string> } {
    this.asked.push(url.pathname + url.search)
    if (url.pathname === '/log/checkpoint') {
      const note = this.checkpoint ?? this.log.checkpoint()
      const text = note.slice(0, note.lastIndexOf('\n\n') + 1)
      return {
        status: 200,
        body: note + (this.cosignatures.get(text) ?? ''),
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      }
    }
    const headers = { 'content-type': 'application/json' }
    const [from, to] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))]
    if (this.consistencyStatus !== undefined) return { status: this.consistencyStatus, body: '{}', headers }
    if (to > this.log.leaves.length) return { status: 404, body: '{}', headers }
    const hashes = this.log.consistency(from, to)
    return { status: 200, body: JSON.stringify({ from, to, hashes }), headers }
  }

  #graphql(body: Buffer, authorization: string) {
    const asked = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const { query, variables } = JSON.parse(body.toString('utf8'))
    const answer = JSON.stringify(this.#answer(query, variables))
    const signature = jws(this.replyKey ?? this.log.key, 'reply+jwt', {
      iss: exchangeId,
      aud: asked.iss,
      iat: Math.floor(Date.now() / 1000),
      jti_req: asked.jti,
      req_sha256: sha256(body),
      status: 200,
      body_sha256: sha256(answer),
      log_index: 0,
      data_version: 0,
    })
    return {
      status: 200,
      body: answer,
      headers: { 'content-type': 'application/json', 'reply-signature': signature },
    }
  }

  #answer(
    query: string,
    variables: { requestId?: string; input?: { vkey?: string; note?: string } },
  ): unknown {
    if (query.includes('registerWitness')) {
      this.registered.push(variables.input?.vkey ?? '')
      return { data: { done: { __typename: 'RegisterWitnessSuccess' } } }
    }
    if (query.includes('cosignCheckpoint')) {
      const note = variables.input?.note ?? ''
      const end = note.lastIndexOf('\n\n')
      const lines = note.slice(end + 2).split(/(?<=\n)/)
      this.cosignatures.set(note.slice(0, end + 1), lines.slice(1).join(''))
      return { data: { done: { __typename: 'CosignCheckpointSuccess' } } }
    }
    if (this.early > 0) {
      this.early -= 1
      return { data: { receipt: refusal('NOT_YET_IN_CHECKPOINT') } }
    }
    const logged = this.logged.get(variables.requestId ?? '')
    if (!logged) return { data: { receipt: refusal('RECEIPT_NOT_FOUND') } }
    const entry = this.log.entry(logged, this.#log(new URL('/log/checkpoint', this.url)).body)
    const keys = entry.keys.map(({ kid, x, activeFrom, activeTo }) => ({ kid, x, activeFrom, activeTo }))
    return { data: { receipt: { __typename: 'Receipt', ...entry, keys } } }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

const refusal = (code: string) => ({ __typename: 'Refusal', code, message: code, legalBasis: null })
