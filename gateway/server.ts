import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { departmentSchema } from '../schema/schema.ts'
import { type App, createApp } from '../src/app.ts'
import type { Pkcs11Config } from '../src/evidence/pkcs11-library.ts'
import type { Clock } from '../src/kernel/clock.ts'
import type { Database } from '../src/kernel/database.ts'
import type { KeyFile } from '../src/kernel/key-file.ts'
import { limits } from '../src/limits.ts'
import type { WebhookTargets } from '../src/webhooks/address-policy.ts'
import { createAnnotatedEndpoint, createBatchesEndpoint } from './batches-endpoint.ts'
import { createCallerGraphql } from './caller-graphql.ts'
import { type ClockReading, machineClock, watchClock } from './clock-watch.ts'
import { createConsoleAuth } from './console-auth.ts'
import { consoleAuthPath, createConsoleAuthEndpoint } from './console-auth-endpoint.ts'
import { consolePath, createConsoleEndpoint } from './console-endpoint.ts'
import { createConsoleFilesEndpoint } from './console-files-endpoint.ts'
import { createConsoleGraphqlEndpoint } from './console-graphql-endpoint.ts'
import { createConsoleRequests } from './console-request.ts'
import { createDepartmentEndpoint } from './department-endpoint.ts'
import { describeError } from './describe-error.ts'
import { createEnrolmentEndpoint } from './enrolment-endpoint.ts'
import {
  answerBrokenRequests,
  close,
  cutOffSlowBody,
  listen,
  portOf,
  watchSilentConnections,
} from './http-connections.ts'
import { refuse } from './http-refusal.ts'
import { createLogEndpoint, logPath } from './log-endpoint.ts'
import { createMetrics, measuredHealth } from './metrics.ts'
import { createOpenDataEndpoint, openDataPath } from './open-data-endpoint.ts'
import { createPublicEndpoint } from './public-endpoint.ts'
import { createPublicSurface } from './public-graphql.ts'
import { departmentBounds } from './query-guards.ts'
import { createRateLimits } from './rate-limits.ts'
import { startRecurringWork } from './recurring-work.ts'
import { jsonReply, refusalReply, write } from './reply.ts'
import { createSignedExchange } from './signed-exchange.ts'
import type { SingleSignOn } from './single-sign-on.ts'
import { createSiteEndpoint } from './site-endpoint.ts'
import { createSubscriptions } from './subscriptions.ts'
import { createVerificationEndpoint, verificationPath } from './verification-endpoint.ts'

