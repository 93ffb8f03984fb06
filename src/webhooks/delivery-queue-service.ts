import type pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { FeedWatch } from '../feed/feed-watch-service.ts'
import { limits } from '../limits.ts'
import type { WebhookDelivery } from './delivery-service.ts'
import { secondsUntilRetry } from './webhook.ts'
import { laggingWebhooks } from './webhook-store.ts'

/** Works through the webhooks that the feed has left behind, together with the other replicas. */
export type DeliveryQueue = {
  /** Finishes the deliveries under way, begins no others. */
  stop(): Promise<void>
}

export type QueueParts = {
  pool: pg.Pool
  delivery: WebhookDelivery
  watch: Pick<FeedWatch, 'onWake'>
  random: () => number
  onError: (error: unknown) => void
  /** A webhook is a dead letter from now on, until somebody replays it. */
  onGivenUp: (webhook: number) => void
}

const queue = 'webhook-delivery'
const queueOptions = {
  expireInSeconds: limits.webhookJobSeconds,
  retryLimit: 2,
  retryDelay: 1,
  retryBackoff: true,
  deleteAfterSeconds: limits.webhookJobKeptSeconds,
}

/**
 * One job for each webhook that lags, whoever notices it: the queue takes no second one while one waits or runs, on
 * whatever replica. That is what keeps the order. After a failure the job waits for its time; if a process dies, its
 * jobs expire and are taken by another.
 */
export async function startDeliveryQueue(parts: QueueParts): Promise<DeliveryQueue> {
  const { pool, delivery, random, onError } = parts
  const boss = new PgBoss({
    db: { executeSql: (text, values) => execute(pool, text, values) },
    schema: 'pgboss',
    createSchema: false,
    schedule: false,
    superviseIntervalSeconds: limits.webhookSuperviseSeconds,
    monitorIntervalSeconds: limits.webhookSuperviseSeconds,
  })
  boss.on('error', onError)
  try {
    await boss.start()
    await boss.createQueue(queue, { policy: 'exclusive', ...queueOptions })
    // What a former release made keeps its own settings otherwise.
    await boss.updateQueue(queue, queueOptions)
  } catch (error) {
    await boss.stop({ graceful: false })
    throw error
  }

  const stopping = new AbortController()
  const worker = await boss.work<{ webhook: number }>(
    queue,
    {
      localConcurrency: limits.webhooksAtOnce,
      // A department whose servers are slow does not keep the others waiting.
      localGroupConcurrency: limits.webhooksAtOncePerDepartment,
      pollingIntervalSeconds: limits.webhookPollInterval / 1000,
    },
    async (jobs) => {
      for (const { data, signal } of jobs) await run(data.webhook, signal)
    },
  )

  /** A delivery under way is finished when the process stops; it takes no longer than its timeout. */
  async function run(webhook: number, expired: AbortSignal): Promise<void> {
    const enough = AbortSignal.any([stopping.signal, AbortSignal.timeout(limits.webhookRunTime)])
    try {
      const result = await delivery.deliver(webhook, { enough, expired })
      if (result === 'GIVEN_UP') parts.onGivenUp(webhook)
    } catch (error) {
      onError(error)
      // Told to the queue as well, which tries the job again.
      throw error
    }
  }

  async function sendJobs(): Promise<void> {
    for (const { id, departmentId, failures } of await laggingWebhooks(pool)) {
      if (stopping.signal.aborted) return
      const seconds = secondsUntilRetry(failures, random())
      const sent = await boss.send(
        queue,
        { webhook: id },
        {
          singletonKey: String(id),
          group: { id: String(departmentId) },
          ...(seconds > 0 ? { startAfter: seconds } : {}),
        },
      )
      if (sent !== null && seconds === 0) boss.notifyWorker(worker)
    }
  }

  const looking = repeating(limits.webhookPollInterval, () => sendJobs().catch(onError))
  const forget = parts.watch.onWake(looking.now)
  return {
    async stop() {
      forget()
      stopping.abort()
      await looking.stop()
      await boss.stop({ graceful: true, timeout: limits.webhookTimeout + limits.statementTimeout })
    },
  }
}

/** A connection whose statement failed may be left inside a transaction of the queue: it does not go back to the pool. */
async function execute(pool: pg.Pool, text: string, values?: unknown[]): Promise<pg.QueryResult> {
  const client = await pool.connect()
  let broken = true
  const onError = () => {}
  client.on('error', onError)
  try {
    const result = await client.query(text, values)
    broken = false
    return result
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** Again and again, never twice at once; asked for `now` while it works, it works once more soon after. */
function repeating(interval: number, work: () => Promise<void>): { now(): void; stop(): Promise<void> } {
  let stopped = false
  let asked = false
  let running: Promise<void> | null = null
  let timer = setTimeout(run, 0).unref()
  function run(): void {
    if (stopped) return
    if (running) {
      asked = true
      return
    }
    asked = false
    clearTimeout(timer)
    running = work().finally(() => {
      running = null
      if (!stopped) timer = setTimeout(run, asked ? limits.webhookLeastPause : interval).unref()
    })
  }
  return {
    now: run,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
