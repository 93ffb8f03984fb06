import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { consoleCode, TestOfficer } from '../support/console.ts'
import { audience, TestExchange } from '../support/exchange.ts'

let exchange: TestExchange
let server: RunningServer
let administrator: TestOfficer

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  await exchange.department(server, 'NDRC', { roles: ['CREDIT_OFFICE', 'ENQUIRER'] })
  administrator = await TestOfficer.signedIn(exchange, server, {
    department: 'NDRC',
    roles: ['CITY_ADMINISTRATOR'],
  })
})
afterAll(() => exchange[Symbol.asyncDispose]())

const viewer = '{ viewer { name roles department { code } viewerCan } }'

describe('an answer is for the console’s own page alone', () => {
  test.each<[string, Record<string, string | null>, number, string]>([
    ['without a session', { cookie: null }, 401, 'NOT_SIGNED_IN'],
    [
      'with a cookie of another signing',
      { cookie: '__Secure-console.session_token=abc.def' },
      401,
      'NOT_SIGNED_IN',
    ],
    ['without the header', { 'x-console': null }, 403, 'CSRF_REFUSED'],
    ['with another header', { 'x-console': '0' }, 403, 'CSRF_REFUSED'],
    ['from another site', { origin: 'https://evil.example.invalid' }, 403, 'CSRF_REFUSED'],
    [
      'from the same host by another scheme',
      { origin: audience.replace('https', 'http') },
      403,
      'CSRF_REFUSED',
    ],
    ['from nowhere', { origin: null }, 403, 'CSRF_REFUSED'],
    ['from a page without an origin', { origin: 'null' }, 403, 'CSRF_REFUSED'],
    ['as a form sends it', { 'content-type': 'text/plain' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ])('%s it is refused', async (_how, headers, status, code) => {
    const answer = await administrator.ask(viewer, {}, headers)
    expect([answer.status, consoleCode(answer)]).toEqual([status, code])
  })

  test('a signature of a department opens nothing here, and a session nothing there', async () => {
    const department = await exchange.department(server, 'OTHER')
    const signed = await department.post(
      server.url,
      '/console/graphql',
      'application/json',
      '{"query":"{ viewer { id } }"}',
    )
    expect(signed.status).toBe(403)
    const response = await administrator.send('/graphql', {
      body: JSON.stringify({ query: '{ datasets { code } }' }),
    })
    expect(response.status).toBe(401)
  })

  test('with all of them she is told who she is', async () => {
    const answer = await administrator.ask(viewer)
    expect(answer.json).toMatchObject({
      data: { viewer: { roles: ['CITY_ADMINISTRATOR'], department: { code: 'NDRC' } } },
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})

describe('a session ends', () => {
  const endings: [string, (officer: TestOfficer) => Promise<unknown>][] = [
    [
      'when its officer is disabled',
      ({ id }) => exchange.database.pool.query(`UPDATE officer SET status = 'DISABLED' WHERE id = $1`, [id]),
    ],
    [
      'when it is revoked',
      ({ sessionId }) =>
        exchange.database.pool.query('DELETE FROM officer_session WHERE id = $1', [sessionId]),
    ],
    [
      'when its department is suspended',
      () => exchange.database.pool.query(`UPDATE department SET status = 'SUSPENDED' WHERE code = 'GONE'`),
    ],
  ]
  test.each(endings)('%s, with the very next request', async (_how, end) => {
    const department = `GONE`
    if (!(await server.app.overview.find(department))) await exchange.department(server, department)
    await exchange.database.pool.query(`UPDATE department SET status = 'ACTIVE' WHERE code = $1`, [
      department,
    ])
    const officer = await TestOfficer.signedIn(exchange, server, { department, roles: ['OFFICER'] })
    expect((await officer.ask(viewer)).status).toBe(200)
    await end(officer)
    const after = await officer.ask(viewer)
    expect([after.status, consoleCode(after)]).toEqual([401, 'NOT_SIGNED_IN'])
  })
})

describe('an administrator brings a department in', () => {
  test('from its registration to its first signed query, which its health then tells', async () => {
    const register = `mutation ($input: RegisterDepartmentInput!) { registerDepartment(input: $input) {
      __typename ... on Refusal { code } ... on DepartmentChanged { department { code status divisionName } } } }`
    const input = {
      code: 'EPB',
      name: '汝宁市生态环境局',
      kind: 'ENVIRONMENT',
      division: '419800',
      roles: ['PROVIDER', 'ENQUIRER'],
    }
    expect(await administrator.get(register, { input })).toEqual({
      __typename: 'DepartmentChanged',
      department: { code: 'EPB', status: 'REGISTERED', divisionName: '汝宁市' },
    })
    expect(await administrator.get(register, { input })).toEqual({
      __typename: 'Refusal',
      code: 'ALREADY_EXISTS',
    })

    const issued = await administrator.get<{ code: string }>(
      `mutation { issueEnrolmentCode(input: { code: "EPB" }) { ... on EnrolmentCodeIssued { code } } }`,
    )
    const { TestDepartment } = await import('../support/department.ts')
    const department = await TestDepartment.create('EPB', audience)
    expect((await department.enrol(server.url, issued.code)).status).toBe(202)
    const pending = await administrator.get<{ keys: unknown; enrolmentCodes: { usedAt: string | null }[] }>(
      `{ managedDepartment(code: "EPB") { keys { kid status } enrolmentCodes { usedAt } } }`,
    )
    expect(pending.keys).toEqual([{ kid: department.kid, status: 'PENDING' }])
    expect(pending.enrolmentCodes[0]?.usedAt).not.toBeNull()
    await administrator.get(
      `mutation ($kid: String!) { approveDepartmentKey(input: { code: "EPB", kid: $kid }) { __typename } }`,
      { kid: department.kid },
    )
    await expect
      .poll(async () => (await department.query(server.url, '{ datasets { code } }')).status)
      .toBe(200)
    await department.query(server.url, '{ subject(identifier: "!") { name } }')
    const health = await administrator.get<{ health: { lastAt: string | null } & Record<string, unknown> }>(
      `{ managedDepartment(code: "EPB") { status health { answered refused errorRate lastAt } integrationSheet { text } } }`,
    )
    expect(health).toMatchObject({ status: 'ACTIVE', health: { refused: 1 } })
    expect(health.health.lastAt).not.toBeNull()
    const events = await exchange.database.pool.query(
      `SELECT action FROM administration_event WHERE target = 'EPB' AND actor = $1 ORDER BY id`,
      [`officer:${administrator.id}`],
    )
    expect(events.rows.map(({ action }) => action)).toEqual([
      'DEPARTMENT_REGISTERED',
      'ENROLMENT_CODE_ISSUED',
      'KEY_APPROVED',
    ])
  })

  test('each of her changes is a leaf of the log before it is answered; what she only reads is none', async () => {
    const before = (await exchange.logRows()).length
    const read = await administrator.ask('{ managedDepartments { code } }')
    expect(read.headers.get('log-index')).toBeNull()
    const changed = await administrator.ask(
      `mutation { addDivision(input: { code: "419821", name: "汝东县" }) { __typename } }`,
    )
    const rows = await exchange.logRows()
    expect(rows).toHaveLength(before + 1)
    expect(changed.headers.get('log-index')).toBe(String(before))
    expect(rows.at(-1)?.leaf).toMatchObject({
      department: 'NDRC',
      kid: `officer:${administrator.id}`,
      operation: 'mutation addDivision',
      outcome: 'OK',
      status: 200,
    })
  })
})
