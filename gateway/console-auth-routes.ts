import { z } from 'zod'
import type { App } from '../src/app.ts'
import { limits } from '../src/limits.ts'
import { cookieOf, sessionCookieName } from '../src/officers/session-cookie.ts'
import type { Locked } from '../src/officers/sign-in-service.ts'
import { type ConsoleAuth, type ConsoleAuthSource, clientAddressHeader } from './console-auth.ts'
import { createLibraryRoutes } from './console-auth-library-routes.ts'
import {
  type Answer,
  type Call,
  emptyBody,
  idBody,
  type Routes,
  refusal,
  signedIn,
  taking,
  text,
} from './console-auth-route.ts'
import { refuse } from './http-refusal.ts'
import type { SingleSignOn } from './single-sign-on.ts'

const passwordBody = z.strictObject({ email: text, password: text })
const codeBody = z.strictObject({ code: text })
const setUpBody = z.strictObject({ code: text, password: text, totp: text })
const changeBody = z.strictObject({ currentPassword: text, newPassword: text })

const busy: Answer = { refusal: refuse('SIGN_INS_BUSY', { 'retry-after': '2' }) }
const wrongCurrent: Answer = {
  refusal: { ...refuse('SIGN_IN_REFUSED'), message: '当前密码不正确 (the present password is wrong)' },
}
const unacceptable = (fault: string): Answer => ({
  refusal: { ...refuse('PASSWORD_UNACCEPTABLE'), message: fault },
})

/** What a page may ask of the login, and nothing else of better-auth. docs/console-login.md says the same for its builders. */
export function createConsoleAuthRoutes(parts: {
  app: App
  auth: ConsoleAuthSource
  exchangeUrl: string
  singleSignOn: SingleSignOn | null
}): Routes {
  const { app, auth, exchangeUrl, singleSignOn } = parts
  const { prefix } = app.sessions.signing
  const challengeCookie = `${prefix}challenge`
  const sessionCookie = sessionCookieName(prefix)
  const consolePath = `${new URL(exchangeUrl).pathname.replace(/\/+$/, '')}/console`
  const attributes = `HttpOnly; SameSite=Strict${exchangeUrl.startsWith('https:') ? '; Secure' : ''}`
  const cookie = (name: string, value: string, path: string, seconds: number) =>
    `${name}=${value}; Path=${path}; Max-Age=${seconds}; ${attributes}`
  const challengePath = `${consolePath}/api/auth`

  const locked = ({ until }: Locked): Answer => {
    const seconds = Math.max(1, Math.ceil((until.getTime() - app.clock.now().getTime()) / 1000))
    return { refusal: refuse('LOCKED', { 'retry-after': String(seconds) }) }
  }

  return {
    session: {
      method: 'GET',
      who: 'ANYBODY',
      async answer({ headers }) {
        const officer = await app.sessions.sessionOf(headers)
        const { code = '', name = '' } = officer?.department ?? {}
        return {
          json: {
            officer: officer && { ...officer, department: { code, name } },
            singleSignOn: singleSignOn && { name: singleSignOn.name },
          },
        }
      },
    },

    'sign-in/password': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      answer: taking(passwordBody, async (given, { address }) => {
        const checked = await app.signIns.checkPassword({ ...given, address })
        switch (checked.outcome) {
          case 'LOCKED':
            return locked(checked)
          case 'BUSY':
            return busy
          case 'REFUSED':
            return refusal('SIGN_IN_REFUSED')
          case 'CHALLENGE':
            return {
              json: { next: 'SECOND_FACTOR' },
              cookies: [cookie(challengeCookie, checked.token, challengePath, limits.secondFactorSeconds)],
            }
        }
      }),
    },

    'sign-in/second-factor': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      answer: taking(codeBody, async ({ code }, call) => {
        const token = cookieOf(call.headers, challengeCookie)
        if (token === null) return refusal('CHALLENGE_OVER')
        const checked = await app.signIns.checkSecondFactor({ token, code, address: call.address })
        switch (checked.outcome) {
          case 'LOCKED':
            return locked(checked)
          case 'CHALLENGE_OVER':
            return refusal('CHALLENGE_OVER')
          case 'REFUSED':
            return refusal('CODE_REFUSED')
          case 'PASSED':
            return signedIn(await begin(call, checked.officerId, checked.method), {}, [
              cookie(challengeCookie, '', challengePath, 0),
            ])
        }
      }),
    },

    'set-up/start': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      answer: taking(codeBody, async ({ code }, { address }) => {
        const started = await app.setUps.start(code)
        if (started !== null) return { json: started }
        await app.signIns.noteFailure('SET_UP', address)
        return refusal('SET_UP_CODE_REFUSED')
      }),
    },

    'set-up/finish': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      answer: taking(setUpBody, async (given, call) => {
        const done = await app.setUps.finish({ ...given, address: call.address })
        switch (done.outcome) {
          case 'BUSY':
            return busy
          case 'CODE_INVALID':
            await app.signIns.noteFailure('SET_UP', call.address)
            return refusal('SET_UP_CODE_REFUSED')
          case 'TOTP_INVALID':
            return refusal('CODE_REFUSED')
          case 'UNACCEPTABLE':
            return unacceptable(done.fault)
          case 'DONE':
            return signedIn(
              await begin(call, done.officerId, 'SET_UP'),
              { backupCodes: done.backupCodes },
              [],
            )
        }
      }),
    },

    'sign-out': {
      method: 'POST',
      who: 'ANYBODY',
      answer: taking(emptyBody, async (_given, { headers }) => {
        const officer = await app.sessions.sessionOf(headers)
        if (officer) await app.sessions.signOut(officer)
        return { json: { signedOut: true }, cookies: [cookie(sessionCookie, '', consolePath, 0)] }
      }),
    },

    password: {
      method: 'POST',
      who: 'SIGNED_IN',
      answer: taking(changeBody, async (given, { address }, officer) => {
        const changed = await app.signIns.changePassword(officer, { ...given, address })
        switch (changed.outcome) {
          case 'LOCKED':
            return locked(changed)
          case 'BUSY':
            return busy
          case 'REFUSED':
            return wrongCurrent
          case 'UNACCEPTABLE':
            return unacceptable(changed.fault)
          case 'CHANGED':
            return { json: { changed: true } }
        }
      }),
    },

    sessions: {
      method: 'GET',
      who: 'SIGNED_IN',
      async answer(_call, officer) {
        const sessions = await app.sessions.list(officer.id)
        return {
          json: { sessions: sessions.map((each) => ({ ...each, current: each.id === officer.sessionId })) },
        }
      },
    },

    'sessions/revoke': {
      method: 'POST',
      who: 'SIGNED_IN',
      answer: taking(idBody, async ({ id }, _call, officer) =>
        (await app.sessions.revoke(officer, id)) ? { json: { revoked: true } } : refusal('NOT_FOUND'),
      ),
    },

    ...createLibraryRoutes(parts),
  }

  async function begin(call: Call, officerId: string, method: Parameters<ConsoleAuth['beginSession']>[1]) {
    const headers = new Headers({ [clientAddressHeader]: call.address })
    const agent = call.headers.get('user-agent')
    if (agent !== null) headers.set('user-agent', agent)
    return (await auth.current()).beginSession(officerId, method, headers)
  }
}
