import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importJWK, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createExchangeClient, type ExchangeClient } from '../../client/exchange-client.ts'
import { generatePrivateJwk, type PrivateJwk, publicJwk } from '../../client/keys.ts'
import { sha256 } from '../support/department.ts'

/** An exchange that loses answers, or bends what it hands out. */

type Turn = (request: IncomingMessage, response: ServerResponse, asked: Asked) => Promise<void>
type Asked = { iss: string; jti: string; htu: string; bodySha256: string; bytes: number }

const audience = 'https://credit.example.invalid/exchange'
let exchangeKey: PrivateJwk
let server: Server
let client: ExchangeClient
let directory: string
let turns: Turn[] = []
let arrivals: Asked[] = []

async function answer(
  response: ServerResponse,
  asked: Asked,
  status: number,
  body: string | Buffer,
  bend: { claims?: Record<string, unknown>; body?: string | Buffer; unsigned?: boolean } = {},
): Promise<void> {
  const claims = {
    iss: audience,
    aud: asked.iss,
    iat: Math.floor(Date.now() / 1000),
    jti_req: asked.jti,
    req_sha256: asked.bodySha256,
    status,
    body_sha256: sha256(body),
    log_index: arrivals.length,
    data_version: 1,
    ...bend.claims,
  }
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: exchangeKey.kid, typ: 'reply+jwt' })
    .sign(await importJWK({ ...exchangeKey }, 'EdDSA'))
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(bend.unsigned ? {} : { 'reply-signature': token }),
  })
  response.end(bend.body ?? body)
}

const receipt = { batchId: 'b', dataset: 'D', status: 'RECEIVED', receivedAt: '2026-03-01T00:00:00.000Z' }
const taken: Turn = (_request, response, asked) =>
  answer(response, asked, 202, JSON.stringify({ batch: receipt }))
const hangUp: Turn = async (request) => void request.socket.destroy()
const batchIs =
  (batch: unknown): Turn =>
  (_request, response, asked) =>
    answer(response, asked, 200, JSON.stringify({ data: { batch } }))

