import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../../src/kernel/refusal.ts'
import { limits } from '../../../src/limits.ts'
import type { WebhookTargets } from '../../../src/webhooks/address-policy.ts'
import { afterFailure, secondsUntilRetry } from '../../../src/webhooks/webhook.ts'
import { readWebhookUrl } from '../../../src/webhooks/webhook-url.ts'

describe('the address that is registered', () => {
  it.each<[string, WebhookTargets, string]>([
    ['https://hook.example.cn', 'PUBLIC', 'https://hook.example.cn/'],
    ['https://HOOK.example.cn:443/a?b=1', 'PUBLIC', 'https://hook.example.cn/a?b=1'],
    ['https://hook.example.cn:8443/a', 'PUBLIC', 'https://hook.example.cn:8443/a'],
    ['https://回调.example.cn/', 'PUBLIC', 'https://xn--zbss05j.example.cn/'],
    ['https://1.1.1.1/', 'PUBLIC', 'https://1.1.1.1/'],
    ['https://[2400:3200::1]/', 'PUBLIC', 'https://[2400:3200::1]/'],
    ['http://localhost:8080/a', 'PUBLIC_AND_LOOPBACK', 'http://localhost:8080/a'],
    ['http://127.0.0.1:8080/a', 'PUBLIC_AND_LOOPBACK', 'http://127.0.0.1:8080/a'],
    ['http://[::1]:8080/a', 'PUBLIC_AND_LOOPBACK', 'http://[::1]:8080/a'],
  ])('%s, targets %s, is kept as %s', (text, targets, kept) => {
    expect(readWebhookUrl(text, targets)).toBe(kept)
  })

  it.each<[string, WebhookTargets]>([
    ['', 'PUBLIC'],
    ['hook.example.cn', 'PUBLIC'],
    ['ftp://hook.example.cn/', 'PUBLIC'],
    ['file:///etc/passwd', 'PUBLIC'],
    ['http://hook.example.cn:8080/', 'PUBLIC'],
    ['http://hook.example.cn:8080/', 'PUBLIC_AND_LOOPBACK'],
    ['http://localhost:8080/', 'PUBLIC'],
    ['http://127.0.0.1:8080/', 'PUBLIC'],
    ['http://localhost/', 'PUBLIC_AND_LOOPBACK'],
    ['http://1.1.1.1:8080/', 'PUBLIC_AND_LOOPBACK'],
    ['https://user@hook.example.cn/', 'PUBLIC'],
    ['https://user:word@hook.example.cn/', 'PUBLIC'],
    ['https://hook.example.cn/#part', 'PUBLIC'],
    ['https://hook.example.cn/#', 'PUBLIC'],
    ['https://hook.example.cn:22/', 'PUBLIC'],
    ['https://hook.example.cn:80/', 'PUBLIC'],
    ['https://hook.example.cn:1023/', 'PUBLIC'],
    ['https://hook.example.cn:65536/', 'PUBLIC'],
    ['https://127.0.0.1/', 'PUBLIC'],
    ['https://2130706433/', 'PUBLIC'],
    ['https://0x7f.1/', 'PUBLIC'],
    ['https://127.1/', 'PUBLIC'],
    ['https://10.0.0.1/', 'PUBLIC_AND_LOOPBACK'],
    ['https://169.254.169.254/latest', 'PUBLIC'],
    ['https://[::1]/', 'PUBLIC'],
    ['https://[::ffff:10.0.0.1]/', 'PUBLIC'],
    ['https://[64:ff9b::a00:1]/', 'PUBLIC'],
  ])('%s, targets %s, is refused', (text, targets) => {
    expect(() => readWebhookUrl(text, targets)).toThrow(Refusal)
  })
})

it('an address that is too long is refused', () => {
  const longest = `https://hook.example.cn/${'a'.repeat(limits.webhookUrlCharacters - 24)}`
  expect(readWebhookUrl(longest, 'PUBLIC')).toBe(longest)
  expect(() => readWebhookUrl(`${longest}a`, 'PUBLIC')).toThrow('2000')
})

describe('failures', () => {
  it('wait longer and longer, up to a quarter of an hour', () => {
    expect([0, 1, 2, 3, 8, 9, 50, 10_000].map((failures) => secondsUntilRetry(failures, 0.5))).toEqual([
      0, 5, 10, 20, 640, 900, 900, 900,
    ])
  })

  it('do not all come back together', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, r) => {
          const middle = Math.min(
            limits.webhookFirstRetrySeconds * 2 ** (n - 1),
            limits.webhookMostRetrySeconds,
          )
          const seconds = secondsUntilRetry(n, r)
          expect(seconds).toBeGreaterThanOrEqual(Math.floor(middle / 2))
          expect(seconds).toBeLessThanOrEqual(Math.ceil(middle * 1.5))
        },
      ),
    )
  })

  it('are given up after about a day', () => {
    let state = afterFailure(0)
    let waited = 0
    while (state.status === 'ACTIVE') {
      waited += secondsUntilRetry(state.failures, 0.5)
      state = afterFailure(state.failures)
    }
    expect(state).toEqual({ failures: limits.webhookFailures, status: 'STUCK' })
    expect(waited / 3600).toBeGreaterThan(23)
    expect(waited / 3600).toBeLessThan(25)
  })
})
