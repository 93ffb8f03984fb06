import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Department } from '../departments/department.ts'
import type { WebhookClaims } from '../evidence/reply-signer.ts'
import type { ChangePage } from '../feed/change.ts'
import type { Clock } from '../kernel/clock.ts'
import { limits } from '../limits.ts'
import { afterFailure } from './webhook.ts'
import { messageOf } from './webhook-message.ts'
import type { PostWebhook } from './webhook-post.ts'
import { movePosition, noteFailure, readDestination } from './webhook-store.ts'

/** A page of the feed as the department may see it now; `upTo` moves on also where nothing of it concerns it. */
export type FeedPage = Pick<ChangePage, 'changes' | 'upTo'>
export type ReadFeedPage = (
  department: Department,
  page: { after: number; limit: number },
) => Promise<FeedPage>

/** CAUGHT_UP: nothing is left, or nobody to tell. FAILED: noted. GIVEN_UP: for the last time. INTERRUPTED: for the next run. */
export type DeliveryResult = 'CAUGHT_UP' | 'FAILED' | 'GIVEN_UP' | 'INTERRUPTED'

export type WebhookDelivery = {
  /** Delivers page after page, each only once the one before was taken, until nothing is left or it is time to end. */
  deliver(webhookId: number, until: DeliveryEnd): Promise<DeliveryResult>
}

/** `enough` ends it between two pages; `expired` cuts off even the one under way, since another may begin. */
export type DeliveryEnd = { enough: AbortSignal; expired: AbortSignal }

/**
 * At least once, in order: the position moves only after the other side has answered. If the process dies in between, the
 * same page goes out again. Nobody but the holder of the webhook's one job delivers to it.
 */
export function createWebhookDelivery(parts: {
  pool: pg.Pool
  clock: Clock
  exchangeId: string
  readFeedPage: ReadFeedPage
  sign: (claims: WebhookClaims, now: Date) => Promise<string>
  post: PostWebhook
}): WebhookDelivery {
  const { pool, clock } = parts

  async function deliverNext(id: number, expired: AbortSignal): Promise<DeliveryResult | 'MOVED'> {
    const found = await readDestination(pool, id)
    if (!found) return 'CAUGHT_UP'
    const { webhook, department } = found
    const { registrationId, url, position } = webhook
    const { changes, upTo } = await parts.readFeedPage(department, {
      after: position,
      limit: limits.webhookPageChanges,
    })
    if (upTo <= position) return 'CAUGHT_UP'
    if (changes.length > 0) {
      const body = Buffer.from(JSON.stringify(messageOf(registrationId, upTo, changes)))
      const now = clock.now()
      const claims = {
        iss: parts.exchangeId,
        aud: department.code,
        iat: Math.floor(now.getTime() / 1000),
        url,
        body_sha256: createHash('sha256').update(body).digest('base64url'),
        up_to: upTo,
      }
      const failure = await parts.post(url, { body, signature: await parts.sign(claims, now) }, expired)
      if (failure !== null) {
        // Cut off by ourselves: no fault of theirs.
        if (expired.aborted) return 'INTERRUPTED'
        const after = afterFailure(webhook.failures)
        await noteFailure(pool, id, webhook, { ...after, error: failure })
        return after.status === 'STUCK' ? 'GIVEN_UP' : 'FAILED'
      }
    }
    return (await movePosition(pool, id, position, upTo)) ? 'MOVED' : 'INTERRUPTED'
  }

  return {
    async deliver(id, { enough, expired }) {
      while (!enough.aborted && !expired.aborted) {
        const result = await deliverNext(id, expired)
        if (result !== 'MOVED') return result
      }
      return 'INTERRUPTED'
    },
  }
}
