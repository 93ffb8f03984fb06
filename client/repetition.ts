import { ExchangeRefusal, TransportError } from './errors.ts'
import { limits } from './limits.ts'

/**
 * Sends again, signed anew, while it is unknown whether the request took effect, or the exchange asks to wait. Only
 * for what takes effect once, however often it is sent.
 */
export async function repeatWhileUnanswered<T>(send: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(attempt)
    } catch (error) {
      const wait = waitBeforeRepeating(error, attempt)
      if (wait === undefined || attempt >= limits.submitAttempts) throw error
      await pause(wait)
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function waitBeforeRepeating(error: unknown, attempt: number): number | undefined {
  const growing = limits.firstRetryDelay * 2 ** (attempt - 1)
  if (error instanceof TransportError) return growing
  if (!(error instanceof ExchangeRefusal) || ![429, 503].includes(error.status)) return undefined
  const asked = (error.retryAfter ?? 0) * 1000
  return asked <= limits.longestRetryDelay ? Math.max(asked, growing) : undefined
}
