import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { limits } from '../../src/limits.ts'
import { useTotpStep } from '../../src/officers/sign-in-store.ts'
import { totpStep } from '../../src/officers/totp.ts'
import {
  ConsoleVisitor,
  codeAt,
  codeOf,
  goodPassword,
  type ReadyOfficer,
  readyOfficer,
  registerOffice,
  stepLater,
} from '../support/console-visitor.ts'
import { audience, TestExchange } from '../support/exchange.ts'

/** Officers sign in over HTTP, against a real database, on two replicas with one clock that the test moves. */

let exchange: TestExchange
let server: RunningServer
let other: RunningServer
let now = new Date()
const clock = { now: () => now }
const advance = (milliseconds: number) => {
  now = new Date(now.getTime() + milliseconds)
}
/** The next step of the authenticator, so that its code was not used. */
const nextStep = () => {
  now = stepLater(now, 1)
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica({ clock })
  other = await exchange.replica({ clock })
  await registerOffice(server)
})
afterAll(() => exchange[Symbol.asyncDispose]())

const stranger = () => new ConsoleVisitor(server, audience)
let count = 0
const officer = (): Promise<ReadyOfficer> => {
  count += 1
  return readyOfficer(server, audience, { email: `officer${count}@example.org`, department: 'NDRC' }, now)
}

async function signIn(of: ReadyOfficer, at = server): Promise<ConsoleVisitor> {
  nextStep()
  const visitor = new ConsoleVisitor(at, audience)
  expect((await visitor.post('sign-in/password', { email: of.email, password: of.password })).json).toEqual({
    next: 'SECOND_FACTOR',
  })
  expect((await visitor.post('sign-in/second-factor', { code: codeAt(of, now) })).json).toEqual({
    signedIn: true,
  })
  return visitor
}

const events = async (officerId: string): Promise<string[]> => {
  const { rows } = await exchange.database.pool.query<{ kind: string }>(
    'SELECT kind FROM officer_event WHERE officer_id = $1 ORDER BY id',
    [officerId],
  )
  return rows.map(({ kind }) => kind)
}

