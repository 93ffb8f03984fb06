import { createTurns } from '../kernel/turns.ts'
import { limits } from '../limits.ts'

/** How passwords are kept: scrypt, as better-auth does it, on Node's threads. Loaded with the first officer who signs in. */
export type Passwords = {
  hash(password: string): Promise<string>
  verify(hash: string, password: string): Promise<boolean>
}

/** Too many are at it: nothing was looked at, and no try was counted. */
export type Busy = { outcome: 'BUSY' }

export type PasswordHashing = {
  /**
   * Each hash takes a thread and 32 MiB for a tenth of a second, so whoever sends passwords by the thousand must not have
   * them all hashed at once. The turn is taken before the database is asked: who waits for it holds no connection.
   */
  inTurn<Result>(work: (passwords: Passwords) => Promise<Result>): Promise<Result | Busy>
}

export function createPasswordHashing(passwords: Passwords = scryptPasswords): PasswordHashing {
  const inTurn = createTurns(limits.passwordsHashed, (): Busy => ({ outcome: 'BUSY' }))
  return { inTurn: (work) => inTurn(() => work(passwords)) }
}

const scryptPasswords: Passwords = {
  async hash(password) {
    const { hashPassword } = await import('@better-auth/utils/password')
    return hashPassword(password)
  },
  async verify(hash, password) {
    const { verifyPassword } = await import('@better-auth/utils/password')
    return verifyPassword(hash, password)
  },
}
