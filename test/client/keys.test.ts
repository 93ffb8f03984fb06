import { createPrivateKey } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadKeyFile, saveKeyFiles } from '../../client/key-files.ts'
import { generatePrivateJwk, parsePrivateJwk, parsePublicJwk, publicJwk } from '../../client/keys.ts'
import { signRequest } from '../../client/request-signature.ts'
import { sha256 } from '../support/department.ts'

const algorithms = ['EdDSA', 'ES256'] as const

describe.each(algorithms)('a key for %s', (alg) => {
  it('bears its own thumbprint, and its public part holds nothing private', async () => {
    const key = await generatePrivateJwk(alg)
    expect(key).toMatchObject({ alg, kid: await calculateJwkThumbprint({ ...key }) })
    const { d, ...rest } = key
    expect(publicJwk(key)).toEqual(rest)
    expect(JSON.stringify(publicJwk(key))).not.toContain(d)
  })

  it('is read back, unless its name or its private part is wrong', async () => {
    const key = await generatePrivateJwk(alg)
    expect(await parsePrivateJwk({ ...key })).toEqual(key)
    for (const bad of [{ ...key, kid: 'A'.repeat(43) }, publicJwk(key), { ...key, d: 'short' }]) {
      await expect(parsePrivateJwk(bad)).rejects.toMatchObject({ name: 'KeyError', code: 'KEY_MALFORMED' })
    }
  })

  it('signs a request that jose proves: this body, this path, this minute, this header and no more', async () => {
    const key = await generatePrivateJwk(alg)
    const body = new TextEncoder().encode('{"query":"{ departments { code } }"} 质监局')
    const token = await signRequest(
      { audience: 'https://credit.example.invalid', department: 'QTS', key },
      {
        path: '/graphql',
        bodySha256: sha256(Buffer.from(body)),
        issuedAt: 1_800_000_000,
        jti: 'j'.repeat(22),
      },
    )
    const { payload, protectedHeader } = await compactVerify(
      token,
      await importJWK({ ...publicJwk(key) }, alg),
    )
    expect(protectedHeader).toEqual({ alg, kid: key.kid, typ: 'query+jwt' })
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({
      iss: 'QTS',
      aud: 'https://credit.example.invalid',
      iat: 1_800_000_000,
      exp: 1_800_000_060,
      jti: 'j'.repeat(22),
      htm: 'POST',
      htu: '/graphql',
      body_sha256: sha256(Buffer.from(body)),
    })
  })
})

describe('a foreign key', () => {
  it.each([
    ['RSA', { kty: 'RSA', n: 'x', e: 'AQAB', kid: 'k' }],
    ['another curve', { kty: 'EC', crv: 'P-384', x: 'A'.repeat(43), y: 'A'.repeat(43), kid: 'k' }],
    ['no name', { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }],
    ['for encryption', { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'k', use: 'enc' }],
    ['with another algorithm', { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'k', alg: 'HS256' }],
    ['not an object', []],
  ])('%s is not taken', (_what, value) => {
    expect(() => parsePublicJwk(value)).toThrow(expect.objectContaining({ code: 'KEY_MALFORMED' }))
  })
})

describe('key files', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-keys-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  it('hold the same key twice, for the owner alone', async () => {
    const key = await generatePrivateJwk()
    const { jwkPath, pemPath } = await saveKeyFiles(join(directory, 'a.jwk.json'), key)
    expect(pemPath).toBe(join(directory, 'a.pem'))
    for (const path of [jwkPath, pemPath]) expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await loadKeyFile(jwkPath)).toEqual(key)
    expect(createPrivateKey(await readFile(pemPath)).export({ format: 'jwk' })).toMatchObject({ d: key.d })
  })

  it('are never written over, and nothing is left half done', async () => {
    await writeFile(join(directory, 'b.pem'), 'older')
    const saving = saveKeyFiles(join(directory, 'b.jwk.json'), await generatePrivateJwk())
    await expect(saving).rejects.toMatchObject({ code: 'KEY_FILE_EXISTS' })
    expect(await readFile(join(directory, 'b.pem'), 'utf8')).toBe('older')
    expect(await readdir(directory)).not.toContain('b.jwk.json')
  })

  it('that are missing or broken are told apart', async () => {
    await expect(loadKeyFile(join(directory, 'none.json'))).rejects.toMatchObject({
      code: 'KEY_FILE_MISSING',
    })
    await writeFile(join(directory, 'bad.json'), '{', { mode: 0o600 })
    await expect(loadKeyFile(join(directory, 'bad.json'))).rejects.toMatchObject({ code: 'KEY_MALFORMED' })
  })
})