describe('setting up', () => {
  it('is done once, with a code that is told once, and signs in', async () => {
    const { officer: made, setUp } = await server.app.officers.create(
      { kind: 'OPERATOR', name: 'root' },
      {
        name: '王五',
        email: ' Wang@Example.org ',
        roles: ['CITY_ADMINISTRATOR'],
        department: 'NDRC',
        division: null,
      },
    )
    expect(made).toMatchObject({ email: 'wang@example.org', status: 'INVITED', hasPassword: false })
    const visitor = stranger()
    const started = await visitor.post('set-up/start', { code: setUp.code.toLowerCase() })
    expect(started.json).toMatchObject({ name: '王五', email: 'wang@example.org' })
    const again = await stranger().post('set-up/start', { code: setUp.code })
    expect(again.json).toEqual(started.json)

    const { secret } = started.json as { secret: string }
    const { TOTP, Secret } = await import('otpauth')
    const totp = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now.getTime() })
    const finish = (body: object) =>
      visitor.post('set-up/finish', { code: setUp.code, password: goodPassword, totp, ...body })
    expect(codeOf(await finish({ password: 'short' }))).toBe('PASSWORD_UNACCEPTABLE')
    expect(codeOf(await finish({ password: 'wang@example.org!' }))).toBe('PASSWORD_UNACCEPTABLE')
    expect(codeOf(await finish({ password: 'aaaaaaaaaaaaaaaa' }))).toBe('PASSWORD_UNACCEPTABLE')
    expect(codeOf(await finish({ totp: '000000' }))).toBe('CODE_REFUSED')
    // As the app shows it.
    const done = await finish({ totp: `${totp.slice(0, 3)} ${totp.slice(3)}` })
    expect(done.json).toEqual({ signedIn: true, backupCodes: expect.any(Array) })
    expect((done.json as { backupCodes: string[] }).backupCodes).toHaveLength(limits.backupCodes)
    expect((await visitor.get('session')).json).toEqual({
      officer: {
        id: made.id,
        name: '王五',
        email: 'wang@example.org',
        roles: ['CITY_ADMINISTRATOR'],
        division: null,
        department: { code: 'NDRC', name: '发展改革委' },
        sessionId: expect.any(String),
      },
      singleSignOn: null,
    })
    expect(codeOf(await finish({}))).toBe('SET_UP_CODE_REFUSED')
    expect(codeOf(await stranger().post('set-up/start', { code: setUp.code }))).toBe('SET_UP_CODE_REFUSED')
    expect(await events(made.id)).toEqual(['SET_UP', 'SIGNED_IN'])
  })

  it('a code ends after its hours, and with the next one', async () => {
    const by = { kind: 'OPERATOR', name: 'root' } as const
    const input = {
      name: '赵六',
      email: 'zhao@example.org',
      roles: ['AUDITOR'],
      department: 'NDRC',
      division: null,
    }
    const { officer: made, setUp } = await server.app.officers.create(by, input)
    const renewed = await server.app.officers.renewSetUpCode(by, made.id)
    expect(codeOf(await stranger().post('set-up/start', { code: setUp.code }))).toBe('SET_UP_CODE_REFUSED')
    advance(limits.setUpCodeHours * 3_600_000 + 1)
    expect(codeOf(await stranger().post('set-up/start', { code: renewed.code }))).toBe('SET_UP_CODE_REFUSED')
    expect(codeOf(await stranger().post('set-up/start', { code: '猜' }))).toBe('SET_UP_CODE_REFUSED')
  })

  it('secrets are not in the database as they are', async () => {
    const of = await officer()
    const { rows } = await exchange.database.pool.query(
      `SELECT o.secret, l.password, array_agg(b.digest) AS digests FROM officer_totp o
         JOIN officer_login l USING (officer_id) JOIN officer_backup_code b USING (officer_id)
        WHERE o.officer_id = $1 GROUP BY 1, 2`,
      [of.id],
    )
    const [row] = rows
    expect(row.secret.includes(of.secret)).toBe(false)
    expect(row.password).not.toContain(of.password)
    for (const code of of.backupCodes) expect(row.digests).not.toContain(code)
    expect(exchange.logLines.join('\n')).not.toContain(of.password)
  })
})

