import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { limits } from '../../src/limits.ts'
import type { OfficerManager } from '../../src/officers/officer-manager.ts'
import { ConsoleVisitor, codeOf, type ReadyOfficer, readyOfficer } from '../support/console-visitor.ts'
import { audience, TestExchange } from '../support/exchange.ts'

/** What a session is worth, and for how long; who may speak for a browser. */

let exchange: TestExchange
let server: RunningServer
let other: RunningServer
let now = new Date()
const advance = (milliseconds: number) => {
  now = new Date(now.getTime() + milliseconds)
}
const root: OfficerManager = { kind: 'OPERATOR', name: 'root' }

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica({ clock: { now: () => now } })
  other = await exchange.replica({ clock: { now: () => now } })
  for (const code of ['NDRC', 'TAX'])
    await server.app.registry.register('tester', {
      code,
      name: `部门 ${code}`,
      kind: code,
      division: '419800',
      roles: ['PROVIDER'],
    })
})
afterAll(() => exchange[Symbol.asyncDispose]())

let count = 0
const officer = (department = 'NDRC'): Promise<ReadyOfficer> => {
  count += 1
  return readyOfficer(server, audience, { email: `officer${count}@example.org`, department }, now)
}
const isIn = async (visitor: ConsoleVisitor, at = server) =>
  (await at.app.sessions.sessionOf(visitor.headers())) !== null

describe('cookies', () => {
  it('are for the console of this site alone, and no script reads them', async () => {
    const of = await officer()
    expect(of.visitor.cookies.get('__Secure-console.session_token')?.attributes.split('; ').sort()).toEqual([
      'HttpOnly',
      `Max-Age=${limits.officerSessionSeconds}`,
      'Path=/console',
      'SameSite=Strict',
      'Secure',
    ])
    const visitor = new ConsoleVisitor(server, audience)
    await visitor.post('sign-in/password', { email: of.email, password: of.password })
    expect(visitor.cookies.get('__Secure-console.challenge')?.attributes.split('; ').sort()).toEqual([
      'HttpOnly',
      `Max-Age=${limits.secondFactorSeconds}`,
      'Path=/console/api/auth',
      'SameSite=Strict',
      'Secure',
    ])
    const session = await of.visitor.get('session')
    expect(session.headers.get('cache-control')).toBe('no-store')
    expect(JSON.stringify(session.json)).not.toContain(
      decodeURIComponent(of.visitor.cookieHeader().split('=')[1] ?? '').slice(0, 20),
    )
  })

  it('that this exchange did not sign, or that stand twice, are nobody', async () => {
    const of = await officer()
    const [name = '', { value = '' } = {}] = [...of.visitor.cookies][0] ?? []
    const [token = '', signature = ''] = decodeURIComponent(value).split('.')
    const forged = Buffer.from(signature, 'base64')
    forged[0] = (forged[0] ?? 0) ^ 1
    const asked = (cookie: string) => server.app.sessions.sessionOf(new Headers({ cookie }))
    expect(await asked(`${name}=${value}`)).not.toBeNull()
    expect(await asked(`a=1; ${name}=${value}; b=2`)).not.toBeNull()
    expect(await asked(`${name}=${token}`)).toBeNull()
    expect(await asked(`${name}=${encodeURIComponent(`${token}.${forged.toString('base64')}`)}`)).toBeNull()
    expect(await asked(`${name}=${value}; ${name}=${value}`)).toBeNull()
    expect(await asked(`console.session_token=${value}`)).toBeNull()
    expect(await asked(`${name}=%`)).toBeNull()
  })
})

