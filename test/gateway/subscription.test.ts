import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { compactVerify, importJWK, type JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { limits } from '../../src/limits.ts'
import { type Bend, codeOf, newJti, sha256, type TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc, type QualityRow, qualityRow } from '../support/quality-rows.ts'

/** Streams of signed events over real sockets, on two replicas of one database. */

let exchange: TestExchange
let server: RunningServer
let other: RunningServer
let qts: TestDepartment
let ndrc: TestDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  other = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

const document =
  'subscription ($after: Int) { listingChanged(after: $after) { position kind listingId subject { uscc } listing { id } } }'
const bodyOf = (after: number | null, query = document) => JSON.stringify({ query, variables: { after } })

type Event = { name: string; id: string | null; data: string }
type Told = { position: number; kind: string; listingId: string | null; listing: { id: string } | null }

/** A stream as its reader sees it, byte by byte, with nothing of the product's own code. */
class Stream {
  readonly response: Response
  readonly jti: string
  readonly body: string
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  #text = ''

  constructor(response: Response, jti: string, body: string) {
    this.response = response
    this.jti = jti
    this.body = body
    this.#reader = response.body?.getReader()
  }

  /** The next event that is one, comments and `retry` passed over; null: the connection ended. */
  async next(): Promise<Event | null> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const lines = this.#text.slice(0, end).split('\n')
        this.#text = this.#text.slice(end + 2)
        const field = (name: string) => {
          const line = lines.find((candidate) => candidate.startsWith(`${name}:`))
          return line === undefined ? null : line.slice(name.length + 1).trim()
        }
        const name = field('event')
        if (name !== null) return { name, id: field('id'), data: field('data') ?? '' }
        continue
      }
      const piece = await this.#reader?.read().catch(() => undefined)
      if (!piece || piece.done) return null
      this.#text += Buffer.from(piece.value).toString('utf8')
    }
  }

  async change(): Promise<Told> {
    const event = await this.next()
    if (event?.name !== 'next') throw new TypeError(`expected an event, got ${JSON.stringify(event)}`)
    const { payload } = JSON.parse(event.data) as { payload: string }
    return (JSON.parse(payload) as { data: { listingChanged: Told } }).data.listingChanged
  }

  /** All that is left to read. */
  async rest(): Promise<string> {
    for (;;) {
      const piece = await this.#reader?.read()
      if (!piece || piece.done) return this.#text
      this.#text += Buffer.from(piece.value).toString('utf8')
    }
  }

  close(): void {
    this.#reader?.cancel().catch(() => {})
  }
}

