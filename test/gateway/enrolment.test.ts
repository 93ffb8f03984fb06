import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { codeOf, TestDepartment } from '../support/department.ts'
import { audience, TestExchange } from '../support/exchange.ts'

let exchange: TestExchange
let server: RunningServer
const query = '{ departments { code } }'

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  for (const code of ['TAX', 'COURT']) {
    await server.app.registry.register('tester', {
      code,
      name: code,
      kind: 'TAX',
      division: '419800',
      roles: ['ENQUIRER'],
    })
  }
})
afterAll(() => exchange[Symbol.asyncDispose]())

const newCode = async () => (await server.app.registry.issueEnrolmentCode('tester', 'TAX')).code

describe('enrolment', () => {
  it('is pending until an administrator approves, and only then counts', async () => {
    const department = await TestDepartment.create('TAX', audience)
    const answer = await department.enrol(server.url, await newCode())
    expect([answer.status, answer.json]).toEqual([
      202,
      { department: 'TAX', kid: department.kid, status: 'PENDING_APPROVAL' },
    ])
    expect(codeOf(await department.query(server.url, query))).toBe('SIGNATURE_INVALID')
    await server.app.registry.approveKey('tester', 'TAX', department.kid)
    await delay(600)
    expect((await department.query(server.url, query)).status).toBe(200)
  })

  it('gives the same answer to the same key with the same code, and nothing to another', async () => {
    const code = await newCode()
    const [first, second] = [
      await TestDepartment.create('TAX', audience, 'ES256'),
      await TestDepartment.create('TAX', audience),
    ]
    const answers = [
      await first.enrol(server.url, code),
      await first.enrol(server.url, code),
      await second.enrol(server.url, code),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 401])
    expect(answers[0]?.body).toBe(answers[1]?.body)
  })

  it('takes a code as a person types it', async () => {
    const department = await TestDepartment.create('TAX', audience)
    const typed = (await newCode()).toLowerCase().replaceAll('-', '')
    expect((await department.enrol(server.url, typed)).status).toBe(202)
  })

  it.each([
    [
      'an unknown code',
      401,
      'ENROLMENT_CODE_INVALID',
      async (d: TestDepartment) => d.enrol(server.url, 'AAAA-BBBB-CCCC-DDDD'),
    ],
    [
      'a proof by another key',
      400,
      'PROOF_INVALID',
      async (d: TestDepartment) =>
        d.enrol(server.url, await newCode(), { signWith: await TestDepartment.create('X', audience) }),
    ],
    [
      'a proof for another exchange',
      400,
      'PROOF_INVALID',
      async (d: TestDepartment) =>
        d.enrol(server.url, await newCode(), { claims: { aud: 'https://other.example.invalid' } }),
    ],
    [
      'a proof over another code',
      400,
      'PROOF_INVALID',
      async (d: TestDepartment) =>
        d.enrol(server.url, await newCode(), { claims: { code: await newCode() } }),
    ],
    [
      'an old proof',
      400,
      'PROOF_INVALID',
      async (d: TestDepartment) =>
        d.enrol(server.url, await newCode(), { claims: { iat: 1_000_000, exp: 1_000_060 } }),
    ],
    [
      'a private key',
      400,
      'KEY_UNACCEPTABLE',
      async (d: TestDepartment) =>
        d.enrol(server.url, await newCode(), { jwk: { ...d.publicJwk, d: 'A'.repeat(43) } }),
    ],
    [
      'an RSA key',
      400,
      'KEY_UNACCEPTABLE',
      async (d: TestDepartment) =>
        d.enrol(server.url, await newCode(), { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }),
    ],
    [
      'a point off the curve',
      400,
      'KEY_UNACCEPTABLE',
      async (d: TestDepartment) =>
        d.enrol(server.url, await newCode(), {
          jwk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) },
        }),
    ],
  ] as const)('refuses %s', async (_what, status, code, send) => {
    const answer = await send(await TestDepartment.create('TAX', audience))
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })

  it('refuses a code that has expired', async () => {
    const code = await newCode()
    await exchange.database.pool.query('UPDATE enrolment_code SET expires_at = now() WHERE used_at IS NULL')
    expect(codeOf(await (await TestDepartment.create('TAX', audience)).enrol(server.url, code))).toBe(
      'ENROLMENT_CODE_INVALID',
    )
  })

  it('refuses the key of another department', async () => {
    const department = await exchange.department(server, 'OWNER')
    const { code } = await server.app.registry.issueEnrolmentCode('tester', 'COURT')
    expect(codeOf(await department.enrol(server.url, code))).toBe('KEY_UNACCEPTABLE')
  })

  it('leaves a trace of every act of an administrator', async () => {
    const events = await exchange.database.prisma.administrationEvent.findMany({
      where: { target: 'OWNER' },
      orderBy: { id: 'asc' },
    })
    expect(events.map(({ actor, action }) => [actor, action])).toEqual([
      ['tester', 'DEPARTMENT_REGISTERED'],
      ['tester', 'ENROLMENT_CODE_ISSUED'],
      ['tester', 'KEY_APPROVED'],
    ])
    expect(JSON.stringify(events.map((event) => event.facts))).not.toMatch(/[0-9A-Z]{4}-[0-9A-Z]{4}/)
  })
})

describe('rotation', () => {
  const rotate = `mutation ($input: RotateKeyInput!) { rotateKey(input: $input) {
    ... on RotateKeySuccess { kid notBefore previousNotAfter } ... on Refusal { code } } }`

  it('brings in the next key at once and keeps the old one for the overlap', async () => {
    const department = await exchange.department(server, 'ROTATE')
    const next = await TestDepartment.create('ROTATE', audience)
    const input = { jwk: next.publicJwk, proof: department.rotationProof(next) }
    const answer = await department.query(server.url, rotate, { input })
    const rotated = (answer.json as { data: { rotateKey: { kid: string; previousNotAfter: string } } }).data
      .rotateKey
    expect(rotated.kid).toBe(next.kid)
    const days = (new Date(rotated.previousNotAfter).getTime() - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(6.9)
    expect(days).toBeLessThan(7.1)
    await delay(600)
    expect(
      (await Promise.all([department, next].map((key) => key.query(server.url, query)))).map(
        (reply) => reply.status,
      ),
    ).toEqual([200, 200])
    await exchange.database.pool.query(
      "UPDATE department_key SET not_after = now() - interval '1 second' WHERE kid = $1",
      [department.kid],
    )
    await delay(600)
    expect(codeOf(await department.query(server.url, query))).toBe('SIGNATURE_INVALID')
    expect((await next.query(server.url, query)).status).toBe(200)
  })

  it('refuses a proof that is not by the new key, as data and in the log', async () => {
    const department = await exchange.department(server, 'ROTATE2')
    const [next, stranger] = [
      await TestDepartment.create('ROTATE2', audience),
      await TestDepartment.create('X', audience),
    ]
    const answer = await department.query(server.url, rotate, {
      input: { jwk: next.publicJwk, proof: department.rotationProof(stranger) },
    })
    expect(answer.json).toEqual({ data: { rotateKey: { code: 'PROOF_INVALID' } } })
    const claims = await department
      .verify(
        server.url,
        answer,
        JSON.stringify({ query: rotate, variables: { input: { jwk: next.publicJwk, proof: '' } } }),
      )
      .catch(() => null)
    expect(claims).toBeNull()
    expect((await exchange.logRows()).at(-1)?.leaf).toMatchObject({
      operation: 'mutation rotateKey',
      outcome: 'PROOF_INVALID',
    })
  })
})
