import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { App } from '../src/app.ts'
import { limits } from '../src/limits.ts'
import type { SessionMethod } from '../src/officers/officer-event.ts'
import {
  type Discovery,
  discover,
  discoveryUrlOf,
  profileOf,
  type SingleSignOn,
  singleSignOnProvider,
} from './single-sign-on.ts'

/**
 * better-auth on the exchange's own tables: sessions and their cookies, passkeys, single sign-on. Passwords, second
 * factors and tries are the domain's (src/officers), since the library accepts a one-time code twice and knows no
 * mandatory second factor. Of its many endpoints only those that console-auth-library-routes.ts names can be reached.
 */
export type ConsoleAuth = {
  /** Answers one of better-auth's own endpoints. */
  handle(request: Request): Promise<Response>
  /** Begins a session of an officer who has proven who she is; the answer carries its cookie. */
  beginSession(officerId: string, method: SessionMethod, headers: Headers): Promise<Response>
}

export type ConsoleAuthSource = {
  current(): Promise<ConsoleAuth>
  /** The same with single sign-on, or null while its provider cannot be reached. */
  withSingleSignOn(): Promise<ConsoleAuth | null>
}

/** The address of the browser, as the edge knows it; better-auth looks at no header of its own accord. */
export const clientAddressHeader = 'x-console-client-address'

type Parts = { app: App; logger: Logger; exchangeUrl: string; singleSignOn: SingleSignOn | null }

/**
 * Made with the first request, so that a start waits neither for the library nor for the provider. A provider that was
 * away is looked for again: the library itself would leave it out until the next start.
 */
export function createConsoleAuth(parts: Parts & { monotonicNow: () => number }): ConsoleAuthSource {
  const { singleSignOn } = parts
  let plain: Promise<ConsoleAuth> | null = null
  let complete: Promise<ConsoleAuth | null> | null = null
  let lookAgainAt = 0

  const plainOne = () => {
    plain ??= build(parts, null)
    plain.catch(() => {
      plain = null
    })
    return plain
  }
  const completeOne = () => {
    if (singleSignOn === null || (complete === null && parts.monotonicNow() < lookAgainAt)) return null
    complete ??= discover(singleSignOn.issuer).then((found) => found && build(parts, found))
    const mine = complete
    const again = () => {
      if (complete !== mine) return
      complete = null
      lookAgainAt = parts.monotonicNow() + limits.singleSignOnRetry
    }
    mine.then((auth) => auth ?? again(), again)
    return mine
  }
  return {
    current: plainOne,
    withSingleSignOn: async () => (await completeOne()) ?? null,
  }
}

/** By which of its endpoints better-auth itself begins a session. Of any other it begins none. */
const methodOfPath: Readonly<Record<string, SessionMethod>> = {
  '/passkey/verify-authentication': 'PASSKEY',
  '/callback/:id': 'SINGLE_SIGN_ON',
}

