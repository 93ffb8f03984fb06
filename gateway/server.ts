import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Logger } from 'pino'
import { type App, createApp } from '../src/app.ts'
import type { Clock } from '../src/kernel/clock.ts'
import type { Database } from '../src/kernel/database.ts'
import type { KeyFile } from '../src/kernel/key-file.ts'
import { limits } from '../src/limits.ts'
import type { WebhookTargets } from '../src/webhooks/address-policy.ts'
import { createAnnotatedEndpoint, createBatchesEndpoint } from './batches-endpoint.ts'
import { type ClockReading, machineClock, watchClock } from './clock-watch.ts'
import { createDepartmentEndpoint } from './department-endpoint.ts'
import { createDepartmentGraphql } from './department-graphql.ts'
import { describeError } from './describe-error.ts'
import { createEnrolmentEndpoint } from './enrolment-endpoint.ts'
import { refusalBody, refuse } from './http-refusal.ts'
import { createMetrics } from './metrics.ts'
import { createRateLimits } from './rate-limits.ts'
import { jsonReply, refusalReply, write } from './reply.ts'
import { createSignedExchange } from './signed-exchange.ts'
import { createSubscriptions } from './subscriptions.ts'

export type ServerOptions = {
  database: Database
  keyFile: KeyFile
  exchangeId: string
  exchangeUrl: string
  host: string
  port: number
  trustedProxies: number
  requestsPerMinute: number
  refusalsPerMinute: number
  logger: Logger
  clock: Clock
  clockReading?: ClockReading
  webhookTargets?: WebhookTargets
}

/** A replica that listens. `stop` takes no new requests, finishes those under way, then closes; it may be called twice. */
export type RunningServer = { app: App; url: string; ready(): boolean; stop(): Promise<void> }

