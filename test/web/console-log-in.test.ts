import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import type { OfficerManager } from '../../src/officers/officer-manager.ts'
import { browserAbsence, openBrowser } from '../support/browser.ts'
import { ConsoleVisitor, codeOf, readyOfficer, registerOffice } from '../support/console-visitor.ts'
import { TestExchange } from '../support/exchange.ts'
import { freePort, launch, type Running } from '../support/process.ts'

/** Passkeys and single sign-on in a real browser, the second with a real OpenID Connect provider on another site. */

const root: OfficerManager = { kind: 'OPERATOR', name: 'root' }
const secret = 'a-client-secret-of-the-tests'

describe.skipIf(browserAbsence !== null)(`officers in a browser ${browserAbsence ?? ''}`, () => {
  let exchange: TestExchange
  let server: RunningServer
  let browser: Browser
  let origin: string
  let idpPort: number
  const opened: BrowserContext[] = []
  const processes: Running[] = []

  beforeAll(async () => {
    exchange = await TestExchange.start()
    const port = await freePort()
    idpPort = await freePort()
    origin = `http://localhost:${port}`
    server = await exchange.replica({
      at: { port, exchangeUrl: origin },
      singleSignOn: {
        issuer: `http://127.0.0.1:${idpPort}`,
        clientId: 'exchange',
        clientSecret: secret,
        name: '统一身份认证',
      },
    })
    await registerOffice(server)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    for (const { child } of processes) child.kill()
    await exchange[Symbol.asyncDispose]()
  })

  /** A browser of its own that stands on a page of the console. */
  async function page(): Promise<Page> {
    const context = await browser.newContext()
    opened.push(context)
    const made = await context.newPage()
    await made.goto(`${origin}/console/sign-in`)
    return made
  }

  type Told = { status: number; json: unknown }
  const ask = (on: Page, path: string, body?: unknown): Promise<Told> =>
    on.evaluate(
      async ([url, sent]) => {
        const response = await fetch(`/console/api/auth/${url}`, {
          ...(sent === null
            ? {}
            : { method: 'POST', headers: { 'content-type': 'application/json' }, body: sent }),
        })
        return { status: response.status, json: await response.json() }
      },
      [path, body === undefined ? null : JSON.stringify(body)] as const,
    )
  const who = async (on: Page): Promise<unknown> => {
    const { json } = await ask(on, 'session')
    return (json as { officer: { email: string } | null }).officer?.email ?? null
  }

  describe('a passkey', () => {
    /** `asks`: it can ask who holds it, and has. */
    const authenticator = async (on: Page, asks: boolean): Promise<[CDPSession, string]> => {
      const cdp = await on.context().newCDPSession(on)
      await cdp.send('WebAuthn.enable')
      const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: asks,
          isUserVerified: asks,
          automaticPresenceSimulation: true,
        },
      })
      return [cdp, authenticatorId]
    }
    /** `demanded`: what the page asks of the authenticator, whatever the server told it. */
    const register = (on: Page, demanded?: string) =>
      on.evaluate(async (verification) => {
        const options = await (await fetch('/console/api/auth/passkey/generate-register-options')).json()
        if (options.errors) return { status: 0, json: options }
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
        if (verification)
          publicKey.authenticatorSelection = {
            residentKey: 'discouraged',
            userVerification: verification as UserVerificationRequirement,
          }
        const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
        const response = await fetch('/console/api/auth/passkey/verify-registration', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ response: credential.toJSON(), name: '办公电脑' }),
        })
        return { status: response.status, json: await response.json() }
      }, demanded)
    const use = (on: Page, demanded?: string) =>
      on.evaluate(async (verification) => {
        const options = await (await fetch('/console/api/auth/passkey/generate-authenticate-options')).json()
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
        if (verification) publicKey.userVerification = verification as UserVerificationRequirement
        const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
        const post = async () => {
          const response = await fetch('/console/api/auth/passkey/verify-authentication', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ response: credential.toJSON() }),
          })
          return { status: response.status, json: await response.json() }
        }
        return { options, first: await post(), replayed: await post() }
      }, demanded)

    /** Signs the page in as an officer who has just set up her log-in. */
    async function signedIn(email: string): Promise<Page> {
      const of = await readyOfficer(server, origin, { email, department: 'NDRC' })
      const on = await page()
      await on.context().addCookies(
        [...of.visitor.cookies].map(([name, { value }]) => ({
          name,
          value,
          domain: 'localhost',
          path: '/console',
          httpOnly: true,
          sameSite: 'Strict' as const,
        })),
      )
      expect(await who(on)).toBe(email)
      return on
    }

    it('is registered, signs in by itself once per challenge, and can be removed', async () => {
      const on = await signedIn('passkey@example.org')
      await authenticator(on, true)
      expect(await register(on)).toEqual({ status: 200, json: { registered: true } })
      const { json } = await ask(on, 'passkeys')
      expect(json).toEqual({
        passkeys: [{ id: expect.any(String), name: '办公电脑', createdAt: expect.any(String) }],
      })
      await ask(on, 'sign-out', {})
      expect(await who(on)).toBeNull()

      const used = await use(on)
      expect(used.options).toMatchObject({ userVerification: 'required' })
      expect(used.first).toEqual({ status: 200, json: { signedIn: true } })
      expect(used.replayed).toMatchObject({
        status: 401,
        json: { errors: [{ extensions: { code: 'PASSKEY_REFUSED' } }] },
      })
      expect(await who(on)).toBe('passkey@example.org')

      const [{ id } = { id: '' }] = (json as { passkeys: { id: string }[] }).passkeys
      expect((await ask(on, 'passkeys/delete', { id })).json).toEqual({ deleted: true })
      await ask(on, 'sign-out', {})
      expect((await use(on)).first).toMatchObject({ status: 401 })
      const { rows } = await exchange.database.pool.query(
        `SELECT kind, facts ->> 'method' AS method FROM officer_event e JOIN officer o ON o.id = e.officer_id
          WHERE o.email = 'passkey@example.org' ORDER BY e.id`,
      )
      expect(rows.map(({ kind, method }) => method ?? kind)).toEqual([
        'SET_UP',
        'SET_UP',
        'PASSKEY_ADDED',
        'SIGNED_OUT',
        'PASSKEY',
        'PASSKEY_REMOVED',
        'SIGNED_OUT',
      ])
    })

    it('of an authenticator that did not ask who holds it is refused, whatever the page demands', async () => {
      const on = await signedIn('unverified@example.org')
      const [cdp, authenticatorId] = await authenticator(on, false)
      expect(await register(on, 'discouraged')).toMatchObject({ status: 401 })
      expect((await ask(on, 'passkeys')).json).toEqual({ passkeys: [] })

      await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
      const [asking, thatAsks] = await authenticator(on, true)
      expect(await register(on)).toMatchObject({ status: 200 })
      await ask(on, 'sign-out', {})
      await asking.send('WebAuthn.setUserVerified', { authenticatorId: thatAsks, isUserVerified: false })
      expect((await use(on, 'discouraged')).first).toMatchObject({ status: 401 })
      expect(await who(on)).toBeNull()
    })

    it('does not let a disabled officer in, and is registered soon after signing in only', async () => {
      const on = await signedIn('later@example.org')
      await authenticator(on, true)
      const { pool } = exchange.database
      await pool.query(
        `UPDATE officer_session SET created_at = created_at - interval '16 minutes'
          WHERE officer_id = (SELECT id FROM officer WHERE email = 'later@example.org')`,
      )
      expect(await register(on)).toMatchObject({
        json: { errors: [{ extensions: { code: 'SESSION_NOT_FRESH' } }] },
      })
      await pool.query('UPDATE officer_session SET created_at = now()')
      expect(await register(on)).toMatchObject({ status: 200 })
      await ask(on, 'sign-out', {})
      await pool.query(`UPDATE officer SET status = 'DISABLED' WHERE email = 'later@example.org'`)
      expect((await use(on)).first).toMatchObject({ status: 401 })
      expect(await who(on)).toBeNull()
    })
  })

  describe('single sign-on', () => {
    const provider = async (port: number, redirect: string, environment: Record<string, string> = {}) => {
      const running = launch(process.cwd(), 'test/support/identity-provider.ts', {
        PORT: String(port),
        REDIRECT: `${redirect}/console/api/auth/callback/oidc`,
        SECRET: secret,
        ...environment,
      })
      processes.push(running)
      await running.until('the identity provider listens')
      return running
    }
    /** From the console's page through the provider's log-in and back. */
    async function come(on: Page, name: string, at = origin): Promise<URL> {
      const { json } = await ask(on, 'sign-in/single-sign-on', {})
      await on.goto((json as { url: string }).url)
      await on.fill('input[name=login]', name)
      await on.fill('input[name=password]', 'anything')
      await on.click('button[type=submit]')
      await on.click('button[type=submit]')
      await on.waitForURL((url) => url.href.startsWith(`${at}/console/`) && !url.pathname.includes('/api/'))
      return new URL(on.url())
    }
    const newcomer = (name: string) =>
      server.app.officers.create(root, {
        name,
        email: `${name}@example.org`,
        roles: ['OFFICER'],
        department: 'NDRC',
        division: null,
      })

    it('that is away is said to be, and is found when it is back', async () => {
      const visitor = new ConsoleVisitor(server, origin)
      expect((await visitor.get('session')).json).toEqual({
        officer: null,
        singleSignOn: { name: '统一身份认证' },
      })
      expect(codeOf(await visitor.post('sign-in/single-sign-on'))).toBe('SINGLE_SIGN_ON_AWAY')
      await provider(idpPort, origin)
      await expect
        .poll(async () => (await visitor.post('sign-in/single-sign-on')).status, {
          timeout: 15_000,
          interval: 500,
        })
        .toBe(200)
    })

    it('lets an officer in who was created beforehand, and links her', async () => {
      const { officer } = await newcomer('sso-li')
      const on = await page()
      expect((await come(on, 'sso-li')).pathname).toBe('/console/')
      expect(await who(on)).toBe('sso-li@example.org')
      // And again, from another browser, by what was linked.
      const elsewhere = await page()
      await come(elsewhere, 'sso-li')
      expect(await who(elsewhere)).toBe('sso-li@example.org')
      const { rows } = await exchange.database.pool.query(
        `SELECT provider_id, account_id, access_token, refresh_token, id_token FROM officer_login WHERE officer_id = $1`,
        [officer.id],
      )
      expect(rows).toEqual([
        {
          provider_id: 'oidc',
          account_id: 'sso-li',
          access_token: null,
          refresh_token: null,
          id_token: null,
        },
      ])
      expect(await server.app.officers.find(root, officer.id)).toMatchObject({
        status: 'ACTIVE',
        hasSingleSignOn: true,
      })
    })

    it('signs nobody up', async () => {
      const on = await page()
      expect((await come(on, 'stranger')).search).toBe('?error=signup_disabled')
      expect(await who(on)).toBeNull()
      const { rows } = await exchange.database.pool.query(
        `SELECT count(*) FROM officer WHERE email = 'stranger@example.org'`,
      )
      expect(rows).toEqual([{ count: 0 }])
    })

    it('links nobody whose e-mail the provider has not proven, nor a disabled officer', async () => {
      await newcomer('unproven-wang')
      const on = await page()
      expect((await come(on, 'unproven-wang')).search).toBe('?error=account_not_linked')
      const { officer } = await newcomer('left-office')
      await server.app.officers.disable(root, officer.id, '离职')
      const other = await page()
      expect((await come(other, 'left-office')).pathname).toBe('/console/sign-in')
      expect([await who(on), await who(other)]).toEqual([null, null])
    })

    it('a callback that this browser did not begin is nobody’s', async () => {
      await newcomer('victim')
      const on = await page()
      const { json } = await ask(on, 'sign-in/single-sign-on', {})
      const other = await page()
      await other.goto((json as { url: string }).url)
      await other.fill('input[name=login]', 'victim')
      await other.fill('input[name=password]', 'anything')
      await other.click('button[type=submit]')
      await other.click('button[type=submit]')
      await other.waitForURL(/\/console\/sign-in/)
      expect(new URL(other.url()).searchParams.get('error')).toBe('state_mismatch')
      expect(await who(other)).toBeNull()
    })

    it('an ID token that the provider’s published key did not sign lets nobody in', async () => {
      const [port, forgedPort] = [await freePort(), await freePort()]
      const at = `http://localhost:${port}`
      await exchange.replica({
        at: { port, exchangeUrl: at },
        singleSignOn: {
          issuer: `http://127.0.0.1:${forgedPort}`,
          clientId: 'exchange',
          clientSecret: secret,
          name: '统一身份认证',
        },
      })
      await provider(forgedPort, at, { FORGED: 'yes' })
      await newcomer('forged-zhao')
      const on = await (await browser.newContext()).newPage()
      await on.goto(`${at}/console/sign-in`)
      expect((await come(on, 'forged-zhao', at)).search).toBe('?error=unable_to_get_user_info')
      expect(await who(on)).toBeNull()
    })
  })
})
