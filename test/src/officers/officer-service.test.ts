import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { limits } from '../../../src/limits.ts'
import type { Officer } from '../../../src/officers/officer.ts'
import type { OfficerManager } from '../../../src/officers/officer-manager.ts'
import type { Administrator } from '../../../src/officers/recovery-service.ts'
import {
  ConsoleVisitor,
  codeOf,
  readyOfficer,
  registerOffice,
  setUpLogIn,
} from '../../support/console-visitor.ts'
import { audience, TestExchange } from '../../support/exchange.ts'

/** Administrators manage officers, and two of them together let one in again. */

let exchange: TestExchange
let server: RunningServer
let now = new Date()
const root: OfficerManager = { kind: 'OPERATOR', name: 'root' }

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica({ clock: { now: () => now } })
  await registerOffice(server)
})
afterAll(() => exchange[Symbol.asyncDispose]())
// Administrators of the test before are none of this one's.
beforeEach(() => exchange.database.pool.query(`UPDATE officer SET status = 'DISABLED'`))

const email = () => `${randomBytes(6).toString('hex')}@example.org`

async function signedIn(
  role: string,
): Promise<{ by: Administrator; officer: Officer; visitor: ConsoleVisitor }> {
  const ready = await readyOfficer(
    server,
    audience,
    { email: email(), department: 'NDRC', roles: [role] },
    now,
  )
  const officer = await server.app.sessions.sessionOf(ready.visitor.headers())
  if (!officer) throw new TypeError('expected a session')
  return { by: { kind: 'OFFICER', officer, claim: async () => {} }, officer, visitor: ready.visitor }
}

const newcomer = (roles: string[] = ['OFFICER']) => ({
  name: '新人',
  email: email(),
  roles,
  department: 'NDRC',
  division: null,
})
const refusedWith = (code: string) => expect.objectContaining({ name: 'AdministrationRefusal', code })

async function tracesOf(target: string): Promise<{ actor: string; action: string }[]> {
  const { rows } = await exchange.database.pool.query(
    'SELECT actor, action FROM administration_event WHERE target = $1 ORDER BY id',
    [target],
  )
  return rows
}

