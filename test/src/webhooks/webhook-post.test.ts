import { execFile } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createWebhookPost, type Lookup, type PostOutcome } from '../../../src/webhooks/webhook-post.ts'
import { selfSigned } from '../../support/certificate.ts'
import { certificate, hostName, Receiver } from './receiver.ts'

/** One delivery over a real connection: TLS, slow and hostile servers, names that lie. */

const here: Lookup = async () => [{ address: '127.0.0.1', family: 4 }]
const message = { body: Buffer.from('{"upTo":1}'), signature: 'a.b.c' }
const never = new AbortController().signal

let receiver: Receiver
beforeEach(async () => {
  receiver = await Receiver.start()
})
afterEach(() => receiver[Symbol.asyncDispose]())

type Bend = Partial<Parameters<typeof createWebhookPost>[0]>

const post = (url: string, bend: Bend = {}, signal = never): Promise<PostOutcome> =>
  createWebhookPost({
    targets: 'PUBLIC_AND_LOOPBACK',
    lookup: here,
    ca: certificate.cert,
    timeout: 2_000,
    ...bend,
  })(url, message, signal)

it('delivers the exact bytes with their signature, under the name of the host', async () => {
  expect(await post(receiver.url())).toBeNull()
  expect(receiver.received).toMatchObject([
    {
      path: '/hook',
      headers: {
        host: `${hostName}:${receiver.port}`,
        'webhook-signature': 'a.b.c',
        'content-type': 'application/json; charset=utf-8',
      },
      body: message.body,
    },
  ])
})

it.each([200, 201, 204, 299])('%i is taken', async (status) => {
  receiver.answer = (response) => void response.writeHead(status).end()
  expect(await post(receiver.url())).toBeNull()
})

it.each([300, 304, 400, 401, 404, 410, 429, 500, 503])('%i is a failure', async (status) => {
  receiver.answer = (response) => void response.writeHead(status).end()
  expect(await post(receiver.url())).toBe(`HTTP_${status}`)
})

it('a redirect is not followed', async () => {
  await using inner = await Receiver.start()
  for (const status of [301, 302, 307, 308]) {
    receiver.answer = (response) =>
      void response.writeHead(status, { location: `https://127.0.0.1:${inner.port}/` }).end()
    expect(await post(receiver.url())).toBe(`HTTP_${status}`)
  }
  expect(inner.connections).toBe(0)
})

it('a server that does not answer in time has not taken it', async () => {
  receiver.answer = () => {}
  expect(await post(receiver.url(), { timeout: 200 })).toBe('TIMEOUT')
})

it('a server that takes the connection and says nothing is left', async () => {
  await using silent = await listenSilently()
  expect(await post(`https://${hostName}:${silent.port}/`, { timeout: 200 })).toBe('TIMEOUT')
})

it('a name that is not resolved in time, or not at all', async () => {
  const waiting: Lookup = () => new Promise(() => {})
  expect(await post(receiver.url(), { timeout: 100, lookup: waiting })).toBe('TIMEOUT')
  const unknown: Lookup = () => Promise.reject(new Error('ENOTFOUND'))
  expect(await post(receiver.url(), { lookup: unknown })).toBe('NAME_NOT_RESOLVED')
  expect(await post(receiver.url(), { lookup: async () => [] })).toBe('ADDRESS_FORBIDDEN')
})

it('an endless answer is cut off, and what was taken is taken', async () => {
  let written = 0
  receiver.answer = (response) => {
    response.writeHead(200)
    const write = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384))) written += 16_384
    }
    response.on('drain', write)
    write()
  }
  expect(await post(receiver.url())).toBeNull()
  expect(written).toBeLessThan(16 * 1024 * 1024)
})

it('an answer that drips does not hold longer than the timeout', async () => {
  receiver.answer = (response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('.'), 20)
    response.on('close', () => clearInterval(timer))
  }
  const begun = performance.now()
  expect(await post(receiver.url(), { timeout: 300 })).toBeNull()
  expect(performance.now() - begun).toBeLessThan(1_500)
})

