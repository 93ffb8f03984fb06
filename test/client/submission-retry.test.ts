import { createServer, type Server } from 'node:http'
import { importJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createExchangeClient, type ExchangeClient } from '../../client/exchange-client.ts'
import { generatePrivateJwk, type PrivateJwk, publicJwk } from '../../client/keys.ts'
import { sha256 } from '../support/department.ts'

/** An exchange that is away for a while: only a submission, safe by its batch id, may be sent again unasked. */

type Turn = 'answer' | 'hang up' | { status: number; retryAfter?: string }
type Arrival = { jti: string; batchId: string | undefined }

const audience = 'https://credit.example.invalid'
let exchangeKey: PrivateJwk
let server: Server
let client: ExchangeClient
let turns: Turn[] = []
let arrivals: Arrival[] = []

async function signedAnswer(
  asked: { iss: string; jti: string },
  request: Buffer,
  body: string,
): Promise<string> {
  const claims = {
    iss: audience,
    aud: asked.iss,
    iat: Math.floor(Date.now() / 1000),
    jti_req: asked.jti,
    req_sha256: sha256(request),
    status: 200,
    body_sha256: sha256(body),
    log_index: arrivals.length,
    data_version: 1,
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: exchangeKey.kid, typ: 'reply+jwt' })
    .sign(await importJWK({ ...exchangeKey }, 'EdDSA'))
}

beforeAll(async () => {
  exchangeKey = await generatePrivateJwk()
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const asked = JSON.parse(
      Buffer.from(String(request.headers.authorization).split('.')[1] ?? '', 'base64url').toString('utf8'),
    )
    const { batchId } = JSON.parse(body.toString('utf8')).variables?.input ?? {}
    arrivals.push({ jti: asked.jti, batchId })
    const turn = turns.shift() ?? 'answer'
    if (turn === 'hang up') return void request.socket.destroy()
    if (turn !== 'answer') {
      const headers = turn.retryAfter === undefined ? {} : { 'retry-after': turn.retryAfter }
      response.writeHead(turn.status, { 'content-type': 'application/json', ...headers })
      return void response.end('{"errors":[{"message":"away","extensions":{"code":"UNAVAILABLE"}}]}')
    }
    const batch = {
      batchId,
      dataset: 'D',
      received: 1,
      accepted: 1,
      unchanged: 0,
      held: 0,
      rejected: 0,
      problems: [],
    }
    const answer = JSON.stringify({ data: { submitRecords: { __typename: 'SubmitRecordsSuccess', batch } } })
    response.writeHead(200, {
      'content-type': 'application/json',
      'reply-signature': await signedAnswer(asked, body, answer),
    })
    response.end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  client = createExchangeClient({
    url: `http://127.0.0.1:${address.port}`,
    audience,
    department: 'QTS',
    key: await generatePrivateJwk(),
    trustedKeys: [publicJwk(exchangeKey)],
  })
})
beforeEach(() => {
  turns = []
  arrivals = []
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const submit = () => client.submitRecords({ dataset: 'D', batchId: 'b-1', records: [{}] })

describe('a submission', () => {
  it('is signed anew and sent again when no answer came, under the same batch id', async () => {
    turns = ['hang up', { status: 503, retryAfter: '1' }]
    expect((await submit()).data).toMatchObject({ batchId: 'b-1', accepted: 1 })
    expect(arrivals.map(({ batchId }) => batchId)).toEqual(['b-1', 'b-1', 'b-1'])
    expect(new Set(arrivals.map(({ jti }) => jti)).size).toBe(3)
  })

  it('is given up in the end', async () => {
    turns = ['hang up', 'hang up', 'hang up', 'hang up', 'answer']
    await expect(submit()).rejects.toMatchObject({ name: 'TransportError', code: 'NETWORK' })
    expect(arrivals).toHaveLength(4)
  })

  it('does not wait for an hour', async () => {
    turns = [{ status: 429, retryAfter: '3600' }]
    await expect(submit()).rejects.toMatchObject({ name: 'ExchangeRefusal', retryAfter: 3600, signed: false })
    expect(arrivals).toHaveLength(1)
  })

  it('that is refused is not sent again', async () => {
    turns = [{ status: 401 }]
    await expect(submit()).rejects.toMatchObject({ name: 'ExchangeRefusal', status: 401 })
    expect(arrivals).toHaveLength(1)
  })
})

describe('a query', () => {
  it.each<[Turn, string]>([
    ['hang up', 'TransportError'],
    [{ status: 503, retryAfter: '1' }, 'ExchangeRefusal'],
  ])('is never sent again unasked: %j', async (turn, name) => {
    turns = [turn]
    await expect(client.query('{ departments { code } }')).rejects.toMatchObject({ name })
    expect(arrivals).toHaveLength(1)
  })
})