describe('a POST', () => {
  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port', { origin: `${audience}:8443` }],
    ['http', { origin: audience.replace('https', 'http') }],
    ['an opaque place', { origin: 'null' }],
  ])('from %s is refused', async (_where, headers) => {
    const of = await officer()
    expect(codeOf(await of.visitor.post('sign-out', {}, headers))).toBe('CSRF_REFUSED')
    expect(await isIn(of.visitor)).toBe(true)
    const signIn = { email: of.email, password: of.password }
    expect(codeOf(await new ConsoleVisitor(server, audience).post('sign-in/password', signIn, headers))).toBe(
      'CSRF_REFUSED',
    )
  })

  it('without an origin, or as a form, is refused', async () => {
    const of = await officer()
    const path = '/console/api/auth/sign-out'
    expect(codeOf(await of.visitor.send('POST', path, { 'content-type': 'application/json' }, '{}'))).toBe(
      'CSRF_REFUSED',
    )
    expect(
      codeOf(await of.visitor.send('POST', path, { origin: audience, 'content-type': 'text/plain' }, '{}')),
    ).toBe('MEDIA_TYPE_UNSUPPORTED')
  })
})

describe('of the library', () => {
  it.each([
    ['POST', 'sign-up/email'],
    ['POST', 'sign-in/email'],
    ['POST', 'sign-in/social'],
    ['POST', 'link-social'],
    ['POST', 'update-user'],
    ['POST', 'change-email'],
    ['POST', 'change-password'],
    ['POST', 'request-password-reset'],
    ['POST', 'delete-user'],
    ['POST', 'update-session'],
    ['GET', 'get-session'],
    ['GET', 'list-sessions'],
    ['POST', 'passkey/update-passkey'],
    ['GET', 'callback/github'],
    ['GET', '__proto__'],
    ['GET', 'constructor'],
    ['GET', 'session/'],
    ['GET', 'x/console/api/auth/session'],
  ])('nothing else can be reached: %s %s', async (method, path) => {
    const of = await officer()
    const answer = method === 'GET' ? await of.visitor.get(path) : await of.visitor.post(path)
    expect(codeOf(answer)).toBe('NOT_FOUND')
  })
})