export type ServerOptions = {
  database: Database
  keyFile: KeyFile
  /** The token that keys of the key file may lie on. */
  pkcs11?: Pkcs11Config | null
  exchangeId: string
  exchangeUrl: string
  host: string
  port: number
  trustedProxies: number
  requestsPerMinute: number
  refusalsPerMinute: number
  publicRequestsPerMinute: number
  logger: Logger
  clock: Clock
  clockReading?: ClockReading
  webhookTargets?: WebhookTargets
  documentFallbackFont?: string | null
  /** Processes that answer at this address, of which this is one. */
  workers?: number
  /** Metrics of all of them together. */
  metricsOfAll?: () => Promise<string>
  /** The city's single sign-on, by which officers may come. */
  singleSignOn?: SingleSignOn | null
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
    pkcs11: options.pkcs11 ?? null,
    exchangeId: options.exchangeId,
    clock: options.clock,
    monotonicNow: () => performance.now(),
    observeLogGroup: (size) => metrics.logGroup.observe(size),
    webhookTargets: options.webhookTargets ?? 'PUBLIC',
    secureCookies: options.exchangeUrl.startsWith('https:'),
    documents: {
      verifyAt: `${options.exchangeUrl}${verificationPath.slice(0, -1)}`,
      fallbackFont: options.documentFallbackFont ?? null,
    },
  })
  // A key that cannot be reached shows now, not when the first answer, or a key of next month, is to sign.
  await app.signer.checkAll()
  await app.checkpoints.check()
  if (!app.checkpoints.isLogIntact())
    logger.fatal('the log was changed after it was signed: queries are refused')
  let stopping = false
  const watch = await watchClock(database.pool, options.clockReading ?? machineClock, (agrees) => {
    if (agrees) logger.info('the clock agrees with the database: queries are answered')
    else
      logger.error('the clock does not agree with the database, or the database is away: queries are refused')
  })
  const ready = () => !stopping && watch.agrees() && app.signer.reachable() && app.checkpoints.isLogIntact()
  const rates = createRateLimits({ ...options, processes: options.metricsOfAll ? (options.workers ?? 1) : 1 })
  metrics.watchReadiness(ready)
  const basePath = new URL(options.exchangeUrl).pathname.replace(/\/+$/, '')
  const common = { app, rates, metrics, trustedProxies: options.trustedProxies, ready }
  const exchange = createSignedExchange({ ...common, logger })
  const graphql = createCallerGraphql(app, logger, departmentSchema(), departmentBounds)
  const subscriptions = createSubscriptions({ app, exchange, logger })
  const surface = createPublicSurface(app, logger)
  const { exchangeUrl } = options
  const atConsole = createConsoleRequests({
    ...common,
    logger,
    exchangeUrl,
    sessionOf: app.sessions.sessionOf,
  })
  const site = await createSiteEndpoint({
    ...common,
    surface,
    exchangeUrl: options.exchangeUrl,
    onError: (error, path) => logger.error({ ...describeError(error), path }, 'a page failed'),
  })
  const everybody = createPublicEndpoint({ ...common, surface })

  const login = {
    app,
    logger,
    exchangeUrl: options.exchangeUrl,
    singleSignOn: options.singleSignOn ?? null,
    monotonicNow: () => performance.now(),
  }

  const atFiles = createConsoleFilesEndpoint({ app, requests: atConsole })

  const consolePage = createConsoleEndpoint({ exchangeUrl: options.exchangeUrl })
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
    '/public/graphql': everybody.handle,
    '/public/operations.json': everybody.handleManifest,
    '/public/schema.graphql': everybody.handleSdl,
    '/.well-known/jwks.json': async (_request, response) =>
      write(response, jsonReply(200, app.signer.jwks, { 'cache-control': 'public, max-age=300' })),
    [`${consolePath}graphql`]: createConsoleGraphqlEndpoint({
      app,
      logger,
      requests: atConsole,
      exchangeUrl,
      serviceHealth: async () => ({
        ready: ready(),
        logIntact: app.checkpoints.isLogIntact(),
        ...(await measuredHealth(metrics)),
      }),
    }),
    // The page of the same address is read, files are sent.
    [`${consolePath}batches`]: (request, response, allowSlowBody) =>
      request.method === 'POST'
        ? atFiles.receive(request, response, allowSlowBody)
        : consolePage(request, response),
    [`${consolePath}batches/annotated`]: atFiles.annotated,
    '/console': async (_request, response) =>
      write(response, {
        status: 308,
        body: Buffer.alloc(0),
        contentType: 'text/plain',
        headers: { location: `${basePath}${consolePath}` },
      }),
    '/healthz': async (_request, response) => write(response, jsonReply(200, { status: 'alive' })),
    '/readyz': async (_request, response) =>
      write(response, jsonReply(ready() ? 200 : 503, { status: ready() ? 'ready' : 'not ready' })),
    '/metrics': async (_request, response) => {
      const body = Buffer.from(await (options.metricsOfAll?.() ?? metrics.registry.metrics()))
      write(response, { status: 200, body, contentType: metrics.registry.contentType, headers: {} })
    },
  }

  /** What lies below these is theirs to name. */
  const subtrees: readonly [string, Handler][] = [
    [logPath, createLogEndpoint(common)],
    [openDataPath, createOpenDataEndpoint(common)],
    [verificationPath, createVerificationEndpoint(common)],
    [consoleAuthPath, createConsoleAuthEndpoint({ ...common, ...login, auth: createConsoleAuth(login) })],
    [`${consolePath}documents/`, atFiles.document],
    [consolePath, consolePage],
  ]
  const routeOf = (path: string): Handler | undefined =>
    routes[path] ?? subtrees.find(([prefix]) => path.startsWith(prefix))?.[1]

  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeout,
      keepAliveTimeout: limits.keepAliveTimeout,
    },
    (request, response) => {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
      // A proxy may strip the base path or pass it on: both name the same endpoint.
      const inner =
        basePath !== '' && (path === basePath || path.startsWith(`${basePath}/`))
          ? path.slice(basePath.length) || '/'
          : path
      const route =
        routeOf(path) ??
        routeOf(inner) ??
        (site.answersFor(request, inner)
          ? (asked: IncomingMessage, answer: ServerResponse) => site.handle(asked, answer, inner)
          : undefined)
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

  async function endFollowing(): Promise<void> {
    watch.stop()
    everybody.stop()
    site.stop()
    // Streams would keep the server from closing, and what they follow the database.
    await subscriptions.stop()
    await app.feedWatch.stop()
  }

  // A reader must not be told that nothing is published because the index is still to be made.
  await app.publicity
    .catchUp()
    .catch((error: unknown) =>
      logger.error(describeError(error), 'the index of published records could not be made'),
    )
  // What began before the server listens would keep a process that cannot start from ending.
  await listen(server, options.port, options.host).catch(async (error: unknown) => {
    await endFollowing()
    throw error
  })
  const webhooks = await app
    .startWebhookDelivery({
      onError: (error) => logger.error(describeError(error), 'delivery to webhooks met an error and goes on'),
      onGivenUp: (webhook) => logger.warn({ webhook }, 'a webhook was given up: see webhook list'),
    })
    .catch(async (error: unknown) => {
      await endFollowing()
      await close(server, closeSilent)
      throw error
    })
  const work = startRecurringWork({ app, metrics, logger, isStopping: () => stopping })

  let stopped: Promise<void> | null = null
  return {
    app,
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${portOf(server)}`,
    ready,
    stop() {
      stopped ??= (async () => {
        stopping = true
        await endFollowing()
        await Promise.all([close(server, closeSilent), work.stop(), webhooks.stop()])
      })()
      return stopped
    },
  }
}
