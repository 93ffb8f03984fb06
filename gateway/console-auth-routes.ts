import { z } from 'zod'
import type { App } from '../src/app.ts'
import { limits } from '../src/limits.ts'
import type { Officer } from '../src/officers/officer.ts'
import { cookieOf, sessionCookieName } from '../src/officers/session-cookie.ts'
import type { Locked } from '../src/officers/sign-in-service.ts'
import { type ConsoleAuth, type ConsoleAuthSource, clientAddressHeader } from './console-auth.ts'
import { type EdgeCode, type EdgeRefusal, refuse } from './http-refusal.ts'
import { type SingleSignOn, singleSignOnProvider } from './single-sign-on.ts'

/** What a page may ask of the login, and nothing else of better-auth. docs/console-login.md says the same for its builders. */

export type Call = {
  headers: Headers
  address: string
  body: unknown
  /** Begins with a question mark, or is empty. */
  search: string
}
export type Answer =
  | { json: unknown; cookies?: readonly string[] }
  | { redirect: string; cookies: readonly string[] }
  | { refusal: EdgeRefusal }

export type Route = {
  method: 'GET' | 'POST'
  /** A GET that another site may send the browser to. Answers at once, uncounted, what this browser did not ask for. */
  fromElsewhere?(headers: Headers): Answer | null
} & (
  | { who: 'ANYBODY'; answer(call: Call): Promise<Answer> }
  /** Counted by address in the database: each takes a look at something secret, or leaves a row. */
  | { who: 'ANYBODY_COUNTED'; answer(call: Call): Promise<Answer> }
  | { who: 'SIGNED_IN'; answer(call: Call, officer: Officer): Promise<Answer> }
)

const text = z.string().max(limits.textCharacters)
const passwordBody = z.strictObject({ email: text, password: text })
const codeBody = z.strictObject({ code: text })
const setUpBody = z.strictObject({ code: text, password: text, totp: text })
const changeBody = z.strictObject({ currentPassword: text, newPassword: text })
const idBody = z.strictObject({ id: text })
const emptyBody = z.strictObject({})
const passkeyBody = z.strictObject({ response: z.record(z.string(), z.unknown()) })
const newPasskeyBody = z.strictObject({
  response: z.record(z.string(), z.unknown()),
  name: z.string().trim().min(1).max(limits.officerNameCharacters),
})

const refusal = (code: EdgeCode): Answer => ({ refusal: refuse(code) })
const malformed = refusal('REQUEST_MALFORMED')
const busy: Answer = { refusal: refuse('SIGN_INS_BUSY', { 'retry-after': '2' }) }
const unacceptable = (fault: string): Answer => ({
  refusal: { ...refuse('PASSWORD_UNACCEPTABLE'), message: fault },
})