async function build(parts: Parts, provider: Discovery | null): Promise<ConsoleAuth> {
  const [{ betterAuth }, { prismaAdapter }, { genericOAuth }, { passkey }, api, { setSessionCookie }, { z }] =
    await Promise.all([
      import('better-auth/minimal'),
      import('better-auth/adapters/prisma'),
      import('better-auth/plugins/generic-oauth'),
      import('@better-auth/passkey'),
      import('better-auth/api'),
      import('better-auth/cookies'),
      import('zod'),
    ])
  const { APIError, createAuthEndpoint } = api
  const { app, logger, singleSignOn } = parts
  const url = new URL(parts.exchangeUrl)
  const secure = url.protocol === 'https:'
  const consolePath = `${url.pathname.replace(/\/+$/, '')}/console`

  const ownSessions = {
    id: 'officers',
    endpoints: {
      beginSession: createAuthEndpoint.serverOnly(
        {
          method: 'POST',
          body: z.object({ officerId: z.string(), method: z.enum(['TOTP', 'BACKUP_CODE', 'SET_UP']) }),
        },
        async (context) => {
          const { internalAdapter } = context.context
          const user = await internalAdapter.findUserById(context.body.officerId)
          const session = await internalAdapter.createSession(context.body.officerId, false, {
            method: context.body.method,
          })
          if (!user || !session) throw new APIError('UNAUTHORIZED')
          await setSessionCookie(context, { session, user })
          return context.json({ signedIn: true })
        },
      ),
    },
  }

  const auth = betterAuth({
    appName: 'joint credit exchange',
    baseURL: `${parts.exchangeUrl}/console/api/auth`,
    trustedOrigins: [url.origin],
    // Said twice, so that no variable of the environment takes its place.
    secret: app.sessions.signing.secret,
    secrets: [{ version: 1, value: app.sessions.signing.secret }],
    database: prismaAdapter(app.prisma, { provider: 'postgresql' }),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: {
      level: 'warn',
      // What follows the message may hold an e-mail or a token.
      log: (level, message) => logger[level === 'error' ? 'error' : 'warn']({ part: 'better-auth' }, message),
    },
    advanced: {
      cookiePrefix: 'console',
      useSecureCookies: secure,
      defaultCookieAttributes: { httpOnly: true, secure, sameSite: 'strict', path: consolePath },
      // The provider sends the browser back from its own site, where a strict cookie would not come along.
      cookies: { state: { attributes: { sameSite: 'lax' } } },
      ipAddress: { disableIpTracking: true },
    },
    user: { modelName: 'officerAccount' },
    session: {
      modelName: 'officerSession',
      expiresIn: limits.officerSessionSeconds,
      disableSessionRefresh: true,
      freshAge: limits.officerFreshSeconds,
      additionalFields: {
        method: { type: 'string', required: true, input: false },
        epoch: { type: 'number', required: true, input: false },
      },
    },
    account: {
      modelName: 'officerLogin',
      updateAccountOnSignIn: false,
      accountLinking: { enabled: true, requireLocalEmailVerified: true, trustedProviders: [] },
    },
    verification: { modelName: 'authVerification' },
    databaseHooks: {
      user: {
        create: { before: async () => false },
        update: { before: async () => false },
      },
      account: {
        create: {
          // Only an officer who was created beforehand gets here. Tokens of the provider are nothing to keep.
          async before(account) {
            if ((await app.sessions.epochToBegin(account.userId, 'SINGLE_SIGN_ON')) === null) return false
            await app.sessions.noteLinked(account.userId, account.providerId)
            return { data: { accessToken: null, refreshToken: null, idToken: null, scope: null } }
          },
        },
      },
      session: {
        create: {
          async before(session, context) {
            const given = 'method' in session ? session.method : undefined
            const method = methodOfPath[context?.path ?? ''] ?? ownMethod(given)
            const epoch = method && (await app.sessions.epochToBegin(session.userId, method))
            if (method === null || epoch === null)
              throw new APIError('UNAUTHORIZED', { code: 'SIGN_IN_REFUSED', message: 'refused' })
            const id = randomBytes(16).toString('base64url')
            const address = context?.headers?.get(clientAddressHeader) ?? null
            await app.sessions.noteBegun({ id, officerId: session.userId, address }, method)
            const now = app.clock.now()
            const expiresAt = new Date(now.getTime() + limits.officerSessionSeconds * 1000)
            return {
              data: { id, method, epoch, ipAddress: address, createdAt: now, updatedAt: now, expiresAt },
            }
          },
        },
      },
    },
    plugins: [
      ownSessions,
      passkey({
        rpID: url.hostname,
        rpName: '信用联合惩戒交换平台',
        origin: url.origin,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        advanced: { webAuthnChallengeCookie: 'passkey' },
        schema: { passkey: { modelName: 'officerPasskey' } },
        // A passkey stands for both factors only where the authenticator asked for a finger, a face or a PIN; the library
        // does not demand it.
        registration: {
          async afterVerification({ verification, user }) {
            const { registrationInfo } = verification
            if (!registrationInfo?.userVerified)
              throw new APIError('UNAUTHORIZED', { code: 'PASSKEY_REFUSED', message: 'no user verification' })
            if (!(await app.passkeys.noteAdded(user.id, registrationInfo.credential.id)))
              throw new APIError('BAD_REQUEST', { code: 'PASSKEY_REFUSED', message: 'too many passkeys' })
          },
        },
        authentication: {
          async afterVerification({ verification }) {
            if (!verification.authenticationInfo.userVerified)
              throw new APIError('UNAUTHORIZED', { code: 'PASSKEY_REFUSED', message: 'no user verification' })
          },
        },
      }),
      ...(provider && singleSignOn
        ? [
            genericOAuth({
              config: [
                {
                  providerId: singleSignOnProvider,
                  discoveryUrl: discoveryUrlOf(singleSignOn.issuer),
                  clientId: singleSignOn.clientId,
                  clientSecret: singleSignOn.clientSecret,
                  scopes: ['openid', 'email', 'profile'],
                  pkce: true,
                  disableSignUp: true,
                  disableImplicitSignUp: true,
                  requireIdTokenVerification: true,
                  disableProviderLogout: true,
                  async getUserInfo(tokens) {
                    const profile = await profileOf(provider, tokens)
                    return profile && { ...profile, id: profile.sub }
                  },
                },
              ],
            }),
          ]
        : []),
    ],
  })
  if (provider) {
    const { socialProviders } = await auth.$context
    if (!socialProviders.some(({ id }) => id === singleSignOnProvider))
      throw new TypeError('the provider of the single sign-on was left out')
  }
  return {
    handle: (request) => auth.handler(request),
    beginSession: (officerId, method, headers) => {
      const own = ownMethod(method)
      if (own === null) throw new TypeError(`a session by ${method} begins elsewhere`)
      return auth.api.beginSession({ body: { officerId, method: own }, headers, asResponse: true })
    },
  }
}

/** Methods that the exchange itself has checked. */
function ownMethod(given: unknown): 'TOTP' | 'BACKUP_CODE' | 'SET_UP' | null {
  return given === 'TOTP' || given === 'BACKUP_CODE' || given === 'SET_UP' ? given : null
}
