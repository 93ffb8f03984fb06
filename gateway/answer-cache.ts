import type { FeedWatch } from '../src/feed/feed-watch-service.ts'
import { limits } from '../src/limits.ts'
import { type Reply, sha256 } from './reply.ts'

/** An answer as it was made: the exact bytes, and their name. */
export type KeptAnswer = { body: Buffer; etag: string; dataVersion: number }

/**
 * Answers of the public surface that are kept for a moment, by what was asked. Questions that come together are answered
 * once. `forgetAll` when anything may have changed: what is being made meanwhile is given out, but not kept.
 */
export type AnswerCache = {
  answer(key: string, make: () => Promise<KeptAnswer | null>): Promise<KeptAnswer | null>
  forgetAll(): void
}

type Entry = { madeFrom: number; answer: Promise<KeptAnswer | null>; bytes: number }

/** `lifetime` in milliseconds of `now`, from when the making began; `mostBytes` of bodies together, the oldest go first. */
export function createAnswerCache(options: {
  lifetime: number
  mostBytes: number
  now: () => number
}): AnswerCache {
  const entries = new Map<string, Entry>()
  let bytes = 0

  function forget(key: string, entry: Entry): void {
    if (entries.get(key) !== entry) return
    entries.delete(key)
    bytes -= entry.bytes
  }

  return {
    answer(key, make) {
      const known = entries.get(key)
      if (known && options.now() - known.madeFrom < options.lifetime) return known.answer
      if (known) forget(key, known)
      const entry: Entry = { madeFrom: options.now(), answer: make(), bytes: 0 }
      entries.set(key, entry)
      entry.answer.then(
        (made) => {
          if (made === null) return forget(key, entry)
          if (entries.get(key) !== entry) return
          entry.bytes = made.body.length
          bytes += entry.bytes
          for (const [oldest, other] of entries) {
            if (bytes <= options.mostBytes) break
            forget(oldest, other)
          }
        },
        () => forget(key, entry),
      )
      return entry.answer
    },

    forgetAll() {
      entries.clear()
      bytes = 0
    },
  }
}

/**
 * A cache of its own for one endpoint. What ended, was repaired or corrected is gone with the event that tells of it; the
 * legal day has to be part of every key.
 */
export function cacheUntilChange(
  watch: Pick<FeedWatch, 'onWake'>,
): Pick<AnswerCache, 'answer'> & { stop(): void } {
  const cache = createAnswerCache({
    lifetime: limits.publicCacheLifetime,
    mostBytes: limits.publicCacheBytes,
    now: () => performance.now(),
  })
  return { answer: cache.answer, stop: watch.onWake(() => cache.forgetAll()) }
}

/** Named by its bytes: catalogue and rules change answers without moving the feed. */
export function keptAnswer(body: Buffer, dataVersion: number): KeptAnswer {
  return { body, etag: `W/"${sha256(body)}"`, dataVersion }
}

/** `known`: the If-None-Match of the asker (RFC 9110, section 13.1.2). */
export function keptReply(
  { body, etag, dataVersion }: KeptAnswer,
  contentType: string,
  headers: Record<string, string>,
  known: string | undefined,
): Reply {
  const named = { ...headers, etag, 'data-version': String(dataVersion) }
  const isKnown = known?.split(',').some((tag) => tag.trim() === etag || tag.trim() === '*') ?? false
  return isKnown
    ? { status: 304, body: Buffer.alloc(0), contentType, headers: named }
    : { status: 200, body, contentType, headers: named }
}
