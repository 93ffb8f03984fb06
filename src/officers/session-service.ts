import type pg from 'pg'
import type { Clock } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import type { Officer } from './officer.ts'
import type { SessionMethod } from './officer-event.ts'
import { noteOfficerEvent } from './officer-event-store.ts'
import { activateInvited } from './officer-store.ts'
import { type CookieSigning, sessionTokenOf } from './session-cookie.ts'
import {
  endSession,
  epochToBegin,
  liveSession,
  noteUse,
  type SessionRow,
  sessionsOf,
  sweepSessions,
} from './session-store.ts'
import { beginWork } from './work-service.ts'

/** Officers' sessions. Nothing of them is cached: what is revoked, disabled or suspended counts no more at once. */
export type SessionService = {
  signing: CookieSigning
  /**
   * Null: nobody is signed in, or no more. One indexed SELECT; at most once a minute an UPDATE of when it was used, which
   * a page that looks again by itself is not.
   */
  sessionOf(headers: Headers): Promise<Officer | null>
  /** Null: none may begin. Else its epoch, asked before it is stored: if all end meanwhile, it never counts. */
  epochToBegin(officerId: string, method: SessionMethod): Promise<number | null>
  /** Noted before the session is stored, so that there is none without a trace. */
  noteBegun(
    session: { id: string; officerId: string; address: string | null },
    method: SessionMethod,
  ): Promise<void>
  noteLinked(officerId: string, provider: string): Promise<void>
  list(officerId: string): Promise<SessionRow[]>
  /** False: the officer has no such session. */
  revoke(officer: Officer, sessionId: string): Promise<boolean>
  signOut(officer: Officer): Promise<void>
  sweep(): Promise<void>
}

/** With it a page tells that nobody asked: a session that is left alone ends, whatever the page goes on showing. */
const unattendedHeader = 'x-console-unattended'

export function createSessionService(parts: {
  pool: pg.Pool
  clock: Clock
  signing: CookieSigning
}): SessionService {
  const { pool, clock, signing } = parts
  const usedSince = (now: Date) => new Date(now.getTime() - limits.officerIdle)

  return {
    signing,

    async sessionOf(headers) {
      const token = sessionTokenOf(headers, signing)
      if (token === null) return null
      const now = clock.now()
      const live = await liveSession(pool, token, now, usedSince(now))
      if (live === null) return null
      const attended = !headers.has(unattendedHeader)
      if (attended && now.getTime() - live.usedAt.getTime() > limits.officerUseNoted)
        await noteUse(pool, live.officer.sessionId, now)
      return live.officer
    },

    epochToBegin: (officerId, method) => epochToBegin(pool, officerId, method === 'SINGLE_SIGN_ON'),

    async noteBegun(session, method) {
      await transaction(pool, async (client) => {
        if (method === 'SINGLE_SIGN_ON') {
          await activateInvited(client, session.officerId)
          await beginWork(client, session.officerId)
        }
        await noteOfficerEvent(
          client,
          { kind: 'SIGNED_IN', facts: { method } },
          { officerId: session.officerId, sessionId: session.id, address: session.address },
        )
      })
    },

    noteLinked: (officerId, provider) =>
      noteOfficerEvent(pool, { kind: 'SINGLE_SIGN_ON_LINKED', facts: { provider } }, { officerId }),

    list(officerId) {
      const now = clock.now()
      return sessionsOf(pool, officerId, now, usedSince(now))
    },

    async revoke(officer, sessionId) {
      return transaction(pool, async (client) => {
        if (!(await endSession(client, officer.id, sessionId))) return false
        await noteOfficerEvent(
          client,
          { kind: 'SESSION_REVOKED', facts: { by: officer.id } },
          { officerId: officer.id, sessionId },
        )
        return true
      })
    },

    async signOut(officer) {
      await transaction(pool, async (client) => {
        await endSession(client, officer.id, officer.sessionId)
        await noteOfficerEvent(
          client,
          { kind: 'SIGNED_OUT', facts: {} },
          { officerId: officer.id, sessionId: officer.sessionId },
        )
      })
    },

    async sweep() {
      const now = clock.now()
      await sweepSessions(pool, now, usedSince(now))
    },
  }
}
