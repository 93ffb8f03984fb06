import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { TestExchange } from '../support/exchange.ts'

/** What the server gives to a browser that has not signed in: a page that holds nothing, and its files. */

let exchange: TestExchange
let server: RunningServer

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
})
afterAll(() => exchange[Symbol.asyncDispose]())

const read = (path: string, init: RequestInit = {}) =>
  fetch(server.url + path, { redirect: 'manual', ...init })

describe('the page of the console', () => {
  it('answers every address below it with the same page, whose policy takes no style without the nonce', async () => {
    const [first, second] = [await read('/console/'), await read('/console/departments/QTS?x=1')]
    for (const answer of [first, second, await read('/console/batches')]) {
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
    const nonceOf = (answer: Response) =>
      /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1]
    const policy = first.headers.get('content-security-policy') ?? ''
    expect(policy.split('; ').filter((part) => !part.startsWith('style-src '))).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src-attr 'unsafe-inline'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
    expect(nonceOf(first)).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect(nonceOf(first)).not.toBe(nonceOf(second))
    const html = await first.text()
    expect(html).toContain(`nonce="${nonceOf(first)}"`)
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=|https?:\/\//)
  })

  it('gives its files for ever, by names that hold their digest, and no other file', async () => {
    const html = await (await read('/console/')).text()
    const [, script = ''] = /src="([^"]+)"/.exec(html) ?? []
    const answer = await read(script, { headers: { 'accept-encoding': 'br' } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(answer.headers.get('content-encoding')).toBe('br')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    for (const path of [
      '/console/assets/nothing.js',
      '/console/assets/../manifest.json',
      '/console/assets/..%2fmanifest.json',
    ])
      expect(await (await read(path)).text()).not.toContain('isEntry')
    expect((await read('/console/assets/nothing.js')).status).toBe(404)
  })

  it('is only read, and its address without the slash leads to it', async () => {
    expect((await read('/console/', { method: 'POST', body: 'x' })).status).toBe(405)
    const answer = await read('/console')
    expect([answer.status, answer.headers.get('location')]).toEqual([308, '/console/'])
  })
})
