import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { type Bend, codeOf, newJti, type TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'

/** Each row of the threat table is one way to bend a request; real bytes, real sockets, a real database. */

let exchange: TestExchange
let server: RunningServer
let asker: TestDepartment
let other: TestDepartment
const body = JSON.stringify({ query: '{ departments { code } }' })
const seconds = () => Math.floor(Date.now() / 1000)

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  asker = await exchange.department(server, 'NDRC')
  other = await exchange.department(server, 'PBOC', { alg: 'ES256' })
  // Tokens signed before a key counted are refused for that; the tests of time need keys that are older.
  await exchange.database.pool.query("UPDATE department_key SET not_before = now() - interval '1 hour'")
})
afterAll(() => exchange[Symbol.asyncDispose]())

const hmacToken = () => {
  const claims = asker.claims(body)
  const input = [{ alg: 'HS256', kid: asker.kid, typ: 'query+jwt' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${input}.${createHmac('sha256', JSON.stringify(asker.publicJwk)).update(input).digest('base64url')}`
}
const unsignedToken = () => {
  const head = Buffer.from(JSON.stringify({ alg: 'none', kid: asker.kid, typ: 'query+jwt' })).toString(
    'base64url',
  )
  return `${head}.${Buffer.from(JSON.stringify(asker.claims(body))).toString('base64url')}.`
}

const refusals: [threat: string, status: number, code: string, signed: boolean, bend: () => Bend][] = [
  ['no signature', 401, 'SIGNATURE_MISSING', false, () => ({ authorization: null })],
  ['another scheme', 401, 'SIGNATURE_INVALID', false, () => ({ authorization: 'Basic bm9ib2R5' })],
  ["another department's key", 401, 'SIGNATURE_INVALID', false, () => ({ signWith: other })],
  ["another department's name", 401, 'SIGNATURE_INVALID', false, () => ({ claims: { iss: 'PBOC' } })],
  ['an unknown key', 401, 'SIGNATURE_INVALID', false, () => ({ header: { kid: 'A'.repeat(43) } })],
  ['alg none', 401, 'SIGNATURE_INVALID', false, () => ({ authorization: `Bearer ${unsignedToken()}` })],
  [
    'HMAC with the public key',
    401,
    'SIGNATURE_INVALID',
    false,
    () => ({ authorization: `Bearer ${hmacToken()}` }),
  ],
  [
    'an algorithm that is not the key’s',
    401,
    'SIGNATURE_INVALID',
    false,
    () => ({ header: { alg: 'ES256' } }),
  ],
  [
    'an embedded key',
    401,
    'SIGNATURE_INVALID',
    false,
    () => ({ header: { jwk: other.publicJwk }, signWith: other }),
  ],
  [
    'a key by URL',
    401,
    'SIGNATURE_INVALID',
    false,
    () => ({ header: { jku: 'https://evil.example.invalid/jwks' } }),
  ],
  [
    'a critical extension',
    401,
    'SIGNATURE_INVALID',
    false,
    () => ({ header: { crit: ['b64'], b64: false } }),
  ],
  ['another type of token', 401, 'SIGNATURE_INVALID', false, () => ({ header: { typ: 'reply+jwt' } })],
  ['a missing jti', 401, 'SIGNATURE_INVALID', false, () => ({ dropClaims: ['jti'] })],
  ['a short jti', 401, 'SIGNATURE_INVALID', false, () => ({ claims: { jti: 'short' } })],
  ['a missing exp', 401, 'SIGNATURE_INVALID', false, () => ({ dropClaims: ['exp'] })],
  ['a time that is text', 401, 'SIGNATURE_INVALID', false, () => ({ claims: { iat: 'now' } })],
  [
    'expired',
    401,
    'SIGNATURE_EXPIRED',
    true,
    () => ({ claims: { iat: seconds() - 95, exp: seconds() - 35 } }),
  ],
  [
    'from the future',
    401,
    'SIGNATURE_EXPIRED',
    true,
    () => ({ claims: { iat: seconds() + 40, exp: seconds() + 90 } }),
  ],
  ['valid for too long', 401, 'SIGNATURE_EXPIRED', true, () => ({ claims: { exp: seconds() + 600 } })],
  [
    'another audience',
    401,
    'AUDIENCE_MISMATCH',
    true,
    () => ({ claims: { aud: 'https://other.example.invalid' } }),
  ],
  ['another path', 401, 'TARGET_MISMATCH', true, () => ({ claims: { htu: '/batches' } })],
  ['another method', 401, 'TARGET_MISMATCH', true, () => ({ claims: { htm: 'GET' } })],
  ['a tampered body', 401, 'BODY_MISMATCH', true, () => ({ body: body.replace('code', 'name') })],
  ['one added space', 401, 'BODY_MISMATCH', true, () => ({ body: `${body} ` })],
]

describe('a bent request is refused by name', () => {
  it.each(refusals)('%s → %i %s', async (_threat, status, code, signed, bend) => {
    const bent = bend()
    const answer = await asker.send(server.url, body, bent)
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code })
    expect(answer.headers.has('reply-signature')).toBe(signed)
    if (signed) await asker.verify(server.url, answer, bent.body ?? body)
    expect(answer.body).not.toContain('departments')
  })

  it('refusals before the caller is known are not logged, later ones are', async () => {
    const before = (await exchange.logRows()).length
    await asker.send(server.url, body, { signWith: other })
    await asker.send(server.url, body, { authorization: null })
    expect(await exchange.logRows()).toHaveLength(before)
    const answer = await asker.send(server.url, body, { claims: { htu: '/elsewhere' } })
    const rows = await exchange.logRows()
    expect(rows).toHaveLength(before + 1)
    expect(rows.at(-1)).toMatchObject({
      jti: answer.jti,
      leaf: { outcome: 'TARGET_MISMATCH', status: 401, department: 'NDRC' },
    })
  })
})

describe('a good request', () => {
  it.each(['EdDSA', 'ES256'] as const)('signed with %s is answered, signed and logged', async (alg) => {
    const department = alg === 'EdDSA' ? asker : other
    const answer = await department.send(server.url, body)
    expect({ status: answer.status, json: answer.json }).toEqual({
      status: 200,
      json: { data: { departments: [{ code: 'NDRC' }, { code: 'PBOC' }] } },
    })
    const claims = await department.verify(server.url, answer, body)
    const row = (await exchange.logRows())[Number(claims.log_index)]
    expect(row).toMatchObject({
      logIndex: claims.log_index,
      jti: answer.jti,
      leaf: {
        v: 1,
        department: department.code,
        kid: department.kid,
        operation: 'query departments',
        outcome: 'OK',
        req_sha256: claims.req_sha256,
        body_sha256: claims.body_sha256,
      },
    })
  })

  it('may be up to the allowed skew late or early', async () => {
    const late = await asker.send(server.url, body, { claims: { iat: seconds() - 80, exp: seconds() - 20 } })
    const early = await asker.send(server.url, body, { claims: { iat: seconds() + 20, exp: seconds() + 80 } })
    expect([late.status, early.status]).toEqual([200, 200])
  })

  it('is answered with the newer media type, and honest status, where that is accepted', async () => {
    const accept = { accept: 'application/graphql-response+json' }
    const invalid = JSON.stringify({ query: '{ nothing }' })
    const answer = await asker.send(server.url, invalid, { headers: accept })
    expect([answer.status, answer.headers.get('content-type'), codeOf(answer)]).toEqual([
      400,
      'application/graphql-response+json; charset=utf-8',
      'GRAPHQL_VALIDATION_FAILED',
    ])
    expect((await asker.send(server.url, invalid)).status).toBe(200)
  })
})

describe('a jti is accepted once', () => {
  it('by the same process', async () => {
    const { token } = asker.token(body)
    const first = await asker.send(server.url, body, { authorization: `Bearer ${token}` })
    const second = await asker.send(server.url, body, { authorization: `Bearer ${token}` })
    expect([first.status, second.status, codeOf(second)]).toEqual([200, 401, 'REPLAYED'])
  })

  it('even when it arrives many times at once, at two replicas', async () => {
    const second = await exchange.replica()
    const { token } = asker.token(body)
    const sends = Array.from({ length: 20 }, (_, turn) =>
      asker.send(turn % 2 === 0 ? server.url : second.url, body, { authorization: `Bearer ${token}` }),
    )
    const codes = (await Promise.all(sends)).map((answer) => codeOf(answer) ?? answer.status)
    expect(codes.filter((code) => code === 200)).toHaveLength(1)
    expect(codes.filter((code) => code === 'REPLAYED')).toHaveLength(19)
    await second.stop()
  })

  it('across a restart', async () => {
    const first = await exchange.replica()
    const { token } = asker.token(body)
    expect((await asker.send(first.url, body, { authorization: `Bearer ${token}` })).status).toBe(200)
    await first.stop()
    const restarted = await exchange.replica()
    const again = await asker.send(restarted.url, body, { authorization: `Bearer ${token}` })
    expect([again.status, codeOf(again)]).toEqual([401, 'REPLAYED'])
    await restarted.stop()
  })

  it('but two departments may use the same one', async () => {
    const jti = newJti()
    const answers = await Promise.all(
      [asker, other].map((department) => department.send(server.url, body, { claims: { jti } })),
    )
    expect(answers.map((answer) => answer.status)).toEqual([200, 200])
  })
})

describe('sizes, methods and shapes', () => {
  it('refuses a body over the limit before reading it', async () => {
    const answer = await asker.send(server.url, body, { body: Buffer.alloc(8 * 1024 * 1024 + 1, 0x20) })
    expect([answer.status, codeOf(answer)]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  it('refuses a body that grows over the limit without saying so', async () => {
    const { token } = asker.token(body)
    const chunk = new Uint8Array(1024 * 1024).fill(0x20)
    let sent = 0
    const stream = new ReadableStream({
      pull(controller) {
        sent += 1
        if (sent > 12) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: stream,
      duplex: 'half',
    } as RequestInit).then(
      (response) => response.status,
      () => 'cut off',
    )
    expect([413, 'cut off']).toContain(answer)
  })

  it('refuses huge headers, and says so', async () => {
    const reply = await raw(
      server.url,
      `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${'a'.repeat(20_000)}\r\n\r\n`,
    )
    expect(reply).toMatch(/^HTTP\/1\.1 431 /)
    expect(reply).toContain('"HEADERS_TOO_LARGE"')
  })

  it('refuses a token that is long but fits the headers', async () => {
    const answer = await asker.send(server.url, body, { authorization: `Bearer ${'a'.repeat(6_000)}.b.c` })
    expect([answer.status, codeOf(answer)]).toEqual([401, 'SIGNATURE_INVALID'])
  })

  it('answers what is not HTTP', async () => {
    expect(await raw(server.url, 'nonsense\r\n\r\n')).toContain('"REQUEST_MALFORMED"')
  })

  it.each([
    ['GET', 405, 'METHOD_NOT_ALLOWED'],
    ['PUT', 405, 'METHOD_NOT_ALLOWED'],
  ])('%s → %i', async (method, status, code) => {
    const response = await fetch(`${server.url}/graphql`, { method })
    expect([response.status, JSON.parse(await response.text()).errors[0].extensions.code]).toEqual([
      status,
      code,
    ])
  })

  it('refuses other media types and encodings', async () => {
    const text = await asker.send(server.url, body, { headers: { 'content-type': 'text/plain' } })
    const gzip = await asker.send(server.url, body, { headers: { 'content-encoding': 'gzip' } })
    expect([text, gzip].map((answer) => [answer.status, codeOf(answer)])).toEqual([
      [415, 'MEDIA_TYPE_UNSUPPORTED'],
      [415, 'MEDIA_TYPE_UNSUPPORTED'],
    ])
  })

  it.each([
    ['a batch', `[${body}]`],
    ['not JSON', '{'],
    ['no query', '{}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('refuses %s', async (_what, sent) => {
    const answer = await asker.send(server.url, sent)
    expect([answer.status, codeOf(answer)]).toEqual([400, 'REQUEST_MALFORMED'])
    await asker.verify(server.url, answer, sent)
  })

  it.each([
    [
      'two mutations',
      'mutation { a: rotateKey(input: {jwk: 1, proof: ""}) { __typename } b: rotateKey(input: {jwk: 1, proof: ""}) { __typename } }',
      'ONE_MUTATION',
    ],
    [
      'depth',
      `{ departments { ${'datasets { department { '.repeat(7)} code ${'} }'.repeat(7)} } }`,
      'TOO_DEEP',
    ],
    [
      'aliases',
      `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: departments { code }`).join(' ')} }`,
      'TOO_MANY_ALIASES',
    ],
    ['tokens', `{ departments { ${'code '.repeat(2_100)} } }`, 'GRAPHQL_PARSE_FAILED'],
  ])('limits %s', async (_what, query, code) => {
    expect(codeOf(await asker.query(server.url, query))).toBe(code)
  })

  it('runs one operation, not one of several', async () => {
    const query = 'query A { departments { code } } query B { departments { code } }'
    expect(codeOf(await asker.send(server.url, JSON.stringify({ query, operationName: 'A' })))).toBe(
      'ONE_OPERATION',
    )
  })

  it('answers a resolver that fails with a number and nothing else', async () => {
    const replica = await exchange.replica()
    await exchange.database.pool.query('ALTER TABLE division RENAME TO division_away')
    try {
      const answer = await asker.query(replica.url, '{ departments { division { name } } }')
      expect(codeOf(answer)).toBe('INTERNAL')
      expect(answer.body).not.toMatch(/division_away|prisma|relation/i)
    } finally {
      await exchange.database.pool.query('ALTER TABLE division_away RENAME TO division')
    }
    await replica.stop()
  })
})

