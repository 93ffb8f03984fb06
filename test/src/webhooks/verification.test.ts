import { CompactSign, importJWK } from 'jose'
import { beforeAll, expect, it } from 'vitest'
import { generatePrivateJwk, type PrivateJwk } from '../../../client/keys.ts'
import { type ExpectedWebhook, verifyWebhook } from '../../../client/webhook-verification.ts'
import { sha256 } from '../../support/department.ts'

/** What a receiver must not believe: each test bends one thing of a genuine delivery. */

const url = 'https://hook.tax.example.cn/changes'
const now = new Date('2026-11-25T08:00:00Z')
const iat = now.getTime() / 1000
const genuine = JSON.stringify({ registrationId: 'one', upTo: 7, changes: [{ position: 7 }] })

let key: PrivateJwk
let other: PrivateJwk
beforeAll(async () => {
  key = await generatePrivateJwk()
  other = await generatePrivateJwk()
})

type Bend = {
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  signWith?: PrivateJwk
  body?: string
  sent?: string
  expected?: Partial<ExpectedWebhook>
}

async function receive(bend: Bend = {}) {
  const body = bend.body ?? genuine
  const claims = {
    iss: 'https://exchange.example.cn',
    aud: 'TAX',
    iat,
    url,
    body_sha256: sha256(body),
    up_to: 7,
    ...bend.claims,
  }
  const signer = bend.signWith ?? key
  const token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'webhook+jwt', ...bend.header })
    .sign(await importJWK({ ...signer }, 'EdDSA'))
  return verifyWebhook({ 'webhook-signature': token }, Buffer.from(bend.sent ?? body), {
    trustedKeys: [key],
    department: 'TAX',
    url,
    maxAgeSeconds: 300,
    now,
    ...bend.expected,
  })
}

it('a genuine delivery is read', async () => {
  expect(await receive()).toEqual({
    exchange: 'https://exchange.example.cn',
    registrationId: 'one',
    upTo: 7,
    changes: [{ position: 7 }],
  })
  await expect(receive({ claims: { iat: iat - 329 } })).resolves.toBeDefined()
  await expect(
    receive({
      claims: { url: 'https://tax.example.cn/' },
      expected: { url: 'https://TAX.example.cn:443' },
    }),
  ).resolves.toBeDefined()
})

it('headers of the web standard will do', async () => {
  const headers = new Headers({ 'Webhook-Signature': 'a.b' })
  const expected = { trustedKeys: [], department: 'TAX', url, maxAgeSeconds: 300 }
  await expect(verifyWebhook(headers, Buffer.from(''), expected)).rejects.toMatchObject({
    code: 'FORM_INVALID',
  })
  await expect(verifyWebhook(new Headers(), Buffer.from(''), expected)).rejects.toMatchObject({
    code: 'SIGNATURE_MISSING',
  })
  await expect(verifyWebhook({}, Buffer.from(''), expected)).rejects.toMatchObject({
    code: 'SIGNATURE_MISSING',
  })
})

it.each<[string, string, Bend]>([
  ['a token of another kind', 'FORM_INVALID', { header: { typ: 'reply+jwt' } }],
  ['a header with more', 'FORM_INVALID', { header: { jku: 'https://evil.example/' } }],
  ['a key that is not pinned', 'KEY_UNKNOWN', { header: { kid: 'another' } }],
  ['a claim too many', 'FORM_INVALID', { claims: { exp: iat } }],
  ['a claim of the wrong type', 'FORM_INVALID', { claims: { up_to: '7' } }],
  ['another department', 'AUDIENCE_MISMATCH', { claims: { aud: 'NDRC' } }],
  ['another address', 'URL_MISMATCH', { claims: { url: `${url}/2` } }],
  ['too old', 'TIME_INVALID', { claims: { iat: iat - 331 } }],
  ['from the future', 'TIME_INVALID', { claims: { iat: iat + 31 } }],
  ['another body', 'BODY_MISMATCH', { sent: genuine.replace('7', '8') }],
  ['another position', 'FORM_INVALID', { claims: { up_to: 8 } }],
  ['no JSON', 'FORM_INVALID', { body: 'hello' }],
  ['changes that are none', 'FORM_INVALID', { body: '{"registrationId":"one","upTo":7,"changes":[1]}' }],
])('%s is refused as %s', async (_what, code, bend) => {
  await expect(receive(bend)).rejects.toMatchObject({ name: 'WebhookVerificationError', code })
})

it('another key under the same name is refused', async () => {
  await expect(receive({ signWith: other })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
})
