import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Clock } from '../kernel/clock.ts'
import { type Queryable, transaction } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { noteOfficerEvent } from './officer-event-store.ts'
import { activateInvited, setSetUpBy } from './officer-store.ts'
import type { Busy, PasswordHashing } from './password-hashing.ts'
import { newBackupCodes, newSetUpCode, passwordFault, readOneTimeCode, readSetUpCode } from './sign-in.ts'
import { backupDigest, emailKeyOf, totpContext } from './sign-in-service.ts'
import {
  endSetUpCodes,
  forgetAccountTries,
  keepSetUpSecret,
  lockSetUpCode,
  setPassword,
  setSecondFactor,
  storeSetUpCode,
} from './sign-in-store.ts'
import { acceptableStep, base32, totpSecretBytes, totpUri } from './totp.ts'
import { beginWork } from './work-service.ts'

/** The first log-in, and the one after a recovery: with a one-time code an officer chooses password and authenticator. */
export type SetUpService = {
  start(code: string): Promise<{ name: string; email: string; secret: string; uri: string } | null>
  finish(given: {
    code: string
    password: string
    totp: string
    address: string
  }): Promise<
    | { outcome: 'DONE'; officerId: string; backupCodes: string[] }
    | { outcome: 'CODE_INVALID' | 'TOTP_INVALID' }
    | { outcome: 'UNACCEPTABLE'; fault: string }
    | Busy
  >
}

export type SetUpCode = { code: string; expiresAt: Date }

/** In the caller's transaction, to whom it is told (`by`; null: on the machine). Told once; only its digest is kept, and any before it counts no more. */
export async function issueSetUpCode(
  client: Queryable,
  { officerId, by }: { officerId: string; by: string | null },
  now: Date,
  random: (bytes: number) => Buffer,
): Promise<SetUpCode> {
  const code = newSetUpCode(random)
  const expiresAt = new Date(now.getTime() + limits.setUpCodeHours * 3_600_000)
  await storeSetUpCode(client, { sha256: digestOf(code), officerId, expiresAt })
  await setSetUpBy(client, officerId, by)
  return { code, expiresAt }
}

export function createSetUpService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  hashing: PasswordHashing
  random: (bytes: number) => Buffer
  /** What the authenticator app shows beside the e-mail. */
  issuer: string
}): SetUpService {
  const { pool, vault, clock, hashing, random, issuer } = parts

  return {
    async start(typed) {
      const code = readSetUpCode(typed)
      if (code === null) return null
      return transaction(pool, async (client) => {
        const row = await lockSetUpCode(client, digestOf(code), clock.now())
        if (row === null) return null
        // Begun again, e.g. on a reloaded page, it shows the same secret: the app may hold it already.
        const secret = row.totpSecret
          ? vault.decryptBytes(row.totpSecret, totpContext(row.officerId))
          : random(totpSecretBytes)
        if (!row.totpSecret)
          await keepSetUpSecret(client, digestOf(code), vault.encrypt(secret, totpContext(row.officerId)))
        const { name, email } = row
        return { name, email, secret: base32(secret), uri: totpUri(secret, { issuer, email }) }
      })
    },

    async finish(given) {
      const code = readSetUpCode(given.code)
      if (code === null) return { outcome: 'CODE_INVALID' }
      return hashing.inTurn((passwords) =>
        transaction(pool, async (client) => {
          const now = clock.now()
          const row = await lockSetUpCode(client, digestOf(code), now)
          if (!row?.totpSecret) return { outcome: 'CODE_INVALID' }
          const fault = passwordFault(given.password, row)
          if (fault !== null) return { outcome: 'UNACCEPTABLE', fault }
          const { officerId } = row
          const step = acceptableStep(
            vault.decryptBytes(row.totpSecret, totpContext(officerId)),
            readOneTimeCode(given.totp),
            now,
            0,
          )
          if (step === null) return { outcome: 'TOTP_INVALID' }
          const backupCodes = newBackupCodes(random)
          await setPassword(client, officerId, await passwords.hash(given.password))
          await setSecondFactor(client, officerId, {
            secret: row.totpSecret,
            lastStep: step,
            backupDigests: backupCodes.map((each) => backupDigest(vault, officerId, each)),
          })
          await endSetUpCodes(client, officerId)
          await forgetAccountTries(client, emailKeyOf(vault, row.email), given.address)
          await activateInvited(client, officerId)
          await beginWork(client, officerId)
          await noteOfficerEvent(client, { kind: 'SET_UP', facts: {} }, { officerId, address: given.address })
          return { outcome: 'DONE', officerId, backupCodes }
        }),
      )
    },
  }
}

const digestOf = (code: string): string => createHash('sha256').update(code).digest('hex')
