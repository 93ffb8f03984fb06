import pino from 'pino'
import { AggregatorRegistry } from 'prom-client'
import { systemClock } from '../src/kernel/clock.ts'
import { openDatabase } from '../src/kernel/database.ts'
import { readKeyFile } from '../src/kernel/key-file.ts'
import { describeError } from './describe-error.ts'
import { startServer } from './server.ts'
import { readSingleSignOn } from './single-sign-on.ts'
import type { MetricsReply, WorkerJob, WorkerMessage } from './workers.ts'

/** One of several processes of a service, see workers.ts. It stops when it is told to, or when nobody is there to tell it. */

const say = (message: WorkerMessage) => void process.send?.(message)

async function run({ config, databaseUrl }: WorkerJob): Promise<void> {
  const logger = pino({ level: config.logLevel }, pino.destination(2))
  const database = openDatabase(databaseUrl, { connections: config.databaseConnections })
  const server = await startServer({
    ...config,
    database,
    keyFile: await readKeyFile(config.keyFile),
    logger,
    clock: systemClock,
    singleSignOn: config.singleSignOn && (await readSingleSignOn(config.singleSignOn)),
    metricsOfAll,
  })
  let stopping: Promise<void> | null = null
  const stop = () => {
    stopping ??= server.stop().then(() => database.close())
    stopping.then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', stop)
  process.on('disconnect', stop)
  say({ worker: 'READY' })
}

// A terminal sends its interrupt to all: the first process decides when the others stop.
process.on('SIGINT', () => {})

const waiting = new Map<number, (text: string) => void>()
let asked = 0

/** Of all workers together, which only the first process can ask. */
function metricsOfAll(): Promise<string> {
  return new Promise((resolve) => {
    asked += 1
    waiting.set(asked, resolve)
    say({ worker: 'METRICS', id: asked })
  })
}

// Lets the first process collect what this one has counted.
new AggregatorRegistry()

process.on('message', (message: MetricsReply | WorkerJob | object) => {
  if ('metricsOf' in message) {
    waiting.get(message.metricsOf)?.(message.text)
    waiting.delete(message.metricsOf)
  }
  if ('databaseUrl' in message)
    run(message).catch((error: unknown) => {
      process.stderr.write(`${JSON.stringify(describeError(error))}\n`)
      process.exit(1)
    })
})
