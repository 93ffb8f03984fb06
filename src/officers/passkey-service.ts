import type pg from 'pg'
import { transaction } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import type { Officer } from './officer.ts'
import { noteOfficerEvent } from './officer-event-store.ts'
import { type PasskeyRow, passkeysOf, removePasskey } from './passkey-store.ts'

/** What the exchange itself does with passkeys; better-auth checks and stores them. */
export type PasskeyService = {
  list(officer: Officer): Promise<PasskeyRow[]>
  /** False: the officer has no such passkey. */
  remove(officer: Officer, id: string): Promise<boolean>
  /** Noted before it is stored, so that there is none without a trace. False: the officer has too many. */
  noteAdded(officerId: string, credential: string): Promise<boolean>
}

export function createPasskeyService(pool: pg.Pool): PasskeyService {
  return {
    list: (officer) => passkeysOf(pool, officer.id),

    remove: (officer, id) =>
      transaction(pool, async (client) => {
        const passkey = await removePasskey(client, officer.id, id)
        if (passkey === null) return false
        await noteOfficerEvent(
          client,
          { kind: 'PASSKEY_REMOVED', facts: { passkey } },
          { officerId: officer.id, sessionId: officer.sessionId },
        )
        return true
      }),

    async noteAdded(officerId, credential) {
      if ((await passkeysOf(pool, officerId)).length >= limits.passkeysPerOfficer) return false
      await noteOfficerEvent(pool, { kind: 'PASSKEY_ADDED', facts: { passkey: credential } }, { officerId })
      return true
    },
  }
}
