import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestDepartment } from '../support/department.ts'
import { audience, TestExchange } from '../support/exchange.ts'
import { freePort, launch, type Running } from '../support/process.ts'

/** `npm start -- --workers 2`: two processes at one address keep what one would. */

let directory: string
let exchange: TestExchange
let asker: TestDepartment
let running: Running
let url: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-workers-'))
  exchange = await TestExchange.start()
  const replica = await exchange.replica()
  asker = await exchange.department(replica, 'NDRC', { roles: ['ENQUIRER'] })
  await replica.stop()
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  running = launch(
    directory,
    'gateway/main.ts',
    {
      DATABASE_URL: exchange.databaseUrl,
      KEY_FILE: exchange.keyFilePath,
      EXCHANGE_ID: audience,
      EXCHANGE_URL: audience,
      PORT: String(port),
      REFUSALS_PER_MINUTE: '40',
    },
    ['--workers', '2'],
  )
  await running.until('Ctrl-C')
}, 60_000)
afterAll(async () => {
  running.child.kill('SIGKILL')
  await exchange[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

/** Each over a connection of its own, which the next worker in turn takes. */
function send(body: string, authorization: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization }
    const sent = request(
      `${url}/graphql`,
      { method: 'POST', headers, agent: new Agent({ keepAlive: false }) },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const body = JSON.stringify({ query: '{ departments { code } }' })
const ask = () => send(body, `Bearer ${asker.token(body).token}`)

it('answers a token once, whichever of them it comes to', async () => {
  const { token } = asker.token(body)
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(body, `Bearer ${token}`)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ text }) => text.includes('"REPLAYED"'))).toHaveLength(7)
})

it('tells the metrics of all of them together', async () => {
  const counted = async () => {
    const text = await (await fetch(`${url}/metrics`)).text()
    expect(text).toContain('jce_ready 1')
    return Number(/jce_exchanges_total\{department="NDRC",outcome="OK"\} (\d+)/.exec(text)?.[1])
  }
  const before = await counted()
  for (let n = 0; n < 6; n += 1) expect((await ask()).status).toBe(200)
  expect(await counted()).toBe(before + 6)
})

it('refuses a revoked key within a second, in each of them', async () => {
  await exchange.database.pool.query(
    `UPDATE department_key SET status = 'REVOKED', revoked_at = now() WHERE kid = $1`,
    [asker.kid],
  )
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  for (let n = 0; n < 6; n += 1) expect((await ask()).status).toBe(401)
})

it('lets an address no more refusals than one process would', async () => {
  const statuses: number[] = []
  for (let n = 0; n < 60; n += 1) statuses.push((await send(body, 'Bearer no.such.token')).status)
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(40)
  expect(statuses.at(-1)).toBe(429)
})

it('stops all of them on SIGTERM', async () => {
  running.child.kill('SIGTERM')
  expect(await running.end()).toMatchObject({ code: 0 })
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
})
