import { limits } from '../limits.ts'

/** ACTIVE is delivered to; STUCK was given up and waits to be replayed (死信); REMOVED is kept for its id alone. */
export const webhookStatuses = ['ACTIVE', 'STUCK', 'REMOVED'] as const
export type WebhookStatus = (typeof webhookStatuses)[number]

/** A registered address of a department that is told of changes. */
export type Webhook = {
  registrationId: string
  url: string
  status: WebhookStatus
  /** The feed up to here was delivered. */
  position: number
  /** In a row, since the last delivery. */
  failures: number
  lastError: string | null
  createdAt: Date
}

/** What is kept of a failed delivery: nothing of what the other side wrote. */
export type DeliveryFailure =
  | 'ADDRESS_FORBIDDEN'
  | 'NAME_NOT_RESOLVED'
  | 'CONNECTION_FAILED'
  | 'TLS_FAILED'
  | 'TIMEOUT'
  | `HTTP_${number}`

/** One more failure: given up after `limits.webhookFailures` in a row, about a day. */
export function afterFailure(failures: number): { failures: number; status: WebhookStatus } {
  const counted = failures + 1
  return { failures: counted, status: counted >= limits.webhookFailures ? 'STUCK' : 'ACTIVE' }
}

/**
 * Seconds to wait after so many failures in a row: doubling up to a quarter of an hour, each between half and one and a
 * half of it, so that webhooks that fell together do not all come back together. `random` is 0 to below 1.
 */
export function secondsUntilRetry(failures: number, random: number): number {
  if (failures === 0) return 0
  const doubled = limits.webhookFirstRetrySeconds * 2 ** Math.min(failures - 1, 30)
  return Math.round(Math.min(doubled, limits.webhookMostRetrySeconds) * (0.5 + random))
}
