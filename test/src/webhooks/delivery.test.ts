import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parsePublicJwk } from '../../../client/keys.ts'
import { verifyWebhook } from '../../../client/webhook-verification.ts'
import { schemaDrift } from '../../../prisma/schema-drift.ts'
import { createReplySigner } from '../../../src/evidence/reply-signer.ts'
import { openDatabase } from '../../../src/kernel/database.ts'
import { limits } from '../../../src/limits.ts'
import { Receiver } from './receiver.ts'
import { positionsOf, until, WebhookWorld } from './world.ts'

let world: WebhookWorld
let receiver: Receiver
beforeEach(async () => {
  world = await WebhookWorld.start()
  receiver = await Receiver.start()
})
afterEach(async () => {
  await world[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

const register = (registrationId = 'one', after = 0) =>
  world.service.register(world.caller, { registrationId, url: receiver.url(), after })
const open = () => ({ enough: new AbortController().signal, expired: new AbortController().signal })
const pages = () => receiver.received.map(positionsOf)

async function deliver(registrationId = 'one') {
  return (await world.delivery()).deliver(await world.idOf(registrationId), open())
}

describe('one webhook', () => {
  it('is told page after page, from where it began, proven to its receiver', async () => {
    await world.advanceFeed(10)
    await register('one', 2)
    expect(await deliver()).toBe('CAUGHT_UP')
    expect(pages()).toEqual([
      [3, 4, 5],
      [6, 7, 8],
      [9, 10],
    ])
    const { jwks } = await createReplySigner(world.exchange.keyFile.signing)
    const expected = {
      trustedKeys: jwks.keys.map(parsePublicJwk),
      department: 'TAX',
      url: receiver.url(),
      maxAgeSeconds: 60,
    }
    const [first] = receiver.received
    if (!first) throw new TypeError('a delivery')
    expect(await verifyWebhook(first.headers, first.body, expected)).toMatchObject({
      registrationId: 'one',
      upTo: 5,
      changes: [{ position: 3, kind: 'RECORD_STORED', recordId: '3' }, { position: 4 }, { position: 5 }],
    })
    expect(await world.state('one')).toMatchObject({ status: 'ACTIVE', position: 10, failures: 0 })
  })

  it('is not bothered with what it may not see, and goes past it', async () => {
    world.hidden = new Set([1, 2, 3, 5])
    await world.advanceFeed(6)
    await register()
    expect(await deliver()).toBe('CAUGHT_UP')
    expect(pages()).toEqual([[4, 6]])
    expect(await world.state('one')).toMatchObject({ position: 6 })
  })

  it('a failure is noted, the position stays, and the next success forgives', async () => {
    await world.advanceFeed(4)
    await register()
    receiver.answer = (response) =>
      void response.writeHead(receiver.received.length < 2 ? 200 : 503).end('a secret of the other side')
    expect(await deliver()).toBe('FAILED')
    expect(await deliver()).toBe('FAILED')
    expect(await world.state('one')).toEqual({
      status: 'ACTIVE',
      position: 3,
      failures: 2,
      last_error: 'HTTP_503',
    })
    receiver.answer = (response) => void response.writeHead(200).end()
    expect(await deliver()).toBe('CAUGHT_UP')
    expect(pages()).toEqual([[1, 2, 3], [4], [4], [4]])
    expect(await world.state('one')).toEqual({
      status: 'ACTIVE',
      position: 4,
      failures: 0,
      last_error: null,
    })
  })

  it('is given up after the last failure, and replayed from where it stopped', async () => {
    await world.advanceFeed(4)
    await register('one', 1)
    receiver.answer = (response) => void response.writeHead(500).end()
    await world.query('UPDATE webhook SET failures = $1', [limits.webhookFailures - 1])
    expect(await deliver()).toBe('GIVEN_UP')
    expect(await world.service.list(world.caller)).toMatchObject([
      { status: 'STUCK', position: 1, failures: limits.webhookFailures, lastError: 'HTTP_500' },
    ])
    expect(await deliver()).toBe('CAUGHT_UP')
    expect(pages()).toHaveLength(1)
    receiver.answer = (response) => void response.writeHead(200).end()
    expect(await world.service.replay(world.caller, 'one')).toMatchObject({
      status: 'ACTIVE',
      position: 1,
      failures: 0,
    })
    expect(await deliver()).toBe('CAUGHT_UP')
    expect(pages()).toEqual([
      [2, 3, 4],
      [2, 3, 4],
    ])
  })

  it.each([
    ['suspended', "UPDATE department SET status = 'SUSPENDED' WHERE code = 'TAX'"],
    ['closed', "UPDATE department SET status = 'CLOSED' WHERE code = 'TAX'"],
    ['without the right to ask', "UPDATE department SET roles = '{PROVIDER}' WHERE code = 'TAX'"],
    ['whose webhook was removed', "UPDATE webhook SET status = 'REMOVED'"],
  ])('a department %s is told nothing', async (_what, change) => {
    await world.advanceFeed(4)
    await register()
    await world.query(change)
    expect(await deliver()).toBe('CAUGHT_UP')
    expect(receiver.connections).toBe(0)
  })

  it('killed between delivery and position, the same page goes out again', async () => {
    await world.advanceFeed(3)
    await register()
    // The database loses the process at the very moment at which the receiver has the page.
    const dying = openDatabase(world.exchange.databaseUrl, { connections: 1 })
    receiver.answer = async (response) => {
      await dying.close()
      response.writeHead(200).end()
    }
    const delivery = await world.delivery(dying)
    await expect(delivery.deliver(await world.idOf('one'), open())).rejects.toThrow()
    expect(await world.state('one')).toMatchObject({ position: 0, failures: 0 })
    receiver.answer = (response) => void response.writeHead(200).end()
    expect(await deliver()).toBe('CAUGHT_UP')
    expect(pages()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
  })

  it('one that comes late never moves the position back', async () => {
    await world.advanceFeed(3)
    await register()
    receiver.answer = async (response) => {
      await world.query('UPDATE webhook SET position = 9')
      response.writeHead(200).end()
    }
    expect(await deliver()).toBe('INTERRUPTED')
    expect(await world.state('one')).toMatchObject({ position: 9 })
  })

  it('ends between two pages when it is time, and cut off counts no failure', async () => {
    await world.advanceFeed(9)
    await register()
    const enough = new AbortController()
    receiver.answer = (response) => {
      enough.abort()
      response.writeHead(200).end()
    }
    const delivery = await world.delivery()
    const id = await world.idOf('one')
    expect(await delivery.deliver(id, { ...open(), enough: enough.signal })).toBe('INTERRUPTED')
    expect(pages()).toEqual([[1, 2, 3]])
    receiver.answer = () => {}
    expect(await delivery.deliver(id, { ...open(), expired: AbortSignal.timeout(200) })).toBe('INTERRUPTED')
    expect(await world.state('one')).toMatchObject({ position: 3, failures: 0, last_error: null })
  })
})

describe('replicas', () => {
  it('started together deliver everything once, in order, and a failing one does not hold up the others', async () => {
    await register('one')
    await register('two')
    await register('three')
    const underWay = new Map<string, number>()
    let mostAtOnce = 0
    receiver.answer = async (response, { body }) => {
      const { registrationId } = JSON.parse(body.toString('utf8')) as { registrationId: string }
      if (registrationId === 'three') return void response.writeHead(500).end()
      const others = underWay.get(registrationId) ?? 0
      mostAtOnce = Math.max(mostAtOnce, others + 1)
      underWay.set(registrationId, others + 1)
      await new Promise((resolve) => setTimeout(resolve, 15))
      underWay.set(registrationId, others)
      response.writeHead(200).end()
    }
    const replicas = await Promise.all([world.replica(), world.replica()])
    for (let head = 4; head <= 60; head += 4) {
      await world.advanceFeed(head)
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    for (const id of ['one', 'two'])
      await until(async () => Number((await world.state(id))?.position) === 60, `${id} is at 60`)
    const of = (id: string) =>
      receiver.received.filter(({ body }) => body.includes(`"${id}"`)).flatMap(positionsOf)
    const all = Array.from({ length: 60 }, (_, n) => n + 1)
    expect(of('one')).toEqual(all)
    expect(of('two')).toEqual(all)
    expect(mostAtOnce).toBe(1)
    expect(await world.state('three')).toMatchObject({
      status: 'ACTIVE',
      position: 0,
      last_error: 'HTTP_500',
    })
    await Promise.all(replicas.map((replica) => replica.stop()))
    expect(world.errors).toEqual([])
    // The queue has a schema of its own, which is no part of ours.
    expect(await schemaDrift(world.exchange.databaseUrl)).toBeNull()
  })

  it('wait longer after each failure, and go on by themselves', async () => {
    await register()
    await world.advanceFeed(2)
    const at: number[] = []
    receiver.answer = (response) => {
      at.push(performance.now())
      response.writeHead(at.length < 2 ? 500 : 200).end()
    }
    await world.replica()
    await until(async () => Number((await world.state('one'))?.position) === 2, 'it was delivered')
    const [first = 0, second = 0] = at
    expect(second - first).toBeGreaterThan(limits.webhookFirstRetrySeconds * 1000 - 500)
    expect(at).toHaveLength(2)
  })

  it('give up aloud, and go on once replayed', async () => {
    await register()
    await world.advanceFeed(2)
    await world.query('UPDATE webhook SET failures = $1', [limits.webhookFailures - 1])
    // Its next attempt is due now, not in a quarter of an hour.
    const hurry = () => world.query('UPDATE pgboss.job SET start_after = now()')
    receiver.answer = (response) => void response.writeHead(500).end()
    await world.replica()
    await until(async () => {
      await hurry()
      return world.givenUp.length > 0
    }, 'it is given up')
    expect(world.givenUp).toEqual([await world.idOf('one')])
    receiver.answer = (response) => void response.writeHead(200).end()
    await world.service.replay(world.caller, 'one')
    await until(async () => Number((await world.state('one'))?.position) === 2, 'it was delivered')
  })

  it('finish the delivery under way when they stop; the other goes on', async () => {
    await register()
    await world.advanceFeed(9)
    const first = await world.replica()
    let stopping: Promise<void> | undefined
    receiver.answer = async (response) => {
      if (receiver.received.length === 1) {
        stopping = first.stop()
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
      response.writeHead(200).end()
    }
    await until(() => stopping !== undefined, 'it began')
    await stopping
    expect(await world.state('one')).toMatchObject({ position: 3, failures: 0 })
    await world.replica()
    await until(async () => Number((await world.state('one'))?.position) === 9, 'the other went on')
    expect(pages()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ])
  })

  it('one department’s slow servers do not keep another’s waiting', async () => {
    const other = await world.exchange.database.prisma.department.create({
      data: { code: 'LAND', kind: 'LAND', divisionCode: '419800', status: 'ACTIVE', roles: ['ENQUIRER'] },
    })
    for (const id of ['slow-1', 'slow-2', 'slow-3', 'slow-4', 'slow-5']) await register(id)
    const { code, kind, id } = other
    await world.service.register(
      {
        ...world.caller,
        department: { id, code, kind, name: code, status: 'ACTIVE', roles: ['ENQUIRER'] },
      },
      { registrationId: 'quick', url: receiver.url(), after: 0 },
    )
    // Longer than this test goes on: none of the slow ones makes room for the other by failing.
    world.timeout = 60_000
    const kept: ServerResponse[] = []
    receiver.answer = (response, { body }) => {
      if (body.includes('"quick"')) response.writeHead(200).end()
      else kept.push(response)
    }
    await world.advanceFeed(1)
    await world.replica()
    await until(async () => Number((await world.state('quick'))?.position) === 1, 'the other is told')
    await until(() => kept.length > 0, 'a slow one is asked')
    expect(kept.length).toBeLessThanOrEqual(limits.webhooksAtOncePerDepartment)
    receiver.answer = (response) => void response.writeHead(500).end()
    for (const response of kept) response.writeHead(500).end()
  })

  it('a job whose process died is taken by another when it has expired', async () => {
    await register()
    const first = await world.replica()
    await first.stop()
    await world.advanceFeed(2)
    await world.query(
      `INSERT INTO pgboss.job (name, data, state, started_on, expire_seconds, retry_limit, singleton_key, policy)
       VALUES ('webhook-delivery', $1, 'active', now() - interval '1 hour', 90, 2, $2, 'exclusive')`,
      [JSON.stringify({ webhook: await world.idOf('one') }), String(await world.idOf('one'))],
    )
    await world.replica()
    await until(async () => Number((await world.state('one'))?.position) === 2, 'another took it')
    expect(pages()).toEqual([[1, 2]])
  })
})
