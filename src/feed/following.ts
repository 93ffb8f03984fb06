import type { Change, ChangePage } from './change.ts'
import type { FeedWatch } from './feed-watch-service.ts'

/** Where a follower is: `resumeAfter` where it said it was, `position` that of the change it was given last. */
export type FeedCursor = { resumeAfter: number | null; position: number }

/**
 * Changes one by one, read page by page as they are taken, so that nothing piles up for a slow follower. Written by hand:
 * a generator that waits does not hear `return`.
 */
export function followFeed(
  read: (after: number) => Promise<Pick<ChangePage, 'changes' | 'upTo' | 'position'>>,
  watch: Pick<FeedWatch, 'onWake'>,
  cursor: FeedCursor,
): AsyncIterableIterator<Change> {
  let ahead: Change[] = []
  let readUpTo = cursor.position
  let isWoken = false
  let isDone = false
  let resume = () => {}
  const forget = watch.onWake(() => {
    isWoken = true
    resume()
  })

  async function nextPage(): Promise<void> {
    isWoken = false
    const page = await read(readUpTo)
    readUpTo = page.upTo
    ahead = page.changes
    // What was appended while it read has woken it already.
    if (ahead.length > 0 || page.upTo < page.position || isWoken || isDone) return
    await new Promise<void>((resolve) => {
      resume = resolve
    })
  }

  const end = () => {
    isDone = true
    forget()
    resume()
    return Promise.resolve({ done: true as const, value: undefined })
  }

  return {
    async next() {
      while (!isDone) {
        const change = ahead.shift()
        if (change) {
          cursor.position = change.position
          return { done: false, value: change }
        }
        await nextPage()
      }
      return { done: true, value: undefined }
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