describe('a password', () => {
  it('alone signs nobody in', async () => {
    const of = await officer()
    const visitor = stranger()
    await visitor.post('sign-in/password', { email: of.email, password: of.password })
    expect((await visitor.get('session')).json).toMatchObject({ officer: null })
    expect(codeOf(await visitor.get('sessions'))).toBe('NOT_SIGNED_IN')
    expect(await server.app.sessions.sessionOf(visitor.headers())).toBeNull()
  })

  it('with the second factor does, at whatever replica', async () => {
    const of = await officer()
    nextStep()
    const visitor = stranger()
    await visitor.post('sign-in/password', { email: of.email.toUpperCase(), password: of.password })
    const elsewhere = visitor.at(other)
    expect((await elsewhere.post('sign-in/second-factor', { code: codeAt(of, now) })).json).toEqual({
      signedIn: true,
    })
    expect(await server.app.sessions.sessionOf(elsewhere.headers())).toMatchObject({
      id: of.id,
      roles: ['OFFICER'],
      department: { code: 'NDRC', status: 'ACTIVE' },
    })
    expect(await events(of.id)).toEqual(['SET_UP', 'SIGNED_IN', 'PASSWORD_ACCEPTED', 'SIGNED_IN'])
  })

  it('that is wrong looks like an e-mail that nobody has, also when locked', async () => {
    const of = await officer()
    const answers = { known: [] as unknown[], unknown: [] as unknown[] }
    for (let attempt = 0; attempt <= limits.triesBeforeLock; attempt++) {
      const known = await stranger().post('sign-in/password', { email: of.email, password: 'wrong-password' })
      const unknown = await stranger().post('sign-in/password', {
        email: 'nobody@example.org',
        password: 'wrong-password',
      })
      answers.known.push([known.status, known.json, known.headers.get('retry-after')])
      answers.unknown.push([unknown.status, unknown.json, unknown.headers.get('retry-after')])
    }
    expect(answers.known).toEqual(answers.unknown)
    expect(answers.known[0]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'SIGN_IN_REFUSED' } }] },
      null,
    ])
    expect(answers.known.at(-1)).toMatchObject([429, { errors: [{ extensions: { code: 'LOCKED' } }] }, '900'])
    expect(await events(of.id)).toContain('LOCKED')
  })

  it('takes as long to be refused where nobody has the e-mail', async () => {
    const of = await officer()
    const time = async (email: string) => {
      const from = performance.now()
      await stranger().post('sign-in/password', { email, password: 'wrong-password' })
      return performance.now() - from
    }
    await time('warm@example.org')
    // In turns, so that a busy machine is busy for both.
    const times = { known: [] as number[], unknown: [] as number[] }
    for (let turn = 0; turn < limits.triesBeforeLock; turn++) {
      times.known.push(await time(of.email))
      times.unknown.push(await time(`nobody${turn}@example.org`))
    }
    const median = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0
    const ratio = median(times.unknown) / median(times.known)
    expect(ratio).toBeGreaterThan(1 / 3)
    expect(ratio).toBeLessThan(3)
  })

  it('locks the account for all replicas, also for the right password, and for longer each time', async () => {
    const of = await officer()
    // All at once: counted before they are looked at.
    const tries = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        new ConsoleVisitor(index % 2 === 0 ? server : other, audience).post('sign-in/password', {
          email: of.email,
          password: 'wrong-password',
        }),
      ),
    )
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(limits.triesBeforeLock)
    const right = () =>
      new ConsoleVisitor(other, audience).post('sign-in/password', { email: of.email, password: of.password })
    expect(codeOf(await right())).toBe('LOCKED')
    advance(limits.firstLock + 1)
    expect(codeOf(await stranger().post('sign-in/password', { email: of.email, password: 'wrong' }))).toBe(
      'SIGN_IN_REFUSED',
    )
    const locked = await right()
    expect([codeOf(locked), locked.headers.get('retry-after')]).toEqual(['LOCKED', '1800'])
    advance(2 * limits.firstLock + 1)
    await signIn(of)
    // And then it is forgotten.
    expect(codeOf(await stranger().post('sign-in/password', { email: of.email, password: 'wrong' }))).toBe(
      'SIGN_IN_REFUSED',
    )
    await signIn(of)
  })

  it('guessed elsewhere locks nobody out, until many addresses together have guessed too often', async () => {
    const of = await officer()
    const guess = (address: string, at = server) =>
      at.app.signIns.checkPassword({ email: of.email, password: 'wrong-password', address })
    const outcomes = async (addresses: string[]) =>
      (await Promise.all(addresses.map((each, index) => guess(each, index % 2 ? other : server)))).map(
        ({ outcome }) => outcome,
      )
    const refused = (list: string[]) => list.filter((each) => each === 'REFUSED')
    const one = Array<string>(limits.triesBeforeLock + 3).fill('192.0.2.1')
    expect(refused(await outcomes(one))).toHaveLength(limits.triesBeforeLock)
    await signIn(of)

    const many = Array.from({ length: limits.triesFromEverywhere + 10 }, (_, index) => `198.51.100.${index}`)
    expect(refused(await outcomes(many))).toHaveLength(limits.triesFromEverywhere)
    expect(await guess('203.0.113.1')).toMatchObject({ outcome: 'LOCKED' })
    const changed = { currentPassword: of.password, newPassword: '新的密码也要够长才行-2026' }
    expect((await of.visitor.post('password', changed)).json).toEqual({ changed: true })
  })

  it('sent by the hundred is hashed by a few at once, and who is turned away has lost no try', async () => {
    const of = await officer()
    const { atOnce, waiting } = limits.passwordsHashed
    const flood = Array.from({ length: 2 * (atOnce + waiting) }, (_, index) =>
      stranger().post('sign-in/password', { email: `nobody${index}@example.org`, password: 'wrong' }),
    )
    const hers = Array.from({ length: 2 * limits.triesBeforeLock }, () =>
      stranger().post('sign-in/password', { email: of.email, password: of.password }),
    )
    const answers = await Promise.all(flood)
    const busy = answers.filter((answer) => codeOf(answer) === 'SIGN_INS_BUSY')
    expect(answers.filter((answer) => codeOf(answer) === 'SIGN_IN_REFUSED')).toHaveLength(
      answers.length - busy.length,
    )
    expect(busy.length).toBeGreaterThan(0)
    expect(busy.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
      Array(busy.length).fill([503, '2']),
    )
    for (const answer of await Promise.all(hers)) expect([200, 503]).toContain(answer.status)
    await signIn(of)
  })

  it('changed ends the other sessions and is the only one from then on', async () => {
    const of = await officer()
    const one = await signIn(of)
    const two = await signIn(of)
    const newPassword = '新的密码也要够长才行-2026'
    expect(codeOf(await one.post('password', { currentPassword: 'wrong-password', newPassword }))).toBe(
      'SIGN_IN_REFUSED',
    )
    expect(codeOf(await one.post('password', { currentPassword: of.password, newPassword: '短' }))).toBe(
      'PASSWORD_UNACCEPTABLE',
    )
    expect((await one.post('password', { currentPassword: of.password, newPassword })).json).toEqual({
      changed: true,
    })
    expect(await server.app.sessions.sessionOf(one.headers())).not.toBeNull()
    expect(await server.app.sessions.sessionOf(two.headers())).toBeNull()
    expect(await server.app.sessions.sessionOf(of.visitor.headers())).toBeNull()
    expect(
      codeOf(await stranger().post('sign-in/password', { email: of.email, password: of.password })),
    ).toBe('SIGN_IN_REFUSED')
    await signIn({ ...of, password: newPassword })
  })
})

