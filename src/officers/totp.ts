import { createHmac, timingSafeEqual } from 'node:crypto'
import { limits } from '../limits.ts'

/** One-time passwords by time (TOTP, RFC 6238): SHA-1, six digits, steps of 30 seconds, as every authenticator app does. Pure. */

const digits = 6
/** 160 bits, as RFC 4226 section 4 recommends. */
export const totpSecretBytes = 20

export const totpStep = (moment: Date): number => Math.floor(moment.getTime() / 1000 / limits.totpStepSeconds)

/** RFC 4226 section 5.3. */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0xf
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/**
 * The step whose code this is, of those around `now` that come after `lastStep`; null where it is none of them. "The
 * verifier MUST NOT accept the second attempt of the OTP" (RFC 6238 section 5.2): whoever accepts it keeps the step.
 */
export function acceptableStep(secret: Uint8Array, code: string, now: Date, lastStep: number): number | null {
  const current = totpStep(now)
  const given = Buffer.from(code)
  for (let step = current - limits.totpStepsAround; step <= current + limits.totpStepsAround; step++) {
    const expected = Buffer.from(totpCode(secret, step))
    if (step > lastStep && given.length === expected.length && timingSafeEqual(given, expected)) return step
  }
  return null
}

export const isTotpCode = (code: string): boolean => /^\d{6}$/.test(code)

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 section 6, without padding: what a person types where no camera is. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => alphabet.charAt(Number.parseInt(five.padEnd(5, '0'), 2)))
    .join('')
}

/** What an authenticator app reads from the QR code. */
export function totpUri(secret: Uint8Array, about: { issuer: string; email: string }): string {
  const label = `${encodeURIComponent(about.issuer)}:${encodeURIComponent(about.email)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(about.issuer)}&algorithm=SHA1&digits=${digits}&period=${limits.totpStepSeconds}`
}
