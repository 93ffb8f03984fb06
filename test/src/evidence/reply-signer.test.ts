import { createPublicKey, verify } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compactVerify, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePublicJwk } from '../../../client/keys.ts'
import { createReplySigner } from '../../../src/evidence/reply-signer.ts'
import { SigningUnavailable } from '../../../src/evidence/signing-key.ts'
import {
  addSigningKey,
  createKeyFile,
  type KeyFile,
  readKeyFile,
  retireSigningKey,
} from '../../../src/kernel/key-file.ts'

const claims = {
  iss: 'https://credit.example.invalid',
  aud: '质监',
  iat: 1,
  jti_req: 'j',
  req_sha256: 'r',
  status: 200,
  body_sha256: 'b',
  log_index: 0,
  data_version: 0,
}
const day = (text: string) => new Date(`${text}T00:00:00Z`)

let directory: string
let signing: KeyFile['signing']
let kids: [retired: string, active: string, next: string]

/** One key that is retired, one that signs, one that will. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-signer-'))
  const path = join(directory, 'keys.json')
  const first = await createKeyFile(path, day('2026-01-01'))
  const next = await addSigningKey(path, day('2026-09-01'))
  const active = await addSigningKey(path, day('2026-05-01'))
  const retired = first.signing[0]?.kid ?? ''
  await retireSigningKey(path, retired, day('2026-06-01'))
  signing = (await readKeyFile(path)).signing
  kids = [retired, active, next]
})
afterAll(() => rm(directory, { recursive: true }))

describe('the signer of answers', () => {
  it('publishes the keys that sign, will sign and no longer sign, and no private part', () => {
    const signer = createReplySigner(signing)
    const x = (kid: string) => signing.find((key) => key.kid === kid)?.jwk.x
    const seconds = (text: string) => day(text).getTime() / 1000
    const common = { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' }
    const [retired, active, next] = kids
    expect(signer.jwks).toEqual({
      keys: [
        { ...common, kid: retired, x: x(retired), nbf: seconds('2026-01-01'), exp: seconds('2026-06-01') },
        { ...common, kid: active, x: x(active), nbf: seconds('2026-05-01') },
        { ...common, kid: next, x: x(next), nbf: seconds('2026-09-01') },
      ],
    })
    expect(signer.keys).toEqual(
      [
        { kid: retired, activeFrom: day('2026-01-01'), activeTo: day('2026-06-01') },
        { kid: active, activeFrom: day('2026-05-01'), activeTo: null },
        { kid: next, activeFrom: day('2026-09-01'), activeTo: null },
      ].map((key) => ({ ...key, publicJwk: { kty: 'OKP', crv: 'Ed25519', x: x(key.kid) } })),
    )
  })

  it('publishes what departments can read, whatever it says of times', () => {
    expect(
      createReplySigner(signing)
        .jwks.keys.map(parsePublicJwk)
        .map(({ kid }) => kid),
    ).toEqual(kids)
  })

  it.each([
    ['2026-08-31', 1],
    ['2026-09-01', 2],
    // Before any was active something must sign, and a retired key cannot.
    ['2025-12-31', 1],
  ])('signs on %s with the key of that day', async (text, which) => {
    const signer = createReplySigner(signing)
    const token = await signer.sign(claims, day(text))
    const jwk = signer.jwks.keys.find(({ kid }) => kid === kids[which])
    const { payload, protectedHeader } = await compactVerify(token, await importJWK({ ...jwk }, 'EdDSA'))
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: kids[which], typ: 'reply+jwt' })
    expect(JSON.parse(Buffer.from(payload).toString('utf8'))).toEqual(claims)
    expect(signer.activeKey(day(text)).kid).toBe(kids[which])
  })

  it('signs bytes as they are, for what is no JWS', async () => {
    const key = createReplySigner(signing).activeKey(day('2026-07-01'))
    const note = Buffer.from('credit.example.invalid/log\n1\nroot\n', 'utf8')
    const signature = await key.sign(note)
    const publicKey = createPublicKey({ key: key.publicJwk, format: 'jwk' })
    expect([key.alg, signature.length, verify(null, note, publicKey, signature)]).toEqual(['EdDSA', 64, true])
  })

  it('is not reachable from a signature that failed to the next that came about', async () => {
    let away = true
    const [entry] = signing
    const onToken = {
      kid: 'k',
      activeFrom: '2026-01-01T00:00:00Z',
      pkcs11: { label: 'answers' },
      jwk: { kty: 'OKP', crv: 'Ed25519', x: entry?.jwk.x ?? '' },
    } as const
    const signer = createReplySigner([onToken], {
      async sign() {
        if (away) throw new SigningUnavailable('CKR_DEVICE_REMOVED', 'away')
        return Buffer.alloc(64)
      },
    })
    expect(signer.reachable()).toBe(true)
    await expect(signer.sign(claims, new Date())).rejects.toMatchObject({ code: 'CKR_DEVICE_REMOVED' })
    expect(signer.reachable()).toBe(false)
    await expect(signer.check(new Date())).rejects.toMatchObject({ name: 'SigningUnavailable' })
    away = false
    await signer.check(new Date())
    expect(signer.reachable()).toBe(true)
  })

  it('does not begin without a key that can sign, nor sign with a key whose token is not configured', async () => {
    expect(() => createReplySigner(signing.slice(0, 1))).toThrow('没有可用的签名密钥')
    const { x } = signing[0]?.jwk ?? { x: '' }
    const signer = createReplySigner([
      {
        kid: 'k',
        activeFrom: '2026-01-01T00:00:00Z',
        pkcs11: { label: 'answers' },
        jwk: { kty: 'OKP', crv: 'Ed25519', x },
      },
    ])
    await expect(signer.checkAll()).rejects.toMatchObject({ code: 'TOKEN_NOT_CONFIGURED' })
  })
})