describe('a session', () => {
  it('ends when it was left alone', async () => {
    const of = await officer()
    advance(limits.officerIdle - 1_000)
    expect(await isIn(of.visitor)).toBe(true)
    advance(limits.officerIdle - 1_000)
    expect(await isIn(of.visitor, other)).toBe(true)
    advance(limits.officerIdle + 1)
    expect(await isIn(of.visitor)).toBe(false)
    expect((await of.visitor.get('session')).json).toMatchObject({ officer: null })
    expect(codeOf(await of.visitor.get('passkey/generate-register-options'))).toBe('NOT_SIGNED_IN')
  })

  it('ends when it was left alone, though its page goes on looking', async () => {
    const of = await officer()
    const look = async (by: Record<string, string>) => {
      const headers = new Headers({ ...Object.fromEntries(of.visitor.headers()), ...by })
      return (await server.app.sessions.sessionOf(headers)) !== null
    }
    advance(limits.officerIdle / 2)
    expect(await look({ 'x-console-unattended': '1' })).toBe(true)
    advance(limits.officerIdle / 2 + 1)
    expect(await look({ 'x-console-unattended': '1' })).toBe(false)
    expect(await look({})).toBe(false)
  })

  it('ends with the working day, however busy', async () => {
    const of = await officer()
    const step = limits.officerIdle / 2
    for (let passed = step; passed < limits.officerSessionSeconds * 1000; passed += step) {
      advance(step)
      expect(await isIn(of.visitor)).toBe(true)
    }
    advance(step)
    expect(await isIn(of.visitor)).toBe(false)
  })

  it('ends when the officer signs out, and its cookie goes', async () => {
    const of = await officer()
    const kept = of.visitor.headers()
    expect((await of.visitor.post('sign-out')).json).toEqual({ signedOut: true })
    expect(of.visitor.cookies.size).toBe(0)
    expect(await other.app.sessions.sessionOf(kept)).toBeNull()
  })

  it('is listed and revoked by the officer, on every replica at once; nobody revokes another’s', async () => {
    const of = await officer()
    const stranger = await officer()
    const { sessions } = (await of.visitor.get('sessions')).json as { sessions: { id: string }[] }
    expect(sessions).toEqual([
      {
        id: expect.any(String),
        current: true,
        method: 'SET_UP',
        address: '127.0.0.1',
        userAgent: expect.any(String),
        createdAt: now.toISOString(),
        lastUsedAt: now.toISOString(),
        expiresAt: expect.any(String),
      },
    ])
    const [{ id } = { id: '' }] = sessions
    expect(codeOf(await stranger.visitor.post('sessions/revoke', { id }))).toBe('NOT_FOUND')
    expect(await isIn(of.visitor, other)).toBe(true)
    expect((await of.visitor.post('sessions/revoke', { id })).json).toEqual({ revoked: true })
    expect(await isIn(of.visitor, other)).toBe(false)
  })

  it.each([
    [
      'the officer is disabled',
      (of: ReadyOfficer) => server.app.officers.disable(root, of.id, '离职'),
      (of: ReadyOfficer) => server.app.officers.enable(root, of.id, '返岗'),
    ],
    [
      'her session is revoked by an administrator',
      async (of: ReadyOfficer) => {
        const [session] = await server.app.officers.sessions(root, of.id)
        await server.app.officers.revokeSession(root, of.id, session?.id ?? '')
      },
      async () => {},
    ],
  ])('counts nowhere any more when %s', async (_what, end, undo) => {
    const of = await officer()
    expect(await isIn(of.visitor, other)).toBe(true)
    await end(of)
    expect(await isIn(of.visitor, other)).toBe(false)
    await undo(of)
    expect(await isIn(of.visitor, other)).toBe(false)
  })

  it('counts only while the department works', async () => {
    const of = await officer('TAX')
    const set = (status: string) =>
      exchange.database.pool.query(`UPDATE department SET status = $1 WHERE code = 'TAX'`, [status])
    for (const [status, counts] of [
      ['ACTIVE', true],
      ['SUSPENDED', false],
      ['CLOSED', false],
      ['REGISTERED', true],
    ] as const) {
      await set(status)
      expect([status, await isIn(of.visitor, other)]).toEqual([status, counts])
    }
    await set('SUSPENDED')
    const visitor = new ConsoleVisitor(server, audience)
    expect(codeOf(await visitor.post('sign-in/password', { email: of.email, password: of.password }))).toBe(
      'SIGN_IN_REFUSED',
    )
  })

  it('does not come back with its department, and none that was about to begin does', async () => {
    await exchange.database.pool.query(`UPDATE department SET status = 'ACTIVE' WHERE code = 'TAX'`)
    const of = await officer('TAX')
    const visitor = new ConsoleVisitor(server, audience)
    await visitor.post('sign-in/password', { email: of.email, password: of.password })
    await server.app.registry.suspend('tester', 'TAX')
    await server.app.registry.resume('tester', 'TAX')
    expect(await isIn(of.visitor, other)).toBe(false)
    expect(codeOf(await visitor.post('sign-in/second-factor', { code: '000000' }))).toBe('CHALLENGE_OVER')
  })

  it('that was about to begin when all were ended never counts', async () => {
    const of = await officer()
    const { pool } = exchange.database
    // As it is stored by a replica that asked before the officer was disabled, and enabled again.
    const { rows } = await pool.query('SELECT * FROM officer_session WHERE officer_id = $1', [of.id])
    await server.app.officers.disable(root, of.id, '离职')
    await server.app.officers.enable(root, of.id, '返岗')
    const store = (epoch: number) =>
      pool.query(
        `INSERT INTO officer_session (id, token, officer_id, method, epoch, created_at, updated_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch`,
        [
          rows[0].id,
          rows[0].token,
          of.id,
          'TOTP',
          epoch,
          rows[0].created_at,
          rows[0].updated_at,
          rows[0].expires_at,
        ],
      )
    await store(rows[0].epoch)
    expect(await isIn(of.visitor)).toBe(false)
    await store(rows[0].epoch + 1)
    expect(await isIn(of.visitor)).toBe(true)
  })

  it('is what the officer may do now: changed roles count with the next request', async () => {
    const of = await officer()
    await server.app.officers.assign(root, of.id, {
      roles: ['REVIEWER'],
      department: 'NDRC',
      division: '419800',
    })
    expect(await other.app.sessions.sessionOf(of.visitor.headers())).toMatchObject({
      roles: ['REVIEWER'],
      division: '419800',
    })
  })
})

