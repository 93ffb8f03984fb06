import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Clock } from '../kernel/clock.ts'
import { type Queryable, transaction } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import type { Officer } from './officer.ts'
import type { SessionMethod } from './officer-event.ts'
import { noteOfficerEvent } from './officer-event-store.ts'
import type { Busy, PasswordHashing, Passwords } from './password-hashing.ts'
import { endSessions } from './session-store.ts'
import { normaliseEmail, passwordFault, readBackupCode, readOneTimeCode } from './sign-in.ts'
import {
  candidateByEmail,
  endChallenges,
  forgetAccountTries,
  forgetTries,
  lockChallenge,
  passwordHashOf,
  setPassword,
  storeChallenge,
  sweepSignIns,
  takeAccountTry,
  takeBackTry,
  takeOfAddress,
  takeTry,
  totpOf,
  useBackupCode,
  useTotpStep,
} from './sign-in-store.ts'
import { acceptableStep, isTotpCode } from './totp.ts'

export type Locked = { outcome: 'LOCKED'; until: Date }

/** Signing in with a password and a second factor. Tries are counted in the database: without it nobody gets in. */
export type SignInService = {
  /** Null: there is room; else when the address may try again. */
  takeOfAddress(address: string): Promise<Date | null>
  /** An unknown e-mail, a wrong password and an account that may not sign in are one outcome, and take the same time. */
  checkPassword(given: {
    email: string
    password: string
    address: string
  }): Promise<{ outcome: 'CHALLENGE'; token: string } | { outcome: 'REFUSED' } | Locked | Busy>
  checkSecondFactor(given: {
    token: string
    code: string
    address: string
  }): Promise<
    | { outcome: 'PASSED'; officerId: string; method: SessionMethod }
    | { outcome: 'REFUSED' | 'CHALLENGE_OVER' }
    | Locked
  >
  /** Ends all other sessions of the officer. */
  changePassword(
    officer: Officer,
    given: { currentPassword: string; newPassword: string; address: string },
  ): Promise<{ outcome: 'CHANGED' | 'REFUSED' } | { outcome: 'UNACCEPTABLE'; fault: string } | Locked | Busy>
  noteFailure(step: 'SET_UP' | 'PASSKEY' | 'SINGLE_SIGN_ON', address: string): Promise<void>
  sweep(): Promise<void>
}

/** Names an account in the table of tries; a digest, since anything may be typed where an e-mail belongs. */
export const emailKeyOf = (vault: Vault, email: string): string => vault.blindIndex('officer-email', email)
export const totpContext = (officerId: string): string => `officer totp ${officerId}`
export const backupDigest = (vault: Vault, officerId: string, code: string): string =>
  vault.blindIndex('officer-backup-code', `${officerId} ${code}`)

