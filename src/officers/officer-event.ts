/** How a session began. A password alone begins none. */
export const sessionMethods = ['TOTP', 'BACKUP_CODE', 'SET_UP', 'PASSKEY', 'SINGLE_SIGN_ON'] as const
export type SessionMethod = (typeof sessionMethods)[number]

/** What became of officers' attempts to sign in, and what they changed of their own log-in. */
export type OfficerEvent =
  | { kind: 'PASSWORD_ACCEPTED'; facts: Record<string, never> }
  | {
      kind: 'SIGN_IN_FAILED'
      facts: { step: 'PASSWORD' | 'SECOND_FACTOR' | 'SET_UP' | 'PASSKEY' | 'SINGLE_SIGN_ON' }
    }
  | { kind: 'LOCKED'; facts: { until: string } }
  | { kind: 'SIGNED_IN'; facts: { method: SessionMethod } }
  | { kind: 'SIGNED_OUT'; facts: Record<string, never> }
  | { kind: 'SESSION_REVOKED'; facts: { by: string } }
  | { kind: 'SET_UP'; facts: Record<string, never> }
  | { kind: 'PASSWORD_CHANGED'; facts: { sessionsEnded: number } }
  | { kind: 'PASSWORD_CHANGE_REFUSED'; facts: Record<string, never> }
  | { kind: 'PASSKEY_ADDED' | 'PASSKEY_REMOVED'; facts: { passkey: string } }
  | { kind: 'SINGLE_SIGN_ON_LINKED'; facts: { provider: string } }

/** About whom and from where. Of an e-mail that nobody has only the keyed digest is kept: it may be a mistyped password. */
export type EventContext = {
  officerId?: string | null
  emailKey?: string | null
  sessionId?: string | null
  address?: string | null
}