it('headers without end are a failure', async () => {
  receiver.answer = (response) => void response.writeHead(200, { long: 'a'.repeat(40_000) }).end()
  expect(await post(receiver.url())).toBe('CONNECTION_FAILED')
})

it('a certificate that nobody vouches for, or for another name, is a failure', async () => {
  const { cert } = selfSigned([hostName])
  expect(await post(receiver.url(), { ca: cert })).toBe('TLS_FAILED')
  expect(await post(receiver.url('other.example.test'))).toBe('TLS_FAILED')
  expect(await post(`https://127.0.0.1:${receiver.port}/`)).toBeNull()
  expect(receiver.received).toHaveLength(1)
})

it('the environment turns neither certificates off nor a proxy on', async () => {
  await using proxy = await listenSilently()
  const script = `
    import { createWebhookPost } from ${JSON.stringify(new URL('../../../src/webhooks/webhook-post.ts', import.meta.url).href)}
    const [url, ca, foreign] = process.argv.slice(1)
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }]
    const message = { body: Buffer.from('{}'), signature: 'a.b.c' }
    for (const trusted of [ca, foreign]) {
      const post = createWebhookPost({ targets: 'PUBLIC_AND_LOOPBACK', lookup, ca: trusted, timeout: 2000 })
      console.log(await post(url, message, new AbortController().signal))
    }`
  const proxyUrl = `http://127.0.0.1:${proxy.port}`
  const { stdout } = await promisify(execFile)(
    fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url)),
    ['--input-type=module', '-e', script, receiver.url(), certificate.cert, selfSigned([hostName]).cert],
    {
      env: {
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
        NODE_USE_ENV_PROXY: '1',
        HTTPS_PROXY: proxyUrl,
        https_proxy: proxyUrl,
      },
    },
  )
  expect(stdout).toBe('null\nTLS_FAILED\n')
  expect(proxy.connections()).toBe(0)
})

it('nothing connects to an internal address, by name or by number', async () => {
  const names: Lookup[] = [
    here,
    async () => [{ address: '::1', family: 6 }],
    async () => [{ address: '::ffff:127.0.0.1', family: 6 }],
    async () => [
      { address: '1.1.1.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ],
    async () => [{ address: '169.254.169.254', family: 4 }],
  ]
  for (const lookup of names) {
    expect(await post(receiver.url(), { targets: 'PUBLIC', lookup })).toBe('ADDRESS_FORBIDDEN')
  }
  for (const host of ['127.0.0.1', '127.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]']) {
    expect(await post(receiver.url(host), { targets: 'PUBLIC' })).toBe('ADDRESS_FORBIDDEN')
  }
  for (const url of ['http://10.0.0.1:8080/', 'http://1.1.1.1:8080/', 'ftp://127.0.0.1/', 'nothing']) {
    expect(await post(url)).toBe('ADDRESS_FORBIDDEN')
  }
  expect(receiver.connections).toBe(0)
})

it('connects to the very address that was checked, whatever the name says a moment later', async () => {
  await using other = await Receiver.start('127.0.0.2', receiver.port)
  let asked = 0
  const rebinding: Lookup = async () => {
    asked += 1
    return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
  }
  expect(await post(receiver.url(), { lookup: rebinding })).toBeNull()
  expect({ asked, first: receiver.connections, second: other.connections }).toEqual({
    asked: 1,
    first: 1,
    second: 0,
  })
})

it('a refused connection is a failure; stopping cuts off', async () => {
  const free = await listenSilently()
  const { port } = free
  await free[Symbol.asyncDispose]()
  expect(await post(`https://${hostName}:${port}/`)).toBe('CONNECTION_FAILED')
  receiver.answer = () => {}
  expect(await post(receiver.url(), {}, AbortSignal.timeout(100))).toBe('CONNECTION_FAILED')
})

async function listenSilently() {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.on('error', () => {})
    socket.on('close', () => {})
    sockets.add(socket)
  })
  const sockets = new Set<Socket>()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('expected a listening server')
  return {
    port: address.port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
