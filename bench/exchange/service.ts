import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { serviceFlags } from './processes.ts'
import { exchangeId, type World } from './world.ts'

/** What `npm start -- --workers N` starts on the city's database, on any core. `milliseconds`: to its first answer. */
export type Service = AsyncDisposable & { url: string; milliseconds: number }

const unlimited = '100000000'

export async function startService({ url: databaseUrl, keyFile }: World, workers: number): Promise<Service> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const began = performance.now()
  const file = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url))
  const child = spawn(process.execPath, [...serviceFlags, file, '--workers', String(workers)], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      KEY_FILE: keyFile,
      EXCHANGE_ID: exchangeId,
      EXCHANGE_URL: exchangeId,
      PORT: String(port),
      LOG_LEVEL: 'error',
      REQUESTS_PER_MINUTE: unlimited,
      REFUSALS_PER_MINUTE: unlimited,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // Only the last line is told when all workers listen.
  const isServing = new Promise((resolve) => {
    child.stdout.on('data', (told: Buffer) => {
      if (told.includes('Ctrl-C')) resolve(true)
    })
  })
  const isReady = async () => (await fetch(`${url}/readyz`).catch(() => null))?.status === 200
  async function stop(): Promise<void> {
    if (child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  async function become(isThere: () => Promise<unknown>): Promise<void> {
    while (!(await isThere())) {
      if (child.exitCode !== null) throw new RangeError(`npm start ended with ${child.exitCode}`)
      await delay(5)
    }
  }
  try {
    await become(isReady)
    const milliseconds = performance.now() - began
    await become(() => Promise.race([isServing, delay(5)]))
    return { url, milliseconds, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