export function createSignInService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  hashing: PasswordHashing
  random: (bytes: number) => Buffer
}): SignInService {
  const { pool, vault, clock, hashing, random } = parts
  /** Verified against where there is no account, so that there is no difference to see. Nobody knows its password. */
  let decoy: Promise<string> | null = null
  const decoyHash = (passwords: Passwords) => {
    decoy ??= passwords.hash(random(32).toString('base64url')).catch((error: unknown) => {
      // Made anew by the next who comes: one failure must not keep everybody out.
      decoy = null
      throw error
    })
    return decoy
  }

  async function noteLock(
    client: Queryable,
    until: Date | null,
    about: Parameters<typeof noteOfficerEvent>[2],
  ) {
    if (until)
      await noteOfficerEvent(client, { kind: 'LOCKED', facts: { until: until.toISOString() } }, about)
  }

  return {
    takeOfAddress: (address) => takeOfAddress(pool, address, clock.now()),

    checkPassword: (given) =>
      hashing.inTurn(async (passwords) => {
        const now = clock.now()
        const email = normaliseEmail(given.email)
        const emailKey = emailKeyOf(vault, email)
        const taken = await transaction(pool, (client) =>
          takeAccountTry(client, emailKey, given.address, now),
        )
        if (taken.outcome === 'LOCKED') return taken
        const candidate = await candidateByEmail(pool, email)
        const instead = await decoyHash(passwords)
        const matches = await passwords.verify(candidate?.passwordHash ?? instead, given.password)
        const about = { officerId: candidate?.id ?? null, emailKey, address: given.address }
        if (!candidate?.passwordHash || !candidate.ready || !matches) {
          await transaction(pool, async (client) => {
            await noteOfficerEvent(client, { kind: 'SIGN_IN_FAILED', facts: { step: 'PASSWORD' } }, about)
            await noteLock(client, taken.lockedUntil, about)
          })
          return { outcome: 'REFUSED' }
        }
        const token = random(32).toString('base64url')
        const expiresAt = new Date(now.getTime() + limits.secondFactorSeconds * 1000)
        await transaction(pool, async (client) => {
          for (const { key, lockedUntil } of taken.tried) await takeBackTry(client, key, lockedUntil, now)
          await endChallenges(client, candidate.id)
          await storeChallenge(client, { tokenSha256: sha256(token), officerId: candidate.id, expiresAt })
          await noteOfficerEvent(client, { kind: 'PASSWORD_ACCEPTED', facts: {} }, about)
        })
        return { outcome: 'CHALLENGE', token }
      }),

    async checkSecondFactor({ token, code, address }) {
      const now = clock.now()
      return transaction(pool, async (client) => {
        const challenge = await lockChallenge(client, sha256(token), now)
        if (!challenge?.ready) return { outcome: 'CHALLENGE_OVER' }
        const { officerId } = challenge
        const emailKey = emailKeyOf(vault, challenge.email)
        const taken = await takeAccountTry(client, emailKey, address, now)
        if (taken.outcome === 'LOCKED') return taken
        const method = await passedBy(client, officerId, code, now)
        const about = { officerId, emailKey, address }
        if (method === null) {
          await noteOfficerEvent(client, { kind: 'SIGN_IN_FAILED', facts: { step: 'SECOND_FACTOR' } }, about)
          await noteLock(client, taken.lockedUntil, about)
          return { outcome: 'REFUSED' }
        }
        await endChallenges(client, officerId)
        await forgetAccountTries(client, emailKey, address)
        return { outcome: 'PASSED', officerId, method }
      })
    },

    async changePassword(officer, given) {
      const fault = passwordFault(given.newPassword, officer)
      if (fault !== null) return { outcome: 'UNACCEPTABLE', fault }
      return hashing.inTurn(async (passwords) => {
        const now = clock.now()
        const emailKey = emailKeyOf(vault, officer.email)
        // A count of its own: who only knows her e-mail does not keep her from changing her password.
        const tries = `change ${officer.id}`
        const taken = await transaction(pool, (client) => takeTry(client, tries, now))
        if (taken.outcome === 'LOCKED') return taken
        const about = {
          officerId: officer.id,
          emailKey,
          sessionId: officer.sessionId,
          address: given.address,
        }
        const current = await passwordHashOf(pool, officer.id)
        if (current === null || !(await passwords.verify(current, given.currentPassword))) {
          await transaction(pool, async (client) => {
            await noteOfficerEvent(client, { kind: 'PASSWORD_CHANGE_REFUSED', facts: {} }, about)
            await noteLock(client, taken.lockedUntil, about)
          })
          return { outcome: 'REFUSED' }
        }
        const hash = await passwords.hash(given.newPassword)
        await transaction(pool, async (client) => {
          await setPassword(client, officer.id, hash)
          await forgetTries(client, tries)
          await endChallenges(client, officer.id)
          const sessionsEnded = await endSessions(client, officer.id, officer.sessionId)
          await noteOfficerEvent(client, { kind: 'PASSWORD_CHANGED', facts: { sessionsEnded } }, about)
        })
        return { outcome: 'CHANGED' }
      })
    },

    noteFailure: (step, address) =>
      noteOfficerEvent(pool, { kind: 'SIGN_IN_FAILED', facts: { step } }, { address }),

    sweep: () => sweepSignIns(pool, clock.now()),
  }

  async function passedBy(
    client: Queryable,
    officerId: string,
    typed: string,
    now: Date,
  ): Promise<'TOTP' | 'BACKUP_CODE' | null> {
    const code = readOneTimeCode(typed)
    if (isTotpCode(code)) {
      const totp = await totpOf(client, officerId)
      if (totp === null) return null
      const secret = vault.decryptBytes(totp.secret, totpContext(officerId))
      const step = acceptableStep(secret, code, now, totp.lastStep)
      return step !== null && (await useTotpStep(client, officerId, step)) ? 'TOTP' : null
    }
    const backup = readBackupCode(code)
    if (backup === null) return null
    return (await useBackupCode(client, officerId, backupDigest(vault, officerId, backup)))
      ? 'BACKUP_CODE'
      : null
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
