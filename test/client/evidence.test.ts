import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Evidence,
  parseEvidence,
  prepareEvidenceDirectory,
  storeEvidence,
} from '../../client/evidence.ts'
import { type EvidenceReport, verifyEvidence } from '../../client/evidence-verification.ts'
import { generatePrivateJwk, type PrivateJwk, publicJwk } from '../../client/keys.ts'
import { sha256 } from '../support/department.ts'

/** An exchange signed by jose on both sides, then bent in one place at a time. */

const iat = 1_800_000_000
const moment = (seconds: number) => new Date(seconds * 1000).toISOString()
const base64 = (text: string) => Buffer.from(text).toString('base64')
const asked = '{"query":"{ departments { code } }"}'
const answered = '{"data":{"departments":[]}}'
let department: PrivateJwk
let exchange: PrivateJwk
let stranger: PrivateJwk
let whole: Evidence

async function sign(typ: string, key: PrivateJwk, claims: Record<string, unknown>, kid = key.kid) {
  const header = { alg: key.alg, kid, typ }
  return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK({ ...key }, key.alg))
}
const ask = (key: PrivateJwk, claims: Record<string, unknown> = {}) =>
  sign(
    'query+jwt',
    key,
    {
      iss: 'QTS',
      aud: 'https://credit.example.invalid',
      iat,
      exp: iat + 60,
      jti: 'j'.repeat(22),
      htm: 'POST',
      htu: '/graphql',
      body_sha256: sha256(asked),
      ...claims,
    },
    department.kid,
  )
const reply = (key: PrivateJwk, claims: Record<string, unknown> = {}) =>
  sign(
    'reply+jwt',
    key,
    {
      iss: 'https://credit.example.invalid',
      aud: 'QTS',
      iat: iat + 1,
      jti_req: 'j'.repeat(22),
      req_sha256: sha256(asked),
      status: 200,
      body_sha256: sha256(answered),
      log_index: 7,
      data_version: 3,
      ...claims,
    },
    exchange.kid,
  )

beforeAll(async () => {
  department = await generatePrivateJwk('ES256')
  exchange = await generatePrivateJwk()
  stranger = await generatePrivateJwk()
  whole = {
    version: 1,
    request: {
      authorization: await ask(department),
      path: '/graphql',
      body: base64(asked),
      sentAt: moment(iat),
    },
    reply: {
      status: 200,
      replySignature: await reply(exchange),
      body: base64(answered),
      receivedAt: moment(iat + 2),
    },
    exchangeKeys: [publicJwk(exchange)],
    departmentKey: publicJwk(department),
  }
})

const check = (evidence: Evidence, keys = [publicJwk(exchange)]) =>
  verifyEvidence(evidence, { exchangeKeys: keys })
const failing = ({ findings }: EvidenceReport) =>
  findings.filter(({ holds }) => !holds).map(({ step }) => step)

describe('evidence', () => {
  it('that is whole holds, and names its place in the log', async () => {
    expect(await check(parseEvidence(JSON.parse(JSON.stringify(whole))))).toMatchObject({
      holds: true,
      logIndex: 7,
      findings: ['REQUEST_FORM', 'REQUEST_SIGNATURE', 'REQUEST_BODY', 'REPLY'].map((step) => ({
        step,
        holds: true,
      })),
    })
  })

  it('does not vouch for its own exchange key', async () => {
    const report = await check(whole, [publicJwk(stranger)])
    expect([report.holds, failing(report)]).toEqual([false, ['REPLY']])
  })

  it.each<[string, readonly string[], () => Promise<{ request?: object; reply?: object }>]>([
    ['another question', ['REQUEST_BODY', 'REPLY'], async () => ({ request: { body: base64('{}') } })],
    ['another path', ['REQUEST_FORM'], async () => ({ request: { path: '/elsewhere' } })],
    [
      'a token by a stranger',
      ['REQUEST_SIGNATURE'],
      async () => ({ request: { authorization: await ask(stranger) } }),
    ],
    ['another answer', ['REPLY'], async () => ({ reply: { body: base64('{"data":{}}') } })],
    ['another status', ['REPLY'], async () => ({ reply: { status: 401 } })],
    ['a reply by a stranger', ['REPLY'], async () => ({ reply: { replySignature: await reply(stranger) } })],
    [
      'a reply to another jti',
      ['REPLY'],
      async () => ({ reply: { replySignature: await reply(exchange, { jti_req: 'k' }) } }),
    ],
    [
      'a reply to another department',
      ['REPLY'],
      async () => ({ reply: { replySignature: await reply(exchange, { aud: 'PBOC' }) } }),
    ],
    [
      'a reply of another exchange',
      ['REPLY'],
      async () => ({ reply: { replySignature: await reply(exchange, { iss: 'x' }) } }),
    ],
    [
      'a reply from before the question',
      ['REPLY'],
      async () => ({ reply: { replySignature: await reply(exchange, { iat: iat - 60 }) } }),
    ],
    [
      'a moment of receipt before the answer',
      ['REPLY'],
      async () => ({ reply: { receivedAt: moment(iat - 60) } }),
    ],
    ['no token', ['REQUEST_FORM'], async () => ({ request: { authorization: 'nonsense' } })],
  ])('with %s does not hold: %j', async (_what, steps, bend) => {
    const { request, reply: bent } = await bend()
    const report = await check({
      ...whole,
      request: { ...whole.request, ...request },
      reply: { ...whole.reply, ...bent },
    })
    expect([report.holds, failing(report)]).toEqual([false, steps])
  })

  it('with another department key does not hold', async () => {
    const report = await check({ ...whole, departmentKey: publicJwk(stranger) })
    expect(failing(report)).toEqual(['REQUEST_SIGNATURE'])
  })

  it.each([
    ['another version', { version: 2 }],
    ['a member more', { note: 'x' }],
    ['keys that are no list', { exchangeKeys: {} }],
    ['a request without a path', { request: { authorization: 'a', body: '', sentAt: moment(iat) } }],
  ])('of another form is refused: %s', (_what, bend) => {
    expect(() => parseEvidence({ ...whole, ...bend })).toThrow(
      expect.objectContaining({ name: 'InputFileError' }),
    )
  })
})

describe('the evidence folder', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-evidence-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  it('gets one whole file, for the owner alone, and no remains', async () => {
    const folder = join(directory, 'evidence')
    await prepareEvidenceDirectory(folder)
    const path = await storeEvidence(folder, 'j'.repeat(22), whole)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual([`20270115T080000.000Z-${'j'.repeat(22)}.json`])
  })

  it('that cannot be made is told before anything is sent', async () => {
    await writeFile(join(directory, 'file'), '')
    await expect(prepareEvidenceDirectory(join(directory, 'file', 'below'))).rejects.toMatchObject({
      name: 'EvidenceStorageError',
    })
  })
})