type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  allowSlowBody: () => void,
) => Promise<void>

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { database, logger } = options
  const metrics = createMetrics()
  const app = await createApp({
    database,
    keyFile: options.keyFile,
    exchangeId: options.exchangeId,
    clock: options.clock,
    monotonicNow: () => performance.now(),
    observeLogGroup: (size) => metrics.logGroup.observe(size),
    webhookTargets: options.webhookTargets ?? 'PUBLIC',
  })
  let stopping = false
  const watch = await watchClock(database.pool, options.clockReading ?? machineClock, (agrees) => {
    if (agrees) logger.info('the clock agrees with the database: queries are answered')
    else
      logger.error('the clock does not agree with the database, or the database is away: queries are refused')
  })
  const ready = () => !stopping && watch.agrees()
  const rates = createRateLimits(options)
  const basePath = new URL(options.exchangeUrl).pathname.replace(/\/+$/, '')
  const common = { app, rates, metrics, trustedProxies: options.trustedProxies, ready }
  const exchange = createSignedExchange({ ...common, logger })
  const graphql = createDepartmentGraphql(app, logger)
  const subscriptions = createSubscriptions({ app, exchange, logger })

  const routes: Record<string, Handler> = {
    '/graphql': createDepartmentEndpoint({
      exchange,
      graphql,
      subscriptions,
      path: `${basePath}/graphql`,
    }),
    '/batches': createBatchesEndpoint({ app, exchange, path: `${basePath}/batches` }),
    '/batches/annotated': createAnnotatedEndpoint({
      app,
      exchange,
      path: `${basePath}/batches/annotated`,
    }),
    '/enrol': createEnrolmentEndpoint(common),
    '/.well-known/jwks.json': async (_request, response) =>
      write(response, jsonReply(200, app.signer.jwks, { 'cache-control': 'public, max-age=300' })),
    '/healthz': async (_request, response) => write(response, jsonReply(200, { status: 'alive' })),
    '/readyz': async (_request, response) =>
      write(response, jsonReply(ready() ? 200 : 503, { status: ready() ? 'ready' : 'not ready' })),
    '/metrics': async (_request, response) => {
      metrics.ready.set(ready() ? 1 : 0)
      const body = Buffer.from(await metrics.registry.metrics())
      write(response, { status: 200, body, contentType: metrics.registry.contentType, headers: {} })
    },
  }

  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeout,
      keepAliveTimeout: limits.keepAliveTimeout,
    },
    (request, response) => {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
      // A proxy may strip the base path or pass it on: both name the same endpoint.
      const route =
        routes[path] ??
        (basePath !== '' && path.startsWith(`${basePath}/`) ? routes[path.slice(basePath.length)] : undefined)
      if (stopping) response.setHeader('connection', 'close')
      const allowSlowBody = cutOffSlowBody(request)
      if (!route) return write(response, refusalReply(refuse('NOT_FOUND')))
      route(request, response, allowSlowBody).catch((error: unknown) => {
        logger.error({ ...describeError(error), path }, 'a request failed')
        write(response, refusalReply(refuse('UNAVAILABLE', { 'retry-after': '1' })))
      })
    },
  )
  server.requestTimeout = limits.headersTimeout + limits.fileReceiveTimeout
  answerBrokenRequests(server)
  const closeSilent = watchSilentConnections(server)

  await listen(server, options.port, options.host)
  const webhooks = await app
    .startWebhookDelivery({
      onError: (error) => logger.error(describeError(error), 'delivery to webhooks met an error and goes on'),
      onGivenUp: (webhook) => logger.warn({ webhook }, 'a webhook was given up: see webhook list'),
    })
    .catch(async (error: unknown) => {
      await close(server, closeSilent)
      throw error
    })
  const sweep = setInterval(() => {
    app.sweepUsedTokens().catch(() => logger.warn('used tokens could not be swept; they are swept next time'))
  }, limits.usedTokenSweepInterval).unref()

  const fileWorker = app.startFileWorker((batchRef, error) =>
    logger.error({ ...describeError(error), batch: batchRef }, 'work on a file failed and is tried again'),
  )
  const sweepFiles = setInterval(() => {
    app.files.sweep().catch(() => logger.warn('files could not be swept; they are swept next time'))
  }, limits.fileSweepInterval).unref()

  // In force is told by the days; this only notes what is over, soon after midnight (Asia/Shanghai) and at every start.
  const failed = (what: string) => (error: unknown) => {
    for (const each of error instanceof AggregateError ? error.errors : [error])
      logger.error(describeError(each), `${what} failed and is tried again`)
  }
  const endings = repeating(0, limits.endNotingInterval, failed('noting what is over'), async () => {
    const noted = await app.memberships.noteEnded()
    if (noted > 0) logger.info({ noted }, 'memberships that are over were noted')
  })

  const { escalationInterval } = limits
  const escalations = repeating(escalationInterval, escalationInterval, failed('escalation'), async () => {
    const escalated = await app.remedyTimeliness.escalateOverdue(app.clock.now())
    if (escalated > 0) logger.warn({ escalated }, 'steps of cases are overdue')
  })

  const taskFanOut = repeating(
    0,
    limits.taskFanOutInterval,
    failed('making tasks of joint punishment'),
    async () => {
      const tasks = await app.taskFanOut.catchUp(() => stopping)
      if (tasks > 0) logger.info({ tasks }, 'tasks of joint punishment were made or moved')
    },
  )

  const taskEscalations = repeating(
    escalationInterval,
    escalationInterval,
    failed('escalation of tasks'),
    async () => {
      const escalated = await app.taskTimeliness.escalateOverdue(app.clock.now(), () => stopping)
      if (escalated > 0) logger.warn({ escalated }, 'steps of tasks of joint punishment are overdue')
    },
  )

  const nameKeying = repeating(0, limits.nameKeyingInterval, failed('keying names'), async () => {
    const keyed = await app.nameKeying.catchUp(() => stopping)
    if (keyed > 0) logger.info({ keyed }, 'names were keyed by the rules of this version')
  })

  let stopped: Promise<void> | null = null
  return {
    app,
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${portOf(server)}`,
    ready,
    stop() {
      stopped ??= (async () => {
        stopping = true
        clearInterval(sweep)
        clearInterval(sweepFiles)
        watch.stop()
        // Streams would keep the server from closing, and what they follow the database.
        await subscriptions.stop()
        await app.feedWatch.stop()
        await Promise.all([
          close(server, closeSilent),
          fileWorker.stop(),
          endings.stop(),
          escalations.stop(),
          taskFanOut.stop(),
          taskEscalations.stop(),
          nameKeying.stop(),
          webhooks.stop(),
        ])
      })()
      return stopped
    },
  }
}

/**
 * A body that does not arrive is cut off, whether or not anyone waits for it. What it returns lifts that, for the file of
 * a sender who is known.
 */
function cutOffSlowBody(request: IncomingMessage): () => void {
  const timer = setTimeout(
    () => request.complete || request.destroy(),
    limits.headersTimeout + limits.bodyReceiveTimeout,
  ).unref()
  const lift = () => clearTimeout(timer)
  request.once('close', lift)
  return lift
}

/** Runs again and again, never twice at once; a failure is told and tried again next time. */
function repeating(
  firstAfter: number,
  interval: number,
  failed: (error: unknown) => void,
  work: () => Promise<void>,
): { stop(): Promise<void> } {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const run = () => {
    running = work()
      .catch(failed)
      .then(() => {
        if (!stopped) timer = setTimeout(run, interval).unref()
      })
  }
  let timer = setTimeout(run, firstAfter).unref()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** What is not HTTP, or too large to be read as it, is answered as every refusal is and then cut off. */
function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
    const refusal = refuse(error.code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'REQUEST_MALFORMED')
    const body = refusalBody(refusal)
    const reason = refusal.status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'
    socket.end(
      `HTTP/1.1 ${refusal.status} ${reason}\r\ncontent-type: application/json; charset=utf-8\r\n` +
        `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body.toString('utf8')}`,
    )
  })
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('expected a listening server')
  return address.port
}

/** Connections on which nothing was asked yet are not idle to Node, which would wait for them. What it returns ends them. */
function watchSilentConnections(server: Server): () => void {
  const silent = new Set<Socket>()
  server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }) => silent.delete(socket))
  return () => {
    for (const socket of silent) socket.destroy()
  }
}

async function close(server: Server, closeSilent: () => void): Promise<void> {
  const cutOff = setTimeout(() => server.closeAllConnections(), limits.shutdownGrace).unref()
  // A request may be on its way on them.
  setTimeout(closeSilent, limits.silentConnectionGrace).unref()
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(cutOff)
}
