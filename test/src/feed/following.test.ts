import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../../src/feed/change.ts'
import { type FeedCursor, followFeed } from '../../../src/feed/following.ts'

const change = (position: number): Change => ({
  position,
  at: new Date(0),
  kind: 'LISTED',
  recordId: position,
  listingId: null,
  subject: null,
  listing: null,
  record: null,
})

/** A feed in memory: pages of two, woken by hand. */
function memoryFeed() {
  const feed = { head: 0, reads: 0, wake: () => {}, followers: 0, onRead: () => {} }
  const read = async (after: number) => {
    feed.reads += 1
    const upTo = Math.min(feed.head, after + 2)
    const changes = Array.from({ length: upTo - after }, (_, index) => change(after + 1 + index))
    const page = { changes, upTo, position: feed.head }
    feed.onRead()
    return page
  }
  const watch = {
    onWake(wake: () => void) {
      feed.wake = wake
      feed.followers += 1
      return () => {
        feed.followers -= 1
      }
    },
  }
  const cursor: FeedCursor = { resumeAfter: null, position: 0 }
  return { feed, cursor, changes: followFeed(read, watch, cursor) }
}

describe('following the feed', () => {
  it('reads no further than it is taken, and tells how far it was', async () => {
    const { feed, cursor, changes } = memoryFeed()
    feed.head = 100
    for (const position of [1, 2, 3]) {
      expect((await changes.next()).value?.position).toBe(position)
      expect(cursor.position).toBe(position)
    }
    await delay(5)
    expect(feed.reads).toBe(2)
  })

  it('misses nothing that is appended while it reads an empty page', async () => {
    const { feed, changes } = memoryFeed()
    feed.onRead = () => {
      if (feed.head > 0) return
      feed.head = 1
      feed.wake()
    }
    expect((await changes.next()).value?.position).toBe(1)
  })

  it('ends while it waits', async () => {
    const { feed, changes } = memoryFeed()
    const waiting = changes.next()
    await delay(5)
    await changes.return?.()
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(feed.followers).toBe(0)
  })
})
