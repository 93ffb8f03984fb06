import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parsePublicJwk } from '../../../client/keys.ts'
import { verifyWebhook } from '../../../client/webhook-verification.ts'
import { callOf } from '../../../gateway/admin/command.ts'
import { webhookCommands } from '../../../gateway/admin/webhooks.ts'
import type { RunningServer } from '../../../gateway/server.ts'
import type { TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../../support/quality-rows.ts'
import type { Received } from './receiver.ts'
import { until } from './world.ts'

/** From a signed registration to a signed delivery, through servers as they run in evaluation mode. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let ndrc: TestDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica({ webhookTargets: 'PUBLIC_AND_LOOPBACK' })
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC, roles: ['ENQUIRER'] })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

const fields = 'webhook { registrationId url status position failures lastError }'
const answers = {
  registerWebhook: `... on RegisterWebhookSuccess { ${fields} } ... on Refusal { code }`,
  removeWebhook: `... on RemoveWebhookSuccess { ${fields} } ... on Refusal { code }`,
  replayWebhook: `... on ReplayWebhookSuccess { ${fields} } ... on Refusal { code }`,
}

async function register(input: { registrationId: string; url: string; after: number }, by = ndrc) {
  const answer = await by.query(
    server.url,
    `mutation ($input: RegisterWebhookInput!) { registerWebhook(input: $input) { ${answers.registerWebhook} } }`,
    { input },
  )
  return answer.json
}

async function act(name: 'removeWebhook' | 'replayWebhook', registrationId: string) {
  const answer = await ndrc.query(
    server.url,
    `mutation ($id: String!) { ${name}(registrationId: $id) { ${answers[name]} } }`,
    { id: registrationId },
  )
  return answer.json
}

describe('a department of the exchange', () => {
  it('registers, is told of a new listing without asking, and removes', async () => {
    const received: Received[] = []
    const receiver = createServer(async (request, response) => {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece)
      received.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(pieces),
      })
      response.writeHead(200).end()
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const address = receiver.address()
    if (address === null || typeof address === 'string') throw new TypeError('expected a listening server')
    const url = `http://127.0.0.1:${address.port}/hook`
    try {
      expect(await register({ registrationId: 'one', url, after: 0 })).toEqual({
        data: {
          registerWebhook: {
            webhook: {
              registrationId: 'one',
              url,
              status: 'ACTIVE',
              position: 0,
              failures: 0,
              lastError: null,
            },
          },
        },
      })
      await qts.query(
        server.url,
        'mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { ... on SubmitRecordsSuccess { batch { accepted } } } }',
        { input: { dataset: 'QTS_DISHONEST', batchId: 'first', records: [qualityRow(1)] } },
      )
      await until(() => received.length > 0, 'it is told')
      const [first] = received
      if (!first) throw new TypeError('a delivery')
      const delivery = await verifyWebhook(first.headers, first.body, {
        trustedKeys: server.app.signer.jwks.keys.map(parsePublicJwk),
        department: 'NDRC',
        url,
        maxAgeSeconds: 60,
      })
      expect(delivery.changes).toContainEqual(
        expect.objectContaining({
          subject: expect.objectContaining({ uscc: inventedUscc(1) }),
          listing: expect.objectContaining({ dataset: 'QTS_DISHONEST', determinedBy: expect.anything() }),
        }),
      )
      // Nothing of the tables goes out beside what is named in the schema.
      const names = delivery.changes.flatMap((change) => Object.keys(change))
      expect([...new Set(names)].sort()).toEqual(
        ['at', 'kind', 'listing', 'listingId', 'position', 'recordId', 'subject'].sort(),
      )
      await until(
        async () =>
          JSON.stringify((await ndrc.query(server.url, '{ webhooks { position status } }')).json).includes(
            `"position":${delivery.upTo}`,
          ),
        'the position is shown',
      )
      expect(await act('replayWebhook', 'one')).toMatchObject({
        data: { replayWebhook: { webhook: { status: 'ACTIVE' } } },
      })
      expect(await act('removeWebhook', 'one')).toMatchObject({
        data: { removeWebhook: { webhook: { status: 'REMOVED' } } },
      })
      expect((await ndrc.query(server.url, '{ webhooks { registrationId } }')).json).toEqual({
        data: { webhooks: [] },
      })
    } finally {
      receiver.closeAllConnections()
      await new Promise((resolve) => receiver.close(resolve))
    }
  })

  it('is refused what is not allowed, by code', async () => {
    const input = { registrationId: 'two', url: 'https://10.0.0.1/', after: 0 }
    expect(await register(input)).toEqual({ data: { registerWebhook: { code: 'INPUT_INVALID' } } })
    expect(await register({ ...input, registrationId: ' ' })).toEqual({
      data: { registerWebhook: { code: 'INPUT_INVALID' } },
    })
    expect(await act('removeWebhook', 'none')).toEqual({
      data: { removeWebhook: { code: 'WEBHOOK_NOT_FOUND' } },
    })
  })

  it('without the right to ask is not told either', async () => {
    const provider = await exchange.department(server, 'AIC', {
      kind: foundingKinds.AIC,
      roles: ['PROVIDER'],
    })
    const input = { registrationId: 'one', url: 'https://hook.example.cn/', after: 0 }
    expect(await register(input, provider)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
    expect((await provider.query(server.url, '{ webhooks { url } }')).json).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    })
  })
})

it('an administrator sees what was given up, and lets it go on', async () => {
  await register({ registrationId: 'stuck', url: 'https://hook.example.cn/', after: 0 })
  await exchange.database.pool.query(
    "UPDATE webhook SET status = 'STUCK', failures = 104, last_error = 'HTTP_503' WHERE registration_id = 'stuck'",
  )
  const run = async (name: string, given: string[], values: Record<string, unknown> = {}) => {
    const lines: string[] = []
    const written = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(String(line))
      return true
    })
    try {
      const opened = { app: server.app, exchangeUrl: server.url, keyFile: '', pkcs11: null }
      await webhookCommands.commands[name]?.run(callOf(opened, { values, arguments: given, user: 'clerk' }))
    } finally {
      written.mockRestore()
    }
    return lines.join('')
  }
  expect(await run('webhook list', [])).toMatch(/NDRC +stuck +STUCK +0\/\d+ +104 +HTTP_503 +https:\/\/hook/)
  await expect(run('webhook replay', ['NDRC', 'stuck'])).rejects.toThrow('--reason')
  expect(await run('webhook replay', ['NDRC', 'stuck'], { reason: '已修复' })).toContain('NDRC stuck')
  expect((await ndrc.query(server.url, '{ webhooks { status } }')).json).toEqual({
    data: { webhooks: [{ status: 'ACTIVE' }] },
  })
  await run('webhook remove', ['NDRC', 'stuck'], { reason: '部门来函' })
  expect(await run('webhook list', [])).toContain('no webhook is registered')
})