describe('the second factor', () => {
  const challenged = async (of: ReadyOfficer, at = server) => {
    const visitor = new ConsoleVisitor(at, audience)
    await visitor.post('sign-in/password', { email: of.email, password: of.password })
    return visitor
  }

  it('a code counts once, on all replicas, even at once', async () => {
    const of = await officer()
    // The code that the set-up was proven with is used as well.
    expect(
      codeOf(await (await challenged(of)).post('sign-in/second-factor', { code: codeAt(of, now) })),
    ).toBe('CODE_REFUSED')
    await signIn(of)
    const replayed = await challenged(of, other)
    expect(codeOf(await replayed.post('sign-in/second-factor', { code: codeAt(of, now) }))).toBe(
      'CODE_REFUSED',
    )

    nextStep()
    const visitor = await challenged(of)
    const answers = await Promise.all(
      [visitor, visitor.at(other), visitor.at(server)].map((each) =>
        each.post('sign-in/second-factor', { code: codeAt(of, now) }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('a step is used once whoever else is at it, by the database’s own comparison', async () => {
    const of = await officer()
    const step = totpStep(now) + 5
    const { pool } = exchange.database
    const used = await Promise.all(Array.from({ length: 5 }, () => useTotpStep(pool, of.id, step)))
    expect(used.filter((each) => each)).toHaveLength(1)
    expect(await useTotpStep(pool, of.id, step - 1)).toBe(false)
  })

  it('an earlier code does not count after a later one', async () => {
    const of = await officer()
    await signIn(of)
    const visitor = await challenged(of)
    expect(codeOf(await visitor.post('sign-in/second-factor', { code: codeAt(of, now, -1) }))).toBe(
      'CODE_REFUSED',
    )
  })

  it('a challenge is over after its minutes, after it was passed, and with the next password', async () => {
    const of = await officer()
    nextStep()
    const visitor = await challenged(of)
    const copy = visitor.at(server)
    const late = visitor.at(server)
    await challenged(of)
    expect(codeOf(await copy.post('sign-in/second-factor', { code: codeAt(of, now) }))).toBe('CHALLENGE_OVER')
    const fresh = await challenged(of)
    advance(limits.secondFactorSeconds * 1000 + 1)
    expect(codeOf(await fresh.post('sign-in/second-factor', { code: codeAt(of, now) }))).toBe(
      'CHALLENGE_OVER',
    )
    expect(codeOf(await late.post('sign-in/second-factor', { code: codeAt(of, now) }))).toBe('CHALLENGE_OVER')
    expect(codeOf(await stranger().post('sign-in/second-factor', { code: codeAt(of, now) }))).toBe(
      'CHALLENGE_OVER',
    )
  })

  it('guessing it locks the account', async () => {
    const of = await officer()
    const visitor = await challenged(of)
    const codes: string[] = []
    for (let attempt = 0; attempt < limits.triesBeforeLock; attempt++)
      codes.push(codeOf(await visitor.post('sign-in/second-factor', { code: '000000' })))
    expect(codes).toEqual(Array(limits.triesBeforeLock).fill('CODE_REFUSED'))
    nextStep()
    expect(codeOf(await visitor.post('sign-in/second-factor', { code: codeAt(of, now) }))).toBe('LOCKED')
  })

  it('a backup code stands for it once', async () => {
    const of = await officer()
    const [first = '', second = ''] = of.backupCodes
    const visitor = await challenged(of)
    expect((await visitor.post('sign-in/second-factor', { code: first.toLowerCase() })).json).toEqual({
      signedIn: true,
    })
    const again = await challenged(of, other)
    expect(codeOf(await again.post('sign-in/second-factor', { code: first }))).toBe('CODE_REFUSED')
    expect((await again.post('sign-in/second-factor', { code: second })).status).toBe(200)
  })
})

it('where tries cannot be counted nobody gets in', async () => {
  const of = await officer()
  const { pool } = exchange.database
  await pool.query('ALTER TABLE sign_in_tries RENAME TO sign_in_tries_away')
  const right = { email: of.email, password: of.password }
  const answer = await stranger().post('sign-in/password', right)
  await pool.query('ALTER TABLE sign_in_tries_away RENAME TO sign_in_tries')
  expect([answer.status, codeOf(answer)]).toEqual([503, 'UNAVAILABLE'])
  expect((await stranger().post('sign-in/password', right)).status).toBe(200)
})

it('a department is at work from its first officer on, not from its administrator or auditor', async () => {
  const { pool } = exchange.database
  await server.app.registry.register('tester', {
    code: 'COURT',
    name: '法院',
    kind: 'COURT',
    division: '419800',
    roles: ['PROVIDER'],
  })
  const status = async () =>
    (await pool.query(`SELECT status FROM department WHERE code = 'COURT'`)).rows[0].status
  for (const [role, expected] of [
    ['CITY_ADMINISTRATOR', 'REGISTERED'],
    ['AUDITOR', 'REGISTERED'],
    ['OFFICER', 'ACTIVE'],
  ] as const) {
    const of = { email: `${role.toLowerCase()}@court.example`, department: 'COURT', roles: [role] }
    await readyOfficer(server, audience, of, now)
    expect([role, await status()]).toEqual([role, expected])
  }
  const { rows } = await pool.query(
    `SELECT count(*) FROM task_sweep WHERE reason = 'DEPARTMENT_ACTIVE COURT'`,
  )
  expect(rows).toEqual([{ count: 1 }])
})