describe('rates', () => {
  it('an address that keeps being refused waits', async () => {
    const replica = await exchange.replica({ refusalsPerMinute: 3 })
    const codes: (string | null)[] = []
    for (let turn = 0; turn < 5; turn += 1)
      codes.push(codeOf(await asker.send(replica.url, body, { authorization: null })))
    expect(codes).toEqual([
      'SIGNATURE_MISSING',
      'SIGNATURE_MISSING',
      'SIGNATURE_MISSING',
      'RATE_LIMITED',
      'RATE_LIMITED',
    ])
    const answer = await asker.send(replica.url, body)
    expect([answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([429, true])
    await replica.stop()
  })

  it('a department that asks too often waits, and is told so under signature', async () => {
    const replica = await exchange.replica({ requestsPerMinute: 2 })
    const answers = [
      await asker.send(replica.url, body),
      await asker.send(replica.url, body),
      await asker.send(replica.url, body),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 429])
    const [, , last] = answers
    if (!last) throw new TypeError('three answers')
    await asker.verify(replica.url, last, body)
    expect((await other.send(replica.url, body)).status).toBe(200)
    await replica.stop()
  })
})

describe('clocks and failures', () => {
  it('answers nothing while its clock and the database’s differ', async () => {
    let offset = 0
    const clockReading = { wall: () => Date.now() + offset, monotonic: () => performance.now() }
    const replica = await exchange.replica({ clockReading })
    expect((await asker.send(replica.url, body)).status).toBe(200)
    offset = 6_000
    const answer = await asker.send(replica.url, body)
    expect([answer.status, codeOf(answer), (await fetch(`${replica.url}/readyz`)).status]).toEqual([
      503,
      'UNAVAILABLE',
      503,
    ])
    expect((await fetch(`${replica.url}/healthz`)).status).toBe(200)
    offset = 0
    expect((await asker.send(replica.url, body)).status).toBe(200)
    await replica.stop()
  })

  it('answers nothing that it cannot log', async () => {
    const replica = await exchange.replica()
    await exchange.database.pool.query('ALTER TABLE exchange_log RENAME TO exchange_log_away')
    try {
      const answer = await asker.send(replica.url, body)
      expect([answer.status, codeOf(answer), answer.headers.has('reply-signature')]).toEqual([
        503,
        'UNAVAILABLE',
        false,
      ])
      expect(answer.body).not.toContain('departments')
    } finally {
      await exchange.database.pool.query('ALTER TABLE exchange_log_away RENAME TO exchange_log')
    }
    expect((await asker.send(replica.url, body)).status).toBe(200)
    await replica.stop()
  })

  it('answers 503 when keys cannot be looked up', async () => {
    const replica = await exchange.replica()
    await exchange.database.pool.query('ALTER TABLE department_key RENAME TO department_key_away')
    try {
      const answer = await asker.send(replica.url, body)
      expect([answer.status, codeOf(answer)]).toEqual([503, 'UNAVAILABLE'])
    } finally {
      await exchange.database.pool.query('ALTER TABLE department_key_away RENAME TO department_key')
    }
    await replica.stop()
  })

  it('finishes what is under way when it stops, and takes nothing new', async () => {
    const replica = await exchange.replica()
    const underWay = Array.from({ length: 10 }, () => asker.send(replica.url, body))
    await Promise.all(underWay.slice(0, 1))
    await replica.stop()
    expect((await Promise.all(underWay)).every((answer) => [200, 503].includes(answer.status))).toBe(true)
    await expect(asker.send(replica.url, body)).rejects.toThrow()
  })
})

describe('suspension and revocation', () => {
  it('hold on every replica within one second', async () => {
    const second = await exchange.replica()
    const department = await exchange.department(server, 'QTS')
    const statuses = () =>
      Promise.all([server, second].map(async ({ url }) => (await department.send(url, body)).status))
    expect(await statuses()).toEqual([200, 200])
    await server.app.registry.suspend('tester', 'QTS')
    await delay(1_000)
    expect(await statuses()).toEqual([403, 403])
    const told = await department.send(second.url, body)
    expect(codeOf(told)).toBe('DEPARTMENT_SUSPENDED')
    await department.verify(second.url, told, body)
    await server.app.registry.resume('tester', 'QTS')
    await delay(1_000)
    expect(await statuses()).toEqual([200, 200])
    await second.app.registry.revokeKey('tester', 'QTS', department.kid, 'lost')
    await delay(1_000)
    expect(await statuses()).toEqual([401, 401])
    await second.stop()
  })

  it('a stranger cannot tell a suspended department from an unknown one', async () => {
    const department = await exchange.department(server, 'SUSP')
    await server.app.registry.suspend('tester', 'SUSP')
    await delay(1_000)
    const forged = await department.send(server.url, body, { signWith: other })
    const unknown = await department.send(server.url, body, { header: { kid: 'B'.repeat(43) } })
    expect([forged.body, forged.status]).toEqual([unknown.body, unknown.status])
  })
})

/** Sends bytes as they are and returns what comes back until the end. */
function raw(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString('utf8')
    })
    socket.on('end', () => resolve(received))
    socket.on('error', reject)
  })
}
