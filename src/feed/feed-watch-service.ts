import pg from 'pg'
import { limits } from '../limits.ts'
import { feedChannel } from './feed-store.ts'

/** Wakes whoever follows the feed when it grew, on whatever replica. It only wakes: what is new is read from the table. */
export type FeedWatch = {
  /** Returns what ends it. Connects with the first that asks. */
  onWake(wake: () => void): () => void
  stop(): Promise<void>
}

/**
 * One connection of its own that listens. Lost, it is made again, after longer and longer waits; meanwhile, and whatever a
 * network may swallow, everybody is woken every few seconds.
 */
export function createFeedWatch(parts: {
  connectionString: string | undefined
  random: () => number
}): FeedWatch {
  const followers = new Set<() => void>()
  let client: pg.Client | null = null
  let isStarted = false
  let isStopped = false
  let failures = 0
  let retry: NodeJS.Timeout | undefined
  let poll: NodeJS.Timeout | undefined

  const wakeAll = () => {
    for (const wake of followers) wake()
  }

  async function listen(): Promise<void> {
    const own = new pg.Client({
      ...(parts.connectionString === undefined ? {} : { connectionString: parts.connectionString }),
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    })
    client = own
    let isLost = false
    const lose = () => {
      if (isLost) return
      isLost = true
      own.end().catch(() => {})
      if (!isStopped) listenLater()
    }
    own.on('error', lose)
    own.on('end', lose)
    own.on('notification', wakeAll)
    try {
      await own.connect()
      await own.query(`LISTEN ${feedChannel}`)
      failures = 0
      // Notices of the time without a connection are gone.
      wakeAll()
    } catch {
      lose()
    }
  }

  function listenLater(): void {
    const { first, longest } = limits.feedReconnectDelay
    const wait = Math.min(longest, first * 2 ** Math.min(failures, 10))
    failures += 1
    // Replicas that lost the database together do not come back together.
    retry = setTimeout(() => void listen(), wait * (0.5 + parts.random() / 2)).unref()
  }

  return {
    onWake(wake) {
      followers.add(wake)
      if (!isStarted && !isStopped) {
        isStarted = true
        poll = setInterval(wakeAll, limits.feedPollInterval).unref()
        void listen()
      }
      return () => void followers.delete(wake)
    },
    async stop() {
      isStopped = true
      clearTimeout(retry)
      clearInterval(poll)
      followers.clear()
      await client?.end().catch(() => {})
    },
  }
}
