import { z } from 'zod'
import type { App } from '../src/app.ts'
import { limits } from '../src/limits.ts'
import { cookieOf } from '../src/officers/session-cookie.ts'
import { type ConsoleAuth, type ConsoleAuthSource, clientAddressHeader } from './console-auth.ts'
import {
  type Answer,
  type Call,
  emptyBody,
  idBody,
  type Routes,
  refusal,
  signedIn,
  taking,
} from './console-auth-route.ts'
import { type SingleSignOn, singleSignOnProvider } from './single-sign-on.ts'

const passkeyBody = z.strictObject({ response: z.record(z.string(), z.unknown()) })
const newPasskeyBody = z.strictObject({
  response: z.record(z.string(), z.unknown()),
  name: z.string().trim().min(1).max(limits.officerNameCharacters),
})

/** What better-auth itself answers: passkeys, and the city's single sign-on. */
export function createLibraryRoutes(parts: {
  app: App
  auth: ConsoleAuthSource
  exchangeUrl: string
  singleSignOn: SingleSignOn | null
}): Routes {
  const { app, auth, exchangeUrl, singleSignOn } = parts
  const base = `${exchangeUrl}/console`
  const { prefix } = app.sessions.signing

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
    'passkey/generate-authenticate-options': {
      method: 'GET',
      who: 'ANYBODY_COUNTED',
      answer: (call) => passkeyOptions(call, '/passkey/generate-authenticate-options'),
    },

    'passkey/verify-authentication': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      answer: taking(passkeyBody, async (given, call) => {
        const response = await ask(await auth.current(), call, '/passkey/verify-authentication', given)
        if (response.ok) return signedIn(response, {}, [])
        await app.signIns.noteFailure('PASSKEY', call.address)
        return refusedBy(response)
      }),
    },

    'passkey/generate-register-options': {
      method: 'GET',
      who: 'SIGNED_IN',
      answer: (call) => passkeyOptions(call, '/passkey/generate-register-options'),
    },

    'passkey/verify-registration': {
      method: 'POST',
      who: 'SIGNED_IN',
      answer: taking(newPasskeyBody, async (given, call) => {
        const response = await ask(await auth.current(), call, '/passkey/verify-registration', given)
        return response.ok
          ? { json: { registered: true }, cookies: response.headers.getSetCookie() }
          : refusedBy(response)
      }),
    },

    passkeys: {
      method: 'GET',
      who: 'SIGNED_IN',
      answer: async (_call, officer) => ({ json: { passkeys: await app.passkeys.list(officer) } }),
    },

    'passkeys/delete': {
      method: 'POST',
      who: 'SIGNED_IN',
      answer: taking(idBody, async ({ id }, _call, officer) =>
        (await app.passkeys.remove(officer, id)) ? { json: { deleted: true } } : refusal('NOT_FOUND'),
      ),
    },

    'sign-in/single-sign-on': {
      method: 'POST',
      who: 'ANYBODY_COUNTED',
      answer: taking(emptyBody, async (_given, call) => {
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
      }),
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
