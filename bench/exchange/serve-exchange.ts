import pino from 'pino'
import { startServer } from '../../gateway/server.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openDatabase } from '../../src/kernel/database.ts'
import { readKeyFile } from '../../src/kernel/key-file.ts'
import { profileOnRequest } from './profiling.ts'

/** The exchange as `npm start` runs it, in a process of its own. Nobody is made to wait for having asked much. */

export type ServeJob = { databaseUrl: string; keyFile: string; exchangeId: string; body: string }

process.once('message', async ({ databaseUrl, keyFile, exchangeId }: ServeJob) => {
  const database = openDatabase(databaseUrl, { connections: 10 })
  const server = await startServer({
    database,
    keyFile: await readKeyFile(keyFile),
    exchangeId,
    exchangeUrl: exchangeId,
    host: '127.0.0.1',
    port: 0,
    trustedProxies: 0,
    requestsPerMinute: 100_000_000,
    refusalsPerMinute: 100_000_000,
    publicRequestsPerMinute: 100_000_000,
    logger: pino({ level: 'warn' }, pino.destination(2)),
    clock: systemClock,
  })
  const stop = () => server.stop().then(() => process.exit(0))
  process.on('SIGTERM', stop)
  process.on('disconnect', stop)
  process.send?.({ url: server.url })
  profileOnRequest()
})
