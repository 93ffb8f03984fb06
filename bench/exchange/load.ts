import { createHash, createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Sends requests from a process of its own over connections that stay open, a new one as soon as an answer is there, or at
 * a pace. Tokens
 * are signed before the time runs, and HTTP is written and read by hand, so that the sender is not what is measured.
 */

export type LoadJob = {
  url: string
  path: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  /** Sent in turns; empty bodies for GET. */
  bodies: readonly string[]
  signer: { department: string; kid: string; privateKey: string; audience: string } | null
  connections: number
  seconds: number
  /** Signed beforehand; beyond these each is signed as it is sent. */
  prepared: number
  /** Requests a second over all connections, whether or not answers are there: one that is late counts from when it was due. */
  pace?: number
}
export type LoadResult = {
  requests: number
  perSecond: number
  p50: number
  p95: number
  p99: number
  bytes: number
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function tokenMaker(signer: NonNullable<LoadJob['signer']>, path: string): (bodySha256: string) => string {
  const key: KeyObject = createPrivateKey(signer.privateKey)
  const header = encode({ alg: 'EdDSA', kid: signer.kid, typ: 'query+jwt' })
  return (body_sha256) => {
    const iat = Math.floor(Date.now() / 1000)
    const jti = randomBytes(16).toString('base64url')
    const claims = {
      iss: signer.department,
      aud: signer.audience,
      iat,
      exp: iat + 60,
      jti,
      htm: 'POST',
      htu: path,
      body_sha256,
    }
    const input = `${header}.${encode(claims)}`
    return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`
  }
}

function requestMaker(job: LoadJob): () => Buffer {
  const { hostname } = new URL(job.url)
  const fixed = Object.entries({ host: hostname, ...job.headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  const token = job.signer && tokenMaker(job.signer, job.path)
  const parts = job.bodies.map((text) => {
    const body = Buffer.from(text)
    const length = job.method === 'POST' ? `content-length: ${body.length}\r\n` : ''
    return {
      head: `${job.method} ${job.path} HTTP/1.1\r\n${fixed}${length}`,
      body,
      sha256: createHash('sha256').update(body).digest('base64url'),
    }
  })
  let next = 0
  return () => {
    const part = parts[next++ % parts.length]
    if (!part) throw new RangeError('a job has a body')
    const authorization = token ? `authorization: Bearer ${token(part.sha256)}\r\n` : ''
    return Buffer.concat([Buffer.from(`${part.head}${authorization}\r\n`, 'latin1'), part.body])
  }
}

/** One connection: `ask` resolves with the length of the answer's body. */
class Line {
  readonly #socket: Socket
  /** What came since the last answer: joined once it may be whole, since joining at every piece would be what is measured. */
  #pieces: Buffer[] = []
  #bytes = 0
  #needed = 0
  #waiting: { resolve: (bytes: number) => void; reject: (error: unknown) => void } | null = null

  constructor(url: URL) {
    this.#socket = connect(Number(url.port), url.hostname)
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (chunk) => this.#take(chunk))
    this.#socket.on('error', (error) => this.#waiting?.reject(error))
    this.#socket.on('close', () => this.#waiting?.reject(new RangeError('the connection was closed')))
  }

  ask(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  #take(chunk: Buffer): void {
    this.#pieces.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes < this.#needed) return
    const received = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces, this.#bytes)
    this.#pieces = [received]
    const end = received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = received.subarray(0, end).toString('latin1')
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1])
    if (Number.isNaN(length)) this.#fail(`expected a length: ${head.slice(0, 300)}`)
    this.#needed = end + 4 + length
    if (!(received.length >= this.#needed)) return
    const body = received.subarray(end + 4, this.#needed)
    const rest = received.subarray(this.#needed)
    this.#pieces = rest.length > 0 ? [rest] : []
    this.#bytes = rest.length
    this.#needed = 0
    const isGood = head.startsWith('HTTP/1.1 200') && !body.includes('"errors":[{"message"')
    if (!isGood) this.#fail(`${head.slice(0, 60)} ${body.toString('utf8').slice(0, 400)}`)
    const { resolve } = this.#waiting ?? {}
    this.#waiting = null
    if (isGood) resolve?.(length)
  }

  #fail(message: string): void {
    this.#waiting?.reject(new RangeError(message))
  }

  close(): void {
    this.#waiting = null
    this.#socket.destroy()
  }
}

/** When the next request starts. */
function turnsFrom(begun: number, pace: number | undefined): () => Promise<number> {
  if (pace === undefined) return async () => performance.now()
  let turn = 0
  return async () => {
    const due = begun + (turn++ * 1000) / pace
    const early = due - performance.now()
    if (early <= 0) return due
    await delay(early)
    return performance.now()
  }
}

async function run(job: LoadJob): Promise<LoadResult> {
  const make = requestMaker(job)
  const prepared = Array.from({ length: job.prepared }, make)
  const url = new URL(job.url)
  const lines = Array.from({ length: job.connections }, () => new Line(url))
  const times: number[] = []
  let bytes = 0
  const begun = performance.now()
  const end = begun + job.seconds * 1000
  const turn = turnsFrom(begun, job.pace)
  await Promise.all(
    lines.map(async (line) => {
      for (let started = await turn(); started < end; started = await turn()) {
        bytes += await line.ask(prepared.pop() ?? make())
        times.push(performance.now() - started)
      }
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  for (const line of lines) line.close()
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  const requests = times.length
  return {
    requests,
    perSecond: times.length / seconds,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    bytes: bytes / times.length,
  }
}

process.on('message', (job: LoadJob) => {
  run(job).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))