describe('a page of another site', () => {
  const graphql = (visitor: ConsoleVisitor, headers: Record<string, string>) =>
    visitor.send(
      'POST',
      '/console/graphql',
      { 'content-type': 'application/json', ...headers },
      JSON.stringify({ query: '{ viewer { id } }' }),
    )

  it('shuts no office out of its sessions, and neither does a neighbour without one', async () => {
    const of = await officer()
    const refusalsPerMinute = 5
    const strict = await exchange.replica({ clock: { now: () => now }, refusalsPerMinute })
    const stranger = new ConsoleVisitor(strict, audience)
    const own = { origin: audience, 'x-console': '1' }
    const codes = new Set<string>()
    for (let attempt = 0; attempt < 2 * refusalsPerMinute; attempt++)
      codes.add(codeOf(await graphql(stranger, { origin: 'https://evil.example' })))
    expect(codes).toEqual(new Set(['CSRF_REFUSED']))
    expect(codeOf(await graphql(stranger, own))).toBe('NOT_SIGNED_IN')
    for (let attempt = 0; attempt < 2 * refusalsPerMinute; attempt++)
      codes.add(codeOf(await graphql(stranger, own)))
    expect(codes).toEqual(new Set(['CSRF_REFUSED', 'NOT_SIGNED_IN', 'RATE_LIMITED']))
    expect((await graphql(of.visitor.at(strict), own)).json).toMatchObject({
      data: { viewer: { id: of.id } },
    })
  })

  it('uses up no tries to sign in', async () => {
    const of = await officer()
    const stranger = new ConsoleVisitor(server, audience)
    const options = 'passkey/generate-authenticate-options'
    for (let attempt = 0; attempt <= limits.signInsPerAddress.points; attempt++) {
      const picture = await stranger.get(options, { 'sec-fetch-site': 'cross-site' })
      const callback = await stranger.get('callback/oidc?code=x&state=y', { 'sec-fetch-site': 'cross-site' })
      expect([codeOf(picture), codeOf(callback)]).toEqual(['CSRF_REFUSED', 'NOT_FOUND'])
    }
    expect((await stranger.get(options, { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    const answer = await stranger.post('sign-in/password', { email: of.email, password: of.password })
    expect(answer.json).toEqual({ next: 'SECOND_FACTOR' })
  })
})

it('what is over is swept away', async () => {
  const of = await officer()
  await new ConsoleVisitor(server, audience).post('sign-in/password', {
    email: of.email,
    password: of.password,
  })
  advance(limits.triesForgottenAfter + limits.officerSessionSeconds * 1000)
  await server.app.sessions.sweep()
  await server.app.signIns.sweep()
  const { rows } = await exchange.database.pool.query(
    `SELECT (SELECT count(*) FROM officer_session) + (SELECT count(*) FROM sign_in_challenge)
          + (SELECT count(*) FROM sign_in_tries) AS left`,
  )
  expect(rows).toEqual([{ left: 0 }])
})

it('attempts of one address are bounded, over all replicas', async () => {
  const statuses: number[] = []
  for (let attempt = 0; attempt <= limits.signInsPerAddress.points; attempt++) {
    const visitor = new ConsoleVisitor(attempt % 2 === 0 ? server : other, audience)
    statuses.push((await visitor.post('set-up/start', { code: 'x' })).status)
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(limits.signInsPerAddress.points)
  const refused = await new ConsoleVisitor(other, audience).post('set-up/start', { code: 'x' })
  expect([codeOf(refused), refused.headers.get('retry-after')]).toEqual(['RATE_LIMITED', '300'])
  advance(limits.signInsPerAddress.seconds * 1000 + 1)
  expect(codeOf(await new ConsoleVisitor(other, audience).post('set-up/start', { code: 'x' }))).toBe(
    'SET_UP_CODE_REFUSED',
  )
})
