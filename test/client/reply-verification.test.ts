import { createServer, type Server } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExchangeClient } from '../../client/exchange-client.ts'
import {
  generatePrivateJwk,
  type PrivateJwk,
  type PublicJwk,
  parsePublicJwk,
  thumbprint,
} from '../../client/keys.ts'
import { sha256 } from '../support/department.ts'

/** A dishonest exchange on a real socket: it answers, and bends one thing. The client must name what it met. */

type Bend = {
  claims?: Record<string, unknown>
  drop?: string
  header?: Record<string, unknown>
  otherKey?: boolean
  unsigned?: boolean
  body?: string
  status?: number
  token?: string
}

const audience = 'https://credit.example.invalid'
const honest = JSON.stringify({ data: { departments: [{ code: 'NDRC' }] } })
let server: Server
let url: string
let bend: Bend = {}
let key: PrivateJwk
let trusted: PublicJwk

beforeAll(async () => {
  key = await generatePrivateJwk()
  const [own, other] = await Promise.all(
    [1, 2].map(() => generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })),
  )
  if (!own || !other) throw new TypeError('two keys')
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'unnamed' }
  trusted = { ...parsePublicJwk(jwk), kid: await thumbprint(parsePublicJwk(jwk)) }
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const [, payload = ''] = String(request.headers.authorization).split('.')
    const asked = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const claims: Record<string, unknown> = {
      iss: audience,
      aud: asked.iss,
      iat: Math.floor(Date.now() / 1000),
      jti_req: asked.jti,
      req_sha256: sha256(Buffer.concat(chunks)),
      status: 200,
      body_sha256: sha256(honest),
      log_index: 7,
      data_version: 3,
      ...bend.claims,
    }
    if (bend.drop) delete claims[bend.drop]
    const token =
      bend.token ??
      (await new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', kid: trusted.kid, typ: 'reply+jwt', ...bend.header })
        .sign(bend.otherKey ? other.privateKey : own.privateKey))
    response.writeHead(bend.status ?? 200, {
      'content-type': 'application/json',
      ...(bend.unsigned ? {} : { 'reply-signature': token }),
    })
    response.end(bend.body ?? honest)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  url = `http://127.0.0.1:${address.port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const ask = (how: Bend) => {
  bend = how
  const client = createExchangeClient({ url, audience, department: 'NDRC', key, trustedKeys: [trusted] })
  return client.query('{ departments { code } }')
}
const refusal = (code: string) => JSON.stringify({ errors: [{ message: 'no', extensions: { code } }] })
const now = () => Math.floor(Date.now() / 1000)

describe('an answer', () => {
  it('that is proven is given back, with its place in the log', async () => {
    expect(await ask({})).toMatchObject({
      data: { departments: [{ code: 'NDRC' }] },
      proof: { logIndex: 7, dataVersion: 3 },
    })
  })

  it.each<[string, string, () => Bend]>([
    ['without a signature', 'SIGNATURE_MISSING', () => ({ unsigned: true })],
    ['that is no token', 'FORM_INVALID', () => ({ token: 'nonsense' })],
    ['of another type', 'FORM_INVALID', () => ({ header: { typ: 'query+jwt' } })],
    ['with a header more', 'FORM_INVALID', () => ({ header: { jwk: trusted } })],
    ['without a claim', 'FORM_INVALID', () => ({ drop: 'data_version' })],
    ['with a claim more', 'FORM_INVALID', () => ({ claims: { extra: 1 } })],
    ['with a claim of another type', 'FORM_INVALID', () => ({ claims: { log_index: '7' } })],
    ['by a key that is not pinned', 'KEY_UNKNOWN', () => ({ header: { kid: 'A'.repeat(43) } })],
    ['by a stranger under a pinned name', 'SIGNATURE_INVALID', () => ({ otherKey: true })],
    ['of another exchange', 'ISSUER_MISMATCH', () => ({ claims: { iss: 'https://other.example.invalid' } })],
    ['for another department', 'AUDIENCE_MISMATCH', () => ({ claims: { aud: 'PBOC' } })],
    ['to another request', 'REQUEST_MISMATCH', () => ({ claims: { jti_req: 'another' } })],
    ['to another question', 'REQUEST_MISMATCH', () => ({ claims: { req_sha256: sha256('other') } })],
    ['with another status', 'STATUS_MISMATCH', () => ({ claims: { status: 500 } })],
    ['with a changed body', 'BODY_MISMATCH', () => ({ body: honest.replace('NDRC', 'PBOC') })],
    ['with one space more', 'BODY_MISMATCH', () => ({ body: `${honest} ` })],
    ['from long ago', 'TIME_INVALID', () => ({ claims: { iat: now() - 120 } })],
    ['from the future', 'TIME_INVALID', () => ({ claims: { iat: now() + 120 } })],
  ])('%s is not believed: %s', async (_what, code, how) => {
    await expect(ask(how())).rejects.toMatchObject({ name: 'ReplyVerificationError', code })
  })

  it('that refuses is told as a refusal, and whether it was proven', async () => {
    const body = refusal('REPLAYED')
    await expect(
      ask({ status: 401, body, claims: { status: 401, body_sha256: sha256(body) } }),
    ).rejects.toMatchObject({
      name: 'ExchangeRefusal',
      code: 'REPLAYED',
      signed: true,
    })
    await expect(
      ask({ status: 401, body: refusal('SIGNATURE_INVALID'), unsigned: true }),
    ).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      signed: false,
    })
  })

  it('that is a redirect is not followed', async () => {
    await expect(ask({ status: 302, unsigned: true, body: '' })).rejects.toMatchObject({
      name: 'TransportError',
      code: 'UNEXPECTED_ANSWER',
    })
  })

  it('that never comes is told as such', async () => {
    const client = createExchangeClient({
      url: 'http://127.0.0.1:9',
      audience,
      department: 'NDRC',
      key,
      trustedKeys: [trusted],
    })
    await expect(client.query('{ departments { code } }')).rejects.toMatchObject({
      name: 'TransportError',
      code: 'NETWORK',
    })
  })
})

describe('what the exchange would refuse for its size', () => {
  it('is not sent', async () => {
    const client = createExchangeClient({
      url: 'http://127.0.0.1:9',
      audience,
      department: 'NDRC',
      key,
      trustedKeys: [trusted],
    })
    const subjects = Array.from({ length: 5_001 }, () => ({ name: '甲' }))
    await expect(client.screen({ purpose: 'x', subjects })).rejects.toMatchObject({
      code: 'TOO_MANY_SUBJECTS',
    })
    await expect(
      client.submitRecords({ dataset: 'D', batchId: 'b', records: subjects }),
    ).rejects.toMatchObject({ code: 'TOO_MANY_RECORDS' })
    await expect(client.query('{ a }', { big: 'x'.repeat(9_000_000) })).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    })
  })
})
