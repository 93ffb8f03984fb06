import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { WebhookWorld } from './world.ts'

let world: WebhookWorld
beforeAll(async () => {
  world = await WebhookWorld.start()
  await world.advanceFeed(10)
})
afterAll(() => world[Symbol.asyncDispose]())

const url = 'https://hook.example.cn/a'
const register = (registrationId: string, input: { url?: string; after?: number } = {}) =>
  world.service.register(world.caller, { registrationId, url, after: 0, ...input })
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'OK',
    (error: { code?: string }) => error.code,
  )

describe('registering', () => {
  it('is repeated without effect, and its id stands for nothing else', async () => {
    const first = await register('one', { after: 7 })
    expect(first).toMatchObject({ registrationId: 'one', url, status: 'ACTIVE', position: 7, failures: 0 })
    expect(await register('one', { after: 7, url: 'https://HOOK.example.cn:443/a' })).toEqual(first)
    expect(await code(register('one', { after: 8 }))).toBe('REGISTRATION_ID_REUSED')
    expect(await code(register('one', { after: 7, url: `${url}b` }))).toBe('REGISTRATION_ID_REUSED')
  })

  it('begins only where the feed has been', async () => {
    expect(await code(register('beyond', { after: 11 }))).toBe('INPUT_INVALID')
    expect(await code(register('before', { after: -1 }))).toBe('INPUT_INVALID')
    expect(await code(register('inside', { url: 'https://10.0.0.1/' }))).toBe('INPUT_INVALID')
  })

  it('is bounded, also when many come at once', async () => {
    const codes = await Promise.all(Array.from({ length: 8 }, (_, n) => code(register(`many-${n}`))))
    expect(codes.filter((each) => each === 'OK')).toHaveLength(limits.webhooksPerDepartment - 1)
    expect(codes.filter((each) => each === 'TOO_MANY_WEBHOOKS')).toHaveLength(4)
    expect(await world.service.list(world.caller)).toHaveLength(limits.webhooksPerDepartment)
  })

  it('is given up by removing, and its id is not used again', async () => {
    expect(await world.service.remove(world.caller, 'one')).toMatchObject({ status: 'REMOVED' })
    expect(await world.service.remove(world.caller, 'one')).toMatchObject({ status: 'REMOVED' })
    expect(await register('one', { after: 7 })).toMatchObject({ status: 'REMOVED' })
    expect(await code(world.service.replay(world.caller, 'one'))).toBe('WEBHOOK_NOT_FOUND')
    expect(
      (await world.service.list(world.caller)).map(({ registrationId }) => registrationId),
    ).not.toContain('one')
    expect(await code(register('another'))).toBe('OK')
  })

  it('of another department is not found', async () => {
    const stranger = { ...world.caller, department: { ...world.caller.department, id: 999_999 } }
    expect(await code(world.service.remove(stranger, 'another'))).toBe('WEBHOOK_NOT_FOUND')
    expect(await code(world.service.replay(stranger, 'another'))).toBe('WEBHOOK_NOT_FOUND')
    expect(await world.service.list(stranger)).toEqual([])
  })
})

it('an administrator leaves a trace', async () => {
  const webhook = { department: 'TAX', registrationId: 'another' }
  await world.service.administer('clerk', 'REPLAY', webhook, '已修复')
  await world.service.administer('clerk', 'REMOVE', webhook, '部门来函')
  expect(
    await code(world.service.administer('clerk', 'REMOVE', { ...webhook, department: 'NO' }, '无')),
  ).toBe('WEBHOOK_NOT_FOUND')
  expect(
    await world.query("SELECT actor, action, target, facts FROM administration_event WHERE actor = 'clerk'"),
  ).toEqual([
    {
      actor: 'clerk',
      action: 'WEBHOOK_REPLAY',
      target: 'TAX',
      facts: { registrationId: 'another', reason: '已修复' },
    },
    {
      actor: 'clerk',
      action: 'WEBHOOK_REMOVE',
      target: 'TAX',
      facts: { registrationId: 'another', reason: '部门来函' },
    },
  ])
})