export function createConsoleAuthRoutes(parts: {
  app: App
  auth: ConsoleAuthSource
  exchangeUrl: string
  singleSignOn: SingleSignOn | null
}): Readonly<Record<string, Route>> {
  const { app, auth, exchangeUrl, singleSignOn } = parts
  const base = `${exchangeUrl}/console`
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

  /** Calls an endpoint of better-auth with what it needs of the request, never with the Host or forwarding headers. */
  async function ask(source: ConsoleAuth, call: Call, path: string, body?: object): Promise<Response> {
    const headers = new Headers({ [clientAddressHeader]: call.address, origin: new URL(exchangeUrl).origin })
    for (const name of ['cookie', 'user-agent']) {
      const value = call.headers.get(name)
      if (value !== null) headers.set(name, value)
    }
    if (body) headers.set('content-type', 'application/json')
    return source.handle(
      new Request(`${base}/api/auth${path}`, {
        method: body ? 'POST' : 'GET',
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
    )
  }

  async function signedIn(response: Response, extra: object, cookies: readonly string[]): Promise<Answer> {
    if (!response.ok) return refusal('SIGN_IN_REFUSED')
    return { json: { signedIn: true, ...extra }, cookies: [...response.headers.getSetCookie(), ...cookies] }
  }

  /** Of the library's refusals only the code is looked at: its message is not for officers. */
  async function refusedBy(response: Response): Promise<Answer> {
    if (response.status >= 500) return refusal('UNAVAILABLE')
    const body = z.object({ code: z.string() }).safeParse(await response.json().catch(() => null))
    return refusal(body.data?.code === 'SESSION_NOT_FRESH' ? 'SESSION_NOT_FRESH' : 'PASSKEY_REFUSED')
  }

  async function passkeyOptions(call: Call, path: string): Promise<Answer> {
    const response = await ask(await auth.current(), call, path)
    if (!response.ok) return refusedBy(response)
    const options = z.record(z.string(), z.unknown()).parse(await response.json())
    // The library only prefers that the authenticator asks who holds it; without it a passkey would be one factor.
    const demanded = path.endsWith('authenticate-options')
      ? { ...options, userVerification: 'required' }
      : options
    return { json: demanded, cookies: response.headers.getSetCookie() }
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
      async answer({ body, address }) {
        const given = passwordBody.safeParse(body)
        if (!given.success) return malformed
        const checked = await app.signIns.checkPassword({ ...given.data, address })
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
      },
    },

    'sign-in/second-factor': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      async answer(call) {
        const given = codeBody.safeParse(call.body)
        if (!given.success) return malformed
        const token = cookieOf(call.headers, challengeCookie)
        if (token === null) return refusal('CHALLENGE_OVER')
        const checked = await app.signIns.checkSecondFactor({
          token,
          code: given.data.code,
          address: call.address,
        })
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
      },
    },

    'set-up/start': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      async answer({ body, address }) {
        const given = codeBody.safeParse(body)
        if (!given.success) return malformed
        const started = await app.setUps.start(given.data.code)
        if (started !== null) return { json: started }
        await app.signIns.noteFailure('SET_UP', address)
        return refusal('SET_UP_CODE_REFUSED')
      },
    },

    'set-up/finish': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      async answer(call) {
        const given = setUpBody.safeParse(call.body)
        if (!given.success) return malformed
        const done = await app.setUps.finish({ ...given.data, address: call.address })
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
      },
    },

    'passkey/generate-authenticate-options': {
      method: 'GET',
      who: 'ANYBODY_COUNTED',
      answer: (call) => passkeyOptions(call, '/passkey/generate-authenticate-options'),
    },

    'passkey/verify-authentication': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      async answer(call) {
        const given = passkeyBody.safeParse(call.body)
        if (!given.success) return malformed
        const response = await ask(await auth.current(), call, '/passkey/verify-authentication', given.data)
        if (response.ok) return signedIn(response, {}, [])
        await app.signIns.noteFailure('PASSKEY', call.address)
        return refusedBy(response)
      },
    },

    'sign-in/single-sign-on': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      async answer(call) {
        if (!emptyBody.safeParse(call.body).success) return malformed
        if (singleSignOn === null) return refusal('NOT_FOUND')
        const source = await auth.withSingleSignOn()
        if (source === null) return refusal('SINGLE_SIGN_ON_AWAY')
        // Where it goes back to is said here, so that nobody is led elsewhere.
        const response = await ask(source, call, '/sign-in/social', {
          provider: singleSignOnProvider,
          callbackURL: `${base}/`,
          errorCallbackURL: `${base}/sign-in`,
          disableRedirect: true,
        })
        if (!response.ok) return refusal('SINGLE_SIGN_ON_AWAY')
        const { url } = z.object({ url: z.url() }).parse(await response.json())
        return { json: { url }, cookies: response.headers.getSetCookie() }
      },
    },

    [`callback/${singleSignOnProvider}`]: {
      method: 'GET',
      who: 'ANYBODY_COUNTED',
      fromElsewhere(headers) {
        if (singleSignOn === null) return refusal('NOT_FOUND')
        return cookieOf(headers, `${prefix}state`) === null
          ? { redirect: `${base}/sign-in?error=state_mismatch`, cookies: [] }
          : null
      },
      async answer(call) {
        if (singleSignOn === null) return refusal('NOT_FOUND')
        const source = await auth.withSingleSignOn()
        if (source === null) return refusal('SINGLE_SIGN_ON_AWAY')
        const response = await soon(ask(source, call, `/callback/${singleSignOnProvider}${call.search}`))
        if (response === null) return refusal('SINGLE_SIGN_ON_AWAY')
        const redirect = response.headers.get('location')
        const cookies = response.headers.getSetCookie()
        const isBack = redirect === `${base}/`
        if (!isBack) await app.signIns.noteFailure('SINGLE_SIGN_ON', call.address)
        // The provider may have put words of its own into the error: a page is told the bare code.
        const error = redirect === null ? null : new URL(redirect, base).searchParams.get('error')
        const code = /^[a-z_]{1,64}$/i.test(error ?? '') ? error : 'refused'
        return { redirect: isBack ? redirect : `${base}/sign-in?error=${code}`, cookies }
      },
    },

    'sign-out': {
      method: 'POST',
      who: 'ANYBODY',
      async answer({ body, headers }) {
        if (!emptyBody.safeParse(body).success) return malformed
        const officer = await app.sessions.sessionOf(headers)
        if (officer) await app.sessions.signOut(officer)
        return { json: { signedOut: true }, cookies: [cookie(sessionCookie, '', consolePath, 0)] }
      },
    },

    password: {
      method: 'POST',
      who: 'SIGNED_IN',
      async answer({ body, address }, officer) {
        const given = changeBody.safeParse(body)
        if (!given.success) return malformed
        const changed = await app.signIns.changePassword(officer, { ...given.data, address })
        switch (changed.outcome) {
          case 'LOCKED':
            return locked(changed)
          case 'BUSY':
            return busy
          case 'REFUSED':
            return refusal('SIGN_IN_REFUSED')
          case 'UNACCEPTABLE':
            return unacceptable(changed.fault)
          case 'CHANGED':
            return { json: { changed: true } }
        }
      },
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
      async answer({ body }, officer) {
        const given = idBody.safeParse(body)
        if (!given.success) return malformed
        return (await app.sessions.revoke(officer, given.data.id))
          ? { json: { revoked: true } }
          : refusal('NOT_FOUND')
      },
    },

    'passkey/generate-register-options': {
      method: 'GET',
      who: 'SIGNED_IN',
      answer: (call) => passkeyOptions(call, '/passkey/generate-register-options'),
    },

    'passkey/verify-registration': {
      method: 'POST',
      who: 'SIGNED_IN',
      async answer(call) {
        const given = newPasskeyBody.safeParse(call.body)
        if (!given.success) return malformed
        const response = await ask(await auth.current(), call, '/passkey/verify-registration', given.data)
        return response.ok
          ? { json: { registered: true }, cookies: response.headers.getSetCookie() }
          : refusedBy(response)
      },
    },

    passkeys: {
      method: 'GET',
      who: 'SIGNED_IN',
      answer: async (_call, officer) => ({ json: { passkeys: await app.passkeys.list(officer) } }),
    },

    'passkeys/delete': {
      method: 'POST',
      who: 'SIGNED_IN',
      async answer({ body }, officer) {
        const given = idBody.safeParse(body)
        if (!given.success) return malformed
        return (await app.passkeys.remove(officer, given.data.id))
          ? { json: { deleted: true } }
          : refusal('NOT_FOUND')
      },
    },
  }

  async function begin(call: Call, officerId: string, method: Parameters<ConsoleAuth['beginSession']>[1]) {
    const headers = new Headers({ [clientAddressHeader]: call.address })
    const agent = call.headers.get('user-agent')
    if (agent !== null) headers.set('user-agent', agent)
    return (await auth.current()).beginSession(officerId, method, headers)
  }
}

/** A provider that takes the code and then says nothing holds nobody up: the library itself would wait for minutes. */
async function soon(answer: Promise<Response>): Promise<Response | null> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), 3 * limits.singleSignOnTimeout)
  })
  try {
    return await Promise.race([answer, tooLate])
  } finally {
    clearTimeout(timer)
    answer.catch(() => {})
  }
}