describe('an administrator', () => {
  it('alone manages officers', async () => {
    const { officer: target } = await server.app.officers.create(root, newcomer())
    for (const role of ['OFFICER', 'REVIEWER', 'AUDITOR', 'HELP_DESK']) {
      const { by } = await signedIn(role)
      const { officers, recoveries } = server.app
      for (const act of [
        () => officers.create(by, newcomer()),
        () => officers.renewSetUpCode(by, target.id),
        () => officers.assign(by, target.id, newcomer()),
        () => officers.disable(by, target.id, '理由'),
        () => officers.enable(by, target.id, '理由'),
        () => officers.revokeSession(by, target.id, 'x'),
        () => recoveries.open(by, target.id, '理由'),
        () => recoveries.confirm(by, 1),
        () => recoveries.cancel(by, 1),
      ])
        await expect(act(), role).rejects.toEqual(refusedWith('NOT_ALLOWED'))
      if (role === 'AUDITOR') await expect(officers.list(by)).resolves.toContainEqual(target)
      else await expect(officers.list(by), role).rejects.toEqual(refusedWith('NOT_ALLOWED'))
    }
  })

  it('creates, assigns, disables and enables, each with its trace', async () => {
    const { by, officer } = await signedIn('CITY_ADMINISTRATOR')
    const input = newcomer()
    const { officer: made } = await server.app.officers.create(by, input)
    expect(made).toMatchObject({
      ...input,
      status: 'INVITED',
      department: { code: 'NDRC', name: '发展改革委' },
    })
    const assigned = await server.app.officers.assign(by, made.id, {
      roles: ['OFFICER', 'REVIEWER'],
      department: 'NDRC',
      division: '419800',
    })
    expect(assigned).toMatchObject({ roles: ['OFFICER', 'REVIEWER'], division: '419800' })
    expect(await server.app.officers.disable(by, made.id, '调离')).toMatchObject({ status: 'DISABLED' })
    expect(await server.app.officers.enable(by, made.id, '回调')).toMatchObject({ status: 'INVITED' })
    const actor = `officer:${officer.id}`
    expect(await tracesOf(made.id)).toEqual(
      ['OFFICER_CREATED', 'OFFICER_ASSIGNED', 'OFFICER_DISABLED', 'OFFICER_ENABLED'].map((action) => ({
        actor,
        action,
      })),
    )
  })

  it.each([
    ['an unknown role', { roles: ['KING'] }, 'INPUT_INVALID'],
    ['no role', { roles: [] }, 'INPUT_INVALID'],
    ['an auditor with another role', { roles: ['AUDITOR', 'OFFICER'] }, 'INPUT_INVALID'],
    ['an administrator who decides', { roles: ['CITY_ADMINISTRATOR', 'REVIEWER'] }, 'INPUT_INVALID'],
    ['an unknown department', { department: 'MOON' }, 'DEPARTMENT_NOT_FOUND'],
    ['an unknown division', { division: '000000' }, 'DIVISION_NOT_FOUND'],
    ['no e-mail', { email: 'li' }, 'INPUT_INVALID'],
    ['no name', { name: ' ' }, 'INPUT_INVALID'],
  ])('creates nobody with %s', async (_what, change, code) => {
    await expect(server.app.officers.create(root, { ...newcomer(), ...change })).rejects.toEqual(
      refusedWith(code),
    )
  })

  it('creates nobody twice, however the e-mail is written', async () => {
    const input = newcomer()
    await server.app.officers.create(root, input)
    await expect(
      server.app.officers.create(root, { ...input, email: ` ${input.email.toUpperCase()}` }),
    ).rejects.toEqual(refusedWith('ALREADY_EXISTS'))
  })

  it('changes nothing of her own, and the last one stays', async () => {
    const { by, officer } = await signedIn('CITY_ADMINISTRATOR')
    await expect(server.app.officers.disable(by, officer.id, '理由')).rejects.toEqual(
      refusedWith('SAME_PERSON'),
    )
    await expect(server.app.officers.assign(by, officer.id, newcomer())).rejects.toEqual(
      refusedWith('SAME_PERSON'),
    )
    await expect(server.app.officers.disable(root, officer.id, '理由')).rejects.toEqual(
      refusedWith('LAST_ADMINISTRATOR'),
    )
    await expect(server.app.officers.assign(root, officer.id, newcomer())).rejects.toEqual(
      refusedWith('LAST_ADMINISTRATOR'),
    )
  })

  it('cannot be removed by another who is removed at the same moment', async () => {
    const one = await signedIn('CITY_ADMINISTRATOR')
    const two = await signedIn('CITY_ADMINISTRATOR')
    const results = await Promise.allSettled([
      server.app.officers.disable(root, two.officer.id, '理由'),
      server.app.officers.disable(root, one.officer.id, '理由'),
    ])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('is not taken away with her department, where she is the last', async () => {
    const { registry, merges, officers } = server.app
    for (const code of ['HALL', 'OFFICE'])
      await registry.register('tester', {
        code,
        name: code,
        kind: 'DEVELOPMENT_REFORM',
        division: '419800',
        roles: ['PROVIDER'],
      })
    await exchange.database.pool.query(
      `UPDATE department SET status = 'ACTIVE' WHERE code IN ('HALL', 'OFFICE')`,
    )
    const { officer } = await signedIn('CITY_ADMINISTRATOR')
    await officers.assign(root, officer.id, { ...newcomer(['CITY_ADMINISTRATOR']), department: 'HALL' })
    const merge = () =>
      merges.merge('tester', {
        from: ['HALL'],
        into: 'OFFICE',
        effectiveFrom: '2026-01-01',
        reason: '机构改革',
      })
    await expect(registry.suspend('tester', 'HALL')).rejects.toEqual(refusedWith('LAST_ADMINISTRATOR'))
    await expect(merge()).rejects.toEqual(refusedWith('LAST_ADMINISTRATOR'))
    await registry.suspend('tester', 'OFFICE')
    await registry.resume('tester', 'OFFICE')
    await signedIn('CITY_ADMINISTRATOR')
    await registry.suspend('tester', 'HALL')
    await registry.resume('tester', 'HALL')
    expect(await merge()).toMatchObject({ merged: ['HALL'] })
  })

  it('makes and unmakes no administrator: that is done on the machine', async () => {
    const { by } = await signedIn('CITY_ADMINISTRATOR')
    const second = await signedIn('CITY_ADMINISTRATOR')
    const { officers } = server.app
    const { officer: clerk } = await officers.create(by, newcomer())
    const { officer: invited } = await officers.create(root, newcomer(['CITY_ADMINISTRATOR']))
    const { officer: gone } = await officers.create(root, newcomer(['CITY_ADMINISTRATOR']))
    await officers.disable(root, gone.id, '离职')
    const administrator = newcomer(['CITY_ADMINISTRATOR'])
    for (const act of [
      () => officers.create(by, administrator),
      () => officers.assign(by, clerk.id, administrator),
      () => officers.assign(by, second.officer.id, newcomer()),
      () => officers.disable(by, second.officer.id, '理由'),
      () => officers.enable(by, gone.id, '理由'),
      () => officers.renewSetUpCode(by, invited.id),
    ])
      await expect(act()).rejects.toEqual(refusedWith('COMMAND_LINE_ONLY'))
    expect(await officers.find(root, second.officer.id)).toMatchObject({
      status: 'ACTIVE',
      roles: ['CITY_ADMINISTRATOR'],
    })
    expect((await officers.list(root)).map((each) => each.email)).not.toContain(administrator.email)
    const promoted = await officers.assign(root, clerk.id, administrator)
    expect(promoted).toMatchObject({ roles: ['CITY_ADMINISTRATOR'] })
  })

  it('a claim that is refused leaves nothing done', async () => {
    const { by } = await signedIn('CITY_ADMINISTRATOR')
    const input = newcomer()
    const claim = async () => {
      throw new TypeError('claimed before')
    }
    await expect(server.app.officers.create({ ...by, claim }, input)).rejects.toThrow('claimed before')
    expect((await server.app.officers.list(root)).map((each) => each.email)).not.toContain(input.email)
  })
})

describe('a recovery', () => {
  const three = async () => {
    const lost = await readyOfficer(server, audience, { email: email(), department: 'NDRC' }, now)
    return { lost, one: await signedIn('CITY_ADMINISTRATOR'), two: await signedIn('CITY_ADMINISTRATOR') }
  }

  it('takes two administrators: then nothing old lets in, and a new code does', async () => {
    const { lost, one, two } = await three()
    const { recoveries } = server.app
    const { id } = await recoveries.open(one.by, lost.id, '手机遗失')
    await expect(recoveries.confirm(one.by, id)).rejects.toEqual(refusedWith('SAME_PERSON'))
    expect(await recoveries.pending(one.by)).toMatchObject([{ id, reason: '手机遗失', mayConfirm: false }])
    expect(await recoveries.pending(two.by)).toMatchObject([{ id, mayConfirm: true }])
    expect(await server.app.sessions.sessionOf(lost.visitor.headers())).not.toBeNull()

    const { code } = await recoveries.confirm(two.by, id)
    expect(await server.app.sessions.sessionOf(lost.visitor.headers())).toBeNull()
    expect(
      codeOf(
        await new ConsoleVisitor(server, audience).post('sign-in/password', {
          email: lost.email,
          password: lost.password,
        }),
      ),
    ).toBe('SIGN_IN_REFUSED')
    const again = await setUpLogIn(server, audience, { id: lost.id, email: lost.email, code }, now)
    expect(again.secret).not.toEqual(lost.secret)
    expect(await server.app.sessions.sessionOf(again.visitor.headers())).toMatchObject({ id: lost.id })
    await expect(recoveries.confirm(two.by, id)).rejects.toEqual(refusedWith('WRONG_STATE'))
    expect(await tracesOf(lost.id)).toEqual([
      { actor: 'tester', action: 'OFFICER_CREATED' },
      { actor: `officer:${one.officer.id}`, action: 'OFFICER_RECOVERY_OPENED' },
      { actor: `officer:${two.officer.id}`, action: 'OFFICER_RECOVERY_CONFIRMED' },
    ])
  })

  /** An account that an administrator made at the console, and who knows whose it is. */
  const puppetOf = async (by: Administrator) => {
    const { officer, setUp } = await server.app.officers.create(by, newcomer())
    const { visitor } = await setUpLogIn(server, audience, { ...officer, code: setUp.code }, now)
    // Even where the machine's administrator was talked into the role.
    await server.app.officers.assign(root, officer.id, newcomer(['CITY_ADMINISTRATOR']))
    const puppet = await server.app.sessions.sessionOf(visitor.headers())
    if (!puppet) throw new TypeError('expected a session')
    return { kind: 'OFFICER', officer: puppet, claim: async () => {} } satisfies Administrator
  }

  it('is not one administrator with two accounts', async () => {
    const { lost, one, two } = await three()
    const { recoveries } = server.app
    const puppet = await puppetOf(one.by)
    const puppetsSister = await puppetOf(one.by)
    const pairs: [Administrator, Administrator][] = [
      [one.by, puppet],
      [puppet, one.by],
      [puppet, puppetsSister],
    ]
    for (const [opener, confirmer] of pairs) {
      const { id } = await recoveries.open(opener, lost.id, '理由')
      expect(await recoveries.pending(confirmer)).toMatchObject([{ id, mayConfirm: false }])
      await expect(recoveries.confirm(confirmer, id)).rejects.toEqual(refusedWith('SAME_PERSON'))
      await recoveries.cancel(opener, id)
    }
    expect(await server.app.sessions.sessionOf(lost.visitor.headers())).not.toBeNull()
    const { id } = await recoveries.open(puppet, lost.id, '理由')
    await recoveries.confirm(two.by, id)
  })

  it('of an administrator makes her and who got her code one person', async () => {
    const { lost, one, two } = await three()
    const third = await signedIn('CITY_ADMINISTRATOR')
    const { recoveries } = server.app
    const first = await recoveries.open(one.by, third.officer.id, '手机遗失')
    const { code } = await recoveries.confirm(two.by, first.id)
    const { email: mail, id: thirdId } = third.officer
    const again = await setUpLogIn(server, audience, { id: thirdId, email: mail, code }, now)
    expect(await server.app.sessions.sessionOf(again.visitor.headers())).toMatchObject({ id: thirdId })
    const second = await recoveries.open(two.by, lost.id, '理由')
    await expect(recoveries.confirm(third.by, second.id)).rejects.toEqual(refusedWith('SAME_PERSON'))
    await recoveries.confirm(one.by, second.id)
  })

  it('leaves the code with who confirmed it: nobody else renews it alone', async () => {
    const { lost, one, two } = await three()
    const { officers, recoveries } = server.app
    const { id } = await recoveries.open(one.by, lost.id, '手机遗失')
    await recoveries.confirm(two.by, id)
    await expect(officers.renewSetUpCode(one.by, lost.id)).rejects.toEqual(refusedWith('NOT_ALLOWED'))
    await officers.disable(one.by, lost.id, '理由')
    await officers.enable(one.by, lost.id, '理由')
    await expect(officers.renewSetUpCode(one.by, lost.id)).rejects.toEqual(refusedWith('NOT_ALLOWED'))
    const { code } = await officers.renewSetUpCode(two.by, lost.id)
    await setUpLogIn(server, audience, { id: lost.id, email: lost.email, code }, now)
  })

  it('is not confirmed by two at once', async () => {
    const { lost, one, two } = await three()
    const third = await signedIn('CITY_ADMINISTRATOR')
    const { id } = await server.app.recoveries.open(one.by, lost.id, '遗忘密码')
    const results = await Promise.allSettled([
      server.app.recoveries.confirm(two.by, id),
      server.app.recoveries.confirm(third.by, id),
    ])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('nobody opens or confirms her own', async () => {
    const { one, two } = await three()
    await expect(server.app.recoveries.open(one.by, one.officer.id, '理由')).rejects.toEqual(
      refusedWith('SAME_PERSON'),
    )
    const { id } = await server.app.recoveries.open(one.by, two.officer.id, '理由')
    await expect(server.app.recoveries.confirm(two.by, id)).rejects.toEqual(refusedWith('SAME_PERSON'))
  })

  it('the database itself holds that they are two', async () => {
    const { lost, one } = await three()
    const { id } = await server.app.recoveries.open(one.by, lost.id, '理由')
    const force = (by: string) =>
      exchange.database.pool.query(
        `UPDATE officer_recovery SET outcome = 'CONFIRMED', decided_by = $2, decided_at = now() WHERE id = $1`,
        [id, by],
      )
    await expect(force(one.officer.id)).rejects.toThrow('officer_recovery_persons')
    await expect(force(lost.id)).rejects.toThrow('officer_recovery_persons')
  })

  it('is one at a time, can be cancelled, and ends by itself', async () => {
    const { lost, one, two } = await three()
    const { recoveries } = server.app
    const first = await recoveries.open(one.by, lost.id, '理由')
    await expect(recoveries.open(two.by, lost.id, '理由')).rejects.toEqual(refusedWith('ALREADY_EXISTS'))
    await recoveries.cancel(two.by, first.id)
    await expect(recoveries.confirm(two.by, first.id)).rejects.toEqual(refusedWith('WRONG_STATE'))
    const second = await recoveries.open(two.by, lost.id, '理由')
    now = new Date(now.getTime() + limits.recoveryHours * 3_600_000)
    await expect(recoveries.confirm(one.by, second.id)).rejects.toEqual(refusedWith('WRONG_STATE'))
    expect(await recoveries.pending(one.by)).toEqual([])
    await expect(recoveries.open(one.by, lost.id, '再次')).resolves.toMatchObject({ id: expect.any(Number) })
  })
})

it('what happened to log-ins is never rewritten', async () => {
  await signedIn('OFFICER')
  const { pool } = exchange.database
  await expect(pool.query(`UPDATE officer_event SET kind = 'X'`)).rejects.toThrow('append-only')
  await expect(pool.query('DELETE FROM officer_event')).rejects.toThrow('append-only')
  await expect(pool.query('TRUNCATE officer_event')).rejects.toThrow('append-only')
})