beforeAll(async () => {
  exchangeKey = await generatePrivateJwk()
  server = createServer(async (request, response) => {
    const digest = createHash('sha256')
    let bytes = 0
    for await (const chunk of request) {
      digest.update(chunk)
      bytes += chunk.length
    }
    const token = String(request.headers.authorization).split('.')[1] ?? ''
    const { iss, jti, htu } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    const asked = { iss, jti, htu, bodySha256: digest.digest('base64url'), bytes }
    arrivals.push(asked)
    await (turns.shift() ?? taken)(request, response, asked)
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
beforeEach(async () => {
  turns = []
  arrivals = []
  directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-files-'))
})
afterEach(() => rm(directory, { recursive: true }))
afterAll(() => new Promise((resolve) => server.close(resolve)))

async function send(content = 'a,b\n1,2\n') {
  await writeFile(join(directory, '表 1.csv'), content)
  return client.sendFile({ dataset: 'D', batchId: 'b', path: join(directory, '表 1.csv') })
}
const batchOf = (sha256Of: string, more: object = {}) => ({
  ...receipt,
  status: 'STORING',
  file: { name: 'x', bytes: 1, sha256: sha256Of, format: 'CSV', encoding: 'UTF-8', sheet: null },
  ...more,
})

describe('a file that is sent', () => {
  it('is signed for the address with its base path and everything in the query, and streamed', async () => {
    const content = 'x'.repeat(3_000_000)
    expect((await send(content)).data).toEqual(receipt)
    expect(arrivals).toMatchObject([
      { htu: '/exchange/batches?dataset=D&batchId=b&name=%E8%A1%A8+1.csv', bytes: content.length },
    ])
    expect(arrivals[0]?.bodySha256).toBe(sha256(content))
  })

  it('waits for an exchange that is slow to read', async () => {
    const slow = createServer((request) => void request.pause())
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
    const address = slow.address()
    if (address === null || typeof address === 'string') throw new TypeError('no port')
    const path = join(directory, 'large.csv')
    await writeFile(path, Buffer.alloc(64 * 1024 * 1024))
    const patient = createExchangeClient({
      url: `http://127.0.0.1:${address.port}`,
      audience,
      department: 'QTS',
      key: await generatePrivateJwk(),
      trustedKeys: [publicJwk(exchangeKey)],
    })
    let most = 0
    const sending = patient.sendFile({
      dataset: 'D',
      batchId: 'b',
      path,
      onSent: (sent) => {
        most = sent
      },
    })
    await expect.poll(() => most).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(most).toBeLessThan(32 * 1024 * 1024)
    slow.closeAllConnections()
    slow.close()
    await expect(sending).rejects.toMatchObject({ name: 'TransportError' })
  })

  it('is never whole in memory, nor is a copy of it', async () => {
    const path = join(directory, 'large.csv')
    await writeFile(path, '')
    await truncate(path, 256 * 1024 * 1024)
    const before = process.memoryUsage().external
    let most = 0
    const onSent = () => {
      most = Math.max(most, process.memoryUsage().external - before)
    }
    await client.sendFile({ dataset: 'D', batchId: 'b', path, onSent })
    expect(arrivals[0]?.bytes).toBe(256 * 1024 * 1024)
    expect(most).toBeLessThan(128 * 1024 * 1024)
  })

  it('does not follow a redirect', async () => {
    const elsewhere: Turn = async (_request, response) =>
      void response.writeHead(307, { location: '/elsewhere' }).end()
    turns = [elsewhere, batchIs(null), taken]
    await send()
    expect(arrivals.map(({ htu }) => htu.split('?')[0])).toEqual([
      '/exchange/batches',
      '/exchange/graphql',
      '/exchange/batches',
    ])
  })

  it('is not sent a second time when only its answer was lost', async () => {
    turns = [hangUp, batchIs(batchOf(sha256('a,b\n1,2\n')))]
    expect((await send()).data).toMatchObject({ batchId: 'b', status: 'STORING' })
    expect(arrivals.map(({ htu }) => htu.split('?')[0])).toEqual(['/exchange/batches', '/exchange/graphql'])
  })

  it.each<[string, unknown]>([
    ['the exchange does not know', null],
    ['stands for other content', batchOf(sha256('other'))],
    ['is of another dataset', batchOf(sha256('a,b\n1,2\n'), { dataset: 'E' })],
    ['came without a file', { ...receipt, file: null }],
  ])('is sent again, signed anew, where its batch %s', async (_what, batch) => {
    turns = [hangUp, batchIs(batch), taken]
    expect((await send()).data).toEqual(receipt)
    expect(arrivals.map(({ htu }) => htu.split('?')[0])).toEqual([
      '/exchange/batches',
      '/exchange/graphql',
      '/exchange/batches',
    ])
    expect(new Set(arrivals.map(({ jti }) => jti)).size).toBe(3)
  })

  it('that is refused is not sent again, and the basis in law is told', async () => {
    const refusal = JSON.stringify({
      errors: [{ message: '不行 (no)', extensions: { code: 'DATASET_NOT_YOURS', legalBasis: '第八条' } }],
    })
    turns = [(_request, response, asked) => answer(response, asked, 422, refusal)]
    await expect(send()).rejects.toMatchObject({
      name: 'ExchangeRefusal',
      code: 'DATASET_NOT_YOURS',
      status: 422,
      signed: true,
      legalBasis: '第八条',
    })
    expect(arrivals).toHaveLength(1)
  })

  it('and answered for other bytes is not believed to have arrived', async () => {
    turns = [
      (_request, response, asked) =>
        answer(response, asked, 202, JSON.stringify({ batch: receipt }), {
          claims: { req_sha256: sha256('other') },
        }),
    ]
    await expect(send()).rejects.toMatchObject({ name: 'ReplyVerificationError', code: 'REQUEST_MISMATCH' })
  })

  it.each([
    ['longer', (path: string) => writeFile(path, 'x'.repeat(2_000_001))],
    ['shorter', (path: string) => writeFile(path, 'x')],
    ['another of the same length', (path: string) => writeFile(path, 'y'.repeat(2_000_000))],
  ])(
    'and becomes %s on the way is told in one sentence, and nothing of it was whole',
    async (_what, change) => {
      const path = join(directory, 'moving.csv')
      await writeFile(path, 'x'.repeat(2_000_000))
      const moving = createExchangeClient({
        url: 'http://127.0.0.1:9',
        audience,
        department: 'QTS',
        key: await generatePrivateJwk(),
        trustedKeys: [publicJwk(exchangeKey)],
        fetch: async (_url, init) => {
          await change(path)
          await new Response(init?.body ?? null).arrayBuffer()
          throw new TypeError('the whole body was given away')
        },
      })
      await expect(moving.sendFile({ dataset: 'D', batchId: 'b', path })).rejects.toMatchObject({
        name: 'InputFileError',
        message: expect.stringContaining('changed while it was being sent'),
      })
    },
  )

  it.each([['missing.csv'], ['.']])('that is no file is told before anything is sent: %s', async (name) => {
    await expect(
      client.sendFile({ dataset: 'D', batchId: 'b', path: join(directory, name) }),
    ).rejects.toMatchObject({ name: 'InputFileError' })
    expect(arrivals).toHaveLength(0)
  })
})

describe('an annotated copy', () => {
  const copy = Buffer.alloc(1_500_000, '处理结果\n')
  const download = () => client.downloadAnnotated('b', join(directory, 'copy.csv'))

  it('stands under its name once its digest is the one that was signed, over an older one', async () => {
    await writeFile(join(directory, 'copy.csv'), 'old')
    turns = [(_request, response, asked) => answer(response, asked, 200, copy)]
    expect((await download()).data).toEqual({
      path: join(directory, 'copy.csv'),
      size: copy.length,
      sha256: sha256(copy),
    })
    expect(copy.equals(await readFile(join(directory, 'copy.csv')))).toBe(true)
    expect(await readdir(directory)).toEqual(['copy.csv'])
  })

  it.each<[string, Turn, object]>([
    [
      'one byte is another',
      (_request, response, asked) =>
        answer(response, asked, 200, copy, { body: Buffer.concat([copy.subarray(1), Buffer.from('x')]) }),
      { name: 'ReplyVerificationError', code: 'BODY_MISMATCH' },
    ],
    [
      'it ends too early',
      (_request, response, asked) => answer(response, asked, 200, copy, { body: copy.subarray(1) }),
      { name: 'ReplyVerificationError', code: 'BODY_MISMATCH' },
    ],
    [
      'it is signed for another request',
      (_request, response, asked) => answer(response, asked, 200, copy, { claims: { jti_req: 'other' } }),
      { name: 'ReplyVerificationError', code: 'REQUEST_MISMATCH' },
    ],
    [
      'it is not signed',
      (_request, response, asked) => answer(response, asked, 200, copy, { unsigned: true }),
      { name: 'ReplyVerificationError', code: 'SIGNATURE_MISSING' },
    ],
    [
      'the connection breaks',
      async (_request, response, asked) => {
        const write = response.end.bind(response)
        response.end = (body: unknown) => {
          response.write(body)
          setTimeout(() => response.destroy(), 20)
          return response
        }
        await answer(response, asked, 200, copy)
        response.end = write
      },
      { name: 'TransportError', code: 'NETWORK' },
    ],
  ])('of which %s is refused, and nothing is left on the disk', async (_what, turn, error) => {
    turns = [turn]
    await expect(download()).rejects.toMatchObject(error)
    expect(await readdir(directory)).toEqual([])
  })

  it('leaves an older file as it is when it is refused', async () => {
    await writeFile(join(directory, 'copy.csv'), 'old')
    turns = [(_request, response, asked) => answer(response, asked, 200, copy, { body: 'bent' })]
    await expect(download()).rejects.toMatchObject({ code: 'BODY_MISMATCH' })
    expect(await readdir(directory)).toEqual(['copy.csv'])
    expect(await readFile(join(directory, 'copy.csv'), 'utf8')).toBe('old')
  })

  it('that cannot be written is told in one sentence', async () => {
    turns = [(_request, response, asked) => answer(response, asked, 200, copy)]
    await expect(client.downloadAnnotated('b', join(directory, 'no/such/copy.csv'))).rejects.toMatchObject({
      name: 'OutputFileError',
      message: expect.stringContaining('ENOENT'),
    })
  })
})
