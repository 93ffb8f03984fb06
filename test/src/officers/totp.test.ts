import { Secret, TOTP, URI } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { acceptableStep, base32, totpCode, totpStep, totpUri } from '../../../src/officers/totp.ts'

const secret = Buffer.from('12345678901234567890')

// RFC 6238 appendix B, SHA-1, of whose eight digits six are used.
it.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at %i seconds the code is %s', (seconds, code) => {
  expect(totpCode(secret, totpStep(new Date(seconds * 1000)))).toBe(code)
})

it('an authenticator app reads the address and shows the same codes', () => {
  const uri = totpUri(secret, { issuer: 'credit.example', email: 'li@example.org' })
  const app = URI.parse(uri)
  if (!(app instanceof TOTP)) throw new TypeError('expected a TOTP')
  const at = new Date('2026-12-01T08:00:00Z')
  expect(app.generate({ timestamp: at.getTime() })).toBe(totpCode(secret, totpStep(at)))
  expect(app.issuer).toBe('credit.example')
  expect(Secret.fromBase32(base32(secret)).buffer).toEqual(new Uint8Array(secret).buffer)
})

describe('a step', () => {
  const now = new Date('2026-12-01T08:00:00Z')
  const step = totpStep(now)

  it.each([-1, 0, 1])('%i from now is accepted', (away) => {
    expect(acceptableStep(secret, totpCode(secret, step + away), now, 0)).toBe(step + away)
  })
  it.each([-2, 2])('%i from now is not', (away) => {
    expect(acceptableStep(secret, totpCode(secret, step + away), now, 0)).toBeNull()
  })
  it('is accepted once, and none before it any more', () => {
    expect(acceptableStep(secret, totpCode(secret, step), now, step)).toBeNull()
    expect(acceptableStep(secret, totpCode(secret, step - 1), now, step)).toBeNull()
    expect(acceptableStep(secret, totpCode(secret, step + 1), now, step)).toBe(step + 1)
  })
  it.each(['', '1', '12345', '1234567', 'abcdef'])('"%s" is no code', (code) => {
    expect(acceptableStep(secret, code, now, 0)).toBeNull()
  })
})
