import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { spreadOf } from './rounds.ts'
import { type Bench, milliseconds, type Row } from './row.ts'
import { exchangeId } from './world.ts'

/** From the start of `npm start` on a database that is there to the first answer. */
export async function measureStart(bench: Bench): Promise<Row[]> {
  const times: number[] = []
  for (let round = 0; round < bench.settings.rounds; round += 1) times.push(await startOnce(bench))
  const spread = spreadOf(times)
  return [
    {
      job: 'start: to the first answer on an existing database',
      ours: milliseconds(spread),
      floor: '–',
      ratio: null,
      target: '≤ 1.5 s',
      met: spread.median <= 1_500,
      figures: {},
    },
  ]
}

async function startOnce({ world }: Bench): Promise<number> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../gateway/main.ts', import.meta.url))], {
    env: {
      ...process.env,
      DATABASE_URL: world.url,
      KEY_FILE: world.keyFile,
      EXCHANGE_ID: exchangeId,
      EXCHANGE_URL: exchangeId,
      PORT: String(port),
      LOG_LEVEL: 'error',
    },
    stdio: 'ignore',
  })
  try {
    while (true) {
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ status }) => status === 200,
        () => false,
      )
      if (ready) return performance.now() - began
      if (child.exitCode !== null) throw new RangeError(`npm start ended with ${child.exitCode}`)
      await delay(5)
    }
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
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
