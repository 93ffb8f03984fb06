import { createPublicKey, verify } from 'node:crypto'
import { chmod, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Pkcs11Config } from '../../../src/evidence/pkcs11-library.ts'
import { provideTokenKey } from '../../../src/evidence/pkcs11-provisioning.ts'
import { createPkcs11Token } from '../../../src/evidence/pkcs11-token.ts'
import type { TokenKey } from '../../../src/kernel/key-file.ts'
import { limits } from '../../../src/limits.ts'
import { SoftToken, whyNoToken } from '../../support/softhsm.ts'

const reason = whyNoToken()
const bytes = Buffer.from('答复', 'utf8')

let soft: SoftToken
let key: TokenKey

const keyOf = (label: string, x: string): TokenKey => ({
  kid: label,
  activeFrom: '2026-01-01T00:00:00Z',
  pkcs11: { label },
  jwk: { kty: 'OKP', crv: 'Ed25519', x },
})
const tokenOf = (change: Partial<Pkcs11Config> = {}) =>
  createPkcs11Token({ ...soft.config, ...change }, () => performance.now())
const holds = (signature: Uint8Array, { jwk }: TokenKey, signed: Uint8Array = bytes) =>
  verify(null, signed, createPublicKey({ key: jwk, format: 'jwk' }), signature)

describe.skipIf(reason)(`a key on a token${reason ? ` (skipped: ${reason})` : ''}`, () => {
  beforeAll(async () => {
    soft = await SoftToken.start()
    key = keyOf('answers', (await provideTokenKey(soft.config, 'answers')).x)
  })
  afterAll(() => soft[Symbol.asyncDispose]())

  it('is made once and found again', async () => {
    expect(await provideTokenKey(soft.config, 'answers')).toEqual({ x: key.jwk.x, made: false })
    const other = await provideTokenKey(soft.config, 'other')
    expect(other.made).toBe(true)
    expect(other.x).not.toBe(key.jwk.x)
  })

  it('signs many things at once, each rightly', async () => {
    const token = tokenOf()
    const messages = Array.from({ length: 200 }, (_, n) => Buffer.from(`答复 ${n}`, 'utf8'))
    const signatures = await Promise.all(messages.map((message) => token.sign(key, message)))
    expect(signatures.map((signature, n) => holds(signature, key, messages[n]))).toEqual(
      messages.map(() => true),
    )
  })

  it('is reached again at once after its sessions are lost', async () => {
    const token = tokenOf()
    await token.sign(key, bytes)
    for (let times = 0; times < 3; times++) {
      soft.loseSessions()
      const signatures = await Promise.all([1, 2, 3, 4, 5].map(() => token.sign(key, bytes)))
      expect(signatures.map((signature) => holds(signature, key))).toEqual([true, true, true, true, true])
    }
  })

  it('is refused while the token is away, and signs when it is back', async () => {
    const token = tokenOf()
    await token.sign(key, bytes)
    await soft.takeAway()
    await expect(token.sign(key, bytes)).rejects.toMatchObject({ code: 'TOKEN_MISSING' })
    await expect(token.sign(key, bytes)).rejects.toMatchObject({ code: 'TOKEN_MISSING' })
    await soft.bringBack()
    await wait(limits.signingRetryPause + 50)
    expect(holds(await token.sign(key, bytes), key)).toBe(true)
  })

  it('must be the very key of the key file', async () => {
    const { x } = await provideTokenKey(soft.config, 'other')
    await expect(tokenOf().sign(keyOf('answers', x), bytes)).rejects.toMatchObject({ code: 'KEY_DIFFERS' })
    await expect(tokenOf().sign(keyOf('none', x), bytes)).rejects.toMatchObject({ code: 'KEY_MISSING' })
  })

  it('tells a wrong PIN once only, so that the token does not lock itself, and takes a corrected one', async () => {
    const pinFile = `${soft.directory}/wrong-pin`
    await writeFile(pinFile, '0000\n', { mode: 0o600 })
    // Logged in is the process, not the token object: a login elsewhere would hide the wrong PIN.
    soft.loseSessions()
    const token = tokenOf({ pinFile })
    await expect(token.sign(key, bytes)).rejects.toMatchObject({
      code: 'PIN_REFUSED',
      message: expect.stringContaining('the token refuses the PIN'),
    })
    await wait(limits.signingRetryPause + 50)
    await expect(token.sign(key, bytes)).rejects.toMatchObject({
      code: 'PIN_REFUSED',
      message: expect.stringContaining('correct it'),
    })
    await writeFile(pinFile, '4321\n')
    await wait(limits.signingRetryPause + 50)
    expect(holds(await token.sign(key, bytes), key)).toBe(true)
  })

  it.each([
    ['a module that is none', { modulePath: '/nowhere/module.so' }, 'MODULE_MISSING'],
    ['a token of another label', { tokenLabel: 'another' }, 'TOKEN_MISSING'],
    ['no PIN file', { pinFile: '/nowhere/pin' }, 'PIN_FILE_MISSING'],
  ])('is refused with a reason: %s', async (_what, change, code) => {
    await expect(tokenOf(change).sign(key, bytes)).rejects.toMatchObject({
      name: 'SigningUnavailable',
      code,
    })
  })

  it('is refused when others may read the PIN file', async () => {
    const pinFile = `${soft.directory}/exposed-pin`
    await writeFile(pinFile, '4321\n', { mode: 0o600 })
    await chmod(pinFile, 0o640)
    await expect(tokenOf({ pinFile }).sign(key, bytes)).rejects.toMatchObject({ code: 'PIN_FILE_EXPOSED' })
  })
})