async function open(
  by: TestDepartment,
  after: number | null,
  options: { url?: string; body?: string; bend?: Bend } = {},
): Promise<Stream> {
  const body = options.body ?? bodyOf(after)
  const { token, jti } = by.token(body, { claims: { htu: '/graphql' }, ...options.bend })
  const response = await fetch(`${options.url ?? server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...options.bend?.headers,
    },
    body,
  })
  return new Stream(response, jti, body)
}

async function claimsOf(token: string, typ: string): Promise<Record<string, unknown>> {
  const { keys } = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as { keys: JWK[] }
  const { payload, protectedHeader } = await compactVerify(token, async ({ kid }) => {
    const jwk = keys.find((candidate) => candidate.kid === kid)
    if (!jwk) throw new TypeError('signed by a key that is not published')
    return importJWK(jwk, 'EdDSA')
  })
  expect(protectedHeader.typ).toBe(typ)
  return JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown>
}

const submit = (...rows: QualityRow[]) =>
  qts.query(
    server.url,
    'mutation ($i: SubmitRecordsInput!) { submitRecords(input: $i) { ... on SubmitRecordsSuccess { batch { accepted } } } }',
    { i: { dataset: 'QTS_DISHONEST', batchId: newJti(), records: rows } },
  )
const end = () => server.app.feedPosition()

describe('a stream', () => {
  it('tells each change as it happens, on whatever replica, each signed by itself', async () => {
    const from = await end()
    const stream = await open(ndrc, from, { url: other.url })
    expect(stream.response.status).toBe(200)
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
    const head = await claimsOf(stream.response.headers.get('reply-signature') ?? '', 'reply+jwt')
    expect(head).toMatchObject({
      aud: 'NDRC',
      jti_req: stream.jti,
      req_sha256: sha256(stream.body),
      status: 200,
      body_sha256: sha256(''),
      data_version: from,
    })
    const row = (await exchange.logRows()).at(Number(head.log_index))
    expect(row).toMatchObject({
      jti: stream.jti,
      leaf: { operation: 'subscription listingChanged', outcome: 'OK', status: 200 },
    })

    await submit(qualityRow(1))
    let prev = from
    for (const kind of ['RECORD_STORED', 'LISTED']) {
      const event = await stream.next()
      const { payload, signature } = JSON.parse(event?.data ?? '') as { payload: string; signature: string }
      const change = (JSON.parse(payload) as { data: { listingChanged: Told } }).data.listingChanged
      expect(change).toMatchObject({ kind, position: Number(event?.id), subject: { uscc: inventedUscc(1) } })
      expect(await claimsOf(signature, 'event+jwt')).toMatchObject({
        iss: ndrc.audience,
        aud: 'NDRC',
        jti_req: stream.jti,
        pos: change.position,
        prev,
        body_sha256: sha256(payload),
      })
      prev = change.position
    }
    stream.close()
  })

  it('resumes after Last-Event-ID, which wins over after', async () => {
    const from = await end()
    await submit(qualityRow(2), qualityRow(3))
    const stream = await open(ndrc, 0, { bend: { headers: { 'last-event-id': String(from + 2) } } })
    expect([(await stream.change()).position, (await stream.change()).position]).toEqual([from + 3, from + 4])
    stream.close()
    const bent = await open(ndrc, 0, { bend: { headers: { 'last-event-id': 'x' } } })
    expect(bent.response.status).toBe(400)
  })

  it('wakes by the poll where no notice of the database arrives', async () => {
    const stream = await open(ndrc, await end())
    // As a lost connection: whoever listens is cut off, and comes back by itself.
    await exchange.database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'LISTEN %' AND datname = current_database()`,
    )
    await submit(qualityRow(4))
    expect(await stream.change()).toMatchObject({ kind: 'RECORD_STORED' })
    stream.close()
  })

  it('of a replayed token is refused, and so is a subscription that takes no stream', async () => {
    const jti = newJti()
    const first = await open(ndrc, 0, { bend: { claims: { htu: '/graphql', jti } } })
    const second = await open(ndrc, 0, { url: other.url, bend: { claims: { htu: '/graphql', jti } } })
    expect([first.response.status, second.response.status]).toEqual([200, 401])
    first.close()
    expect(codeOf(await ndrc.send(server.url, bodyOf(0)))).toBe('STREAM_NOT_ACCEPTED')
  })

  it('beyond the end of the feed, without the role, and beyond the places is refused with a signed answer', async () => {
    const beyond = await open(ndrc, (await end()) + 1000)
    expect(beyond.response.headers.get('content-type')).toContain('json')
    expect(await beyond.rest()).toContain('INPUT_INVALID')

    const provider = await exchange.department(server, 'PBOC', { roles: ['PROVIDER'] })
    const forbidden = await open(provider, 0)
    expect(forbidden.response.headers.has('reply-signature')).toBe(true)
    expect(await forbidden.rest()).toContain('FORBIDDEN')

    const streams = await Promise.all(
      Array.from({ length: limits.streamsPerDepartment + 2 }, () => open(qts, 0)),
    )
    const statuses = streams.map(({ response }) => response.status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(limits.streamsPerDepartment)
    expect(statuses.filter((status) => status === 429)).toHaveLength(2)
    for (const stream of streams) stream.close()
    await delay(100)
    const again = await open(qts, 0)
    expect(again.response.status).toBe(200)
    again.close()
  })
})

describe('an open stream ends within a second', () => {
  const untilEnd = async (stream: Stream) => {
    for (;;) {
      const event = await stream.next()
      if (event === null || event.name === 'complete') return event
    }
  }

  it.each(['a revoked key', 'a suspended department'])('of %s', async (what) => {
    const aic = await exchange.department(server, what === 'a revoked key' ? 'AIC' : 'TAX')
    const stream = await open(aic, await end())
    expect(stream.response.status).toBe(200)
    await delay(600)
    const at = performance.now()
    if (what === 'a revoked key') await server.app.registry.revokeKey('tester', 'AIC', aic.kid, 'lost')
    else await server.app.registry.suspend('tester', 'TAX')
    expect(await untilEnd(stream)).toMatchObject({ name: 'complete' })
    expect(performance.now() - at).toBeLessThan(1_000)
    const { response } = await open(aic, 0)
    expect(response.status).toBe(what === 'a revoked key' ? 401 : 403)
  })

  it('of a replica that stops, with complete', async () => {
    const third = await exchange.replica()
    // One on which nobody asks does not hold it up.
    const silent = connect(Number(new URL(third.url).port), '127.0.0.1')
    await once(silent, 'connect')
    const stream = await open(ndrc, await end(), { url: third.url })
    const at = performance.now()
    const [event] = await Promise.all([untilEnd(stream), third.stop()])
    expect(event).toEqual({ name: 'complete', id: null, data: '' })
    expect(performance.now() - at).toBeLessThan(2_000)
  })
})
