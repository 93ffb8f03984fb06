import { newReadableCode, readReadableCode } from '../kernel/readable-code.ts'
import { limits } from '../limits.ts'

/** Rules of signing in. Pure. */

/** For how long an account is locked after so many tries, in milliseconds; 0: not. Each further try doubles it. */
export function lockAfter(tries: number, allowed: number): number {
  if (tries < allowed) return 0
  return Math.min(limits.firstLock * 2 ** (tries - allowed), limits.longestLock)
}

/** As an e-mail is kept and compared. */
export const normaliseEmail = (typed: string): string => typed.normalize('NFKC').trim().toLowerCase()

export const isEmail = (email: string): boolean =>
  email.length <= limits.emailCharacters && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)

/** Length is what counts (NIST SP 800-63B 5.1.1); what stands in the account itself is no secret. Null: acceptable. */
export function passwordFault(password: string, about: { email: string }): string | null {
  const { min, max } = limits.passwordCharacters
  const length = [...password].length
  if (length < min || length > max)
    return `密码须为 ${min} 至 ${max} 个字符 (a password has ${min} to ${max} characters)`
  if (new Set(password).size < limits.passwordDifferentCharacters)
    return '密码中不同的字符太少 (the password has too few different characters)'
  const [mailbox = ''] = about.email.split('@')
  const lower = password.toLowerCase()
  if (lower.includes(about.email) || (mailbox.length >= 4 && lower.includes(mailbox)))
    return '密码不得包含邮箱名 (the password contains the e-mail)'
  return null
}

/** What an authenticator shows may be typed with its spaces, or in full-width digits. */
export const readOneTimeCode = (typed: string): string => typed.normalize('NFKC').replace(/\s/g, '')

/** 140 random bits: whoever has it chooses the officer's password. */
const setUpGroups = 7
export const newSetUpCode = (random: (bytes: number) => Uint8Array): string =>
  newReadableCode(random, setUpGroups)
export const readSetUpCode = (typed: string): string | null => readReadableCode(typed, setUpGroups)

/** 60 random bits, behind the password and the count of tries. */
const backupGroups = 3
export const newBackupCodes = (random: (bytes: number) => Uint8Array): string[] =>
  Array.from({ length: limits.backupCodes }, () => newReadableCode(random, backupGroups))
export const readBackupCode = (typed: string): string | null => readReadableCode(typed, backupGroups)
