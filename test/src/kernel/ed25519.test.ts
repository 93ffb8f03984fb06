import { createPrivateKey, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ed25519Signer, ed25519Verifier, opensslVerifier } from '../../../src/kernel/ed25519.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const base64url = (text: string) => hex(text).toString('base64url')

/** RFC 8032, section 7.1. */
const vectors = [
  {
    secret: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    public: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    secret: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    public: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
]
const [one] = vectors
if (!one) throw new RangeError('expected a vector')
const jwkOf = ({ secret, public: x }: (typeof vectors)[number]) => ({
  kty: 'OKP' as const,
  crv: 'Ed25519' as const,
  x: base64url(x),
  d: base64url(secret),
})

describe('Ed25519', () => {
  test.each(vectors)('signs and verifies as RFC 8032 does: message $message', (vector) => {
    const [bytes, signature] = [hex(vector.message), hex(vector.signature)]
    expect(Buffer.from(ed25519Signer(jwkOf(vector))(bytes))).toEqual(signature)
    expect(ed25519Verifier(hex(vector.public))(bytes, signature)).toBe(true)
    expect(opensslVerifier(hex(vector.public))(bytes, signature)).toBe(true)
  })

  test('is what node:crypto signs, whatever the length', () => {
    const jwk = jwkOf(one)
    const [ours, key] = [ed25519Signer(jwk), createPrivateKey({ key: jwk, format: 'jwk' })]
    for (const length of [1, 63, 64, 65, 500, 10_000]) {
      const bytes = Buffer.alloc(length, length)
      expect(Buffer.from(ours(bytes))).toEqual(sign(null, bytes, key))
    }
  })

  const signature = hex(one.signature)
  const changed = (place: number) => signature.map((byte, at) => (at === place ? byte ^ 1 : byte))
  /** The same point, but S is not below the order of the group (RFC 8032, section 5.1.7). */
  function beyondOrder(): Buffer {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const s = BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString('hex')}`) + order
    return Buffer.concat([signature.subarray(0, 32), hex(s.toString(16).padStart(64, '0')).toReversed()])
  }
  test.each([
    ['another message', hex(one.public), Buffer.from('x'), signature],
    ['a changed point', hex(one.public), hex(''), changed(0)],
    ['a changed scalar', hex(one.public), hex(''), changed(40)],
    ['another key', hex(vectors[1]?.public ?? ''), hex(''), signature],
    ['a signature cut short', hex(one.public), hex(''), signature.subarray(0, 63)],
    ['a signature too long', hex(one.public), hex(''), Buffer.concat([signature, Buffer.of(0)])],
    ['no signature', hex(one.public), hex(''), hex('')],
    ['a scalar beyond the order', hex(one.public), hex(''), beyondOrder()],
    // With the neutral element as key and point, and zero as scalar, OpenSSL takes any message for signed.
    ['a key of small order', hex(`01${'00'.repeat(31)}`), Buffer.from('x'), hex(`01${'00'.repeat(63)}`)],
  ])('refuses %s', (_what, publicKey, bytes, given) => {
    expect(ed25519Verifier(publicKey)(bytes, given)).toBe(false)
  })

  test('refuses a key whose parts do not belong together', () => {
    const jwk = { ...jwkOf(one), x: base64url(vectors[1]?.public ?? '') }
    expect(() => ed25519Signer(jwk)).toThrow(RangeError)
    expect(() => ed25519Verifier(hex('00'))).toThrow(RangeError)
  })
})
