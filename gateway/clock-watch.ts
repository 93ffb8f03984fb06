import type pg from 'pg'
import { limits } from '../src/limits.ts'

/**
 * Compares this machine's clock with the database's, again and again. Signatures are judged by the clock, so beyond
 * `limits.clockDifference` the service must not judge at all. A clock that is set between two comparisons shows as a
 * jump against the monotonic clock and counts at once.
 */
export type ClockWatch = {
  agrees(): boolean
  stop(): void
}

export type ClockReading = { wall(): number; monotonic(): number }

export const machineClock: ClockReading = { wall: () => Date.now(), monotonic: () => performance.now() }

/** Resolves after the first comparison. */
export async function watchClock(
  pool: pg.Pool,
  clock: ClockReading,
  onChange: (agrees: boolean) => void,
): Promise<ClockWatch> {
  /** Wall minus monotonic time at the last good comparison; null until there was one, and when it failed. */
  let anchor: number | null = null
  let lastComparison = Number.NEGATIVE_INFINITY
  let said = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  function agrees(): boolean {
    const fresh = clock.monotonic() - lastComparison < limits.clockCheckInterval * 10
    const steady =
      anchor !== null && Math.abs(clock.wall() - clock.monotonic() - anchor) <= limits.clockDifference
    return fresh && steady
  }

  async function compare(): Promise<void> {
    const before = clock.wall()
    try {
      const { rows } = await pool.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now')
      const middle = (before + clock.wall()) / 2
      const difference = Math.abs(Number(rows[0].now) - middle)
      anchor = difference <= limits.clockDifference ? clock.wall() - clock.monotonic() : null
      lastComparison = clock.monotonic()
    } catch {
      anchor = null
    }
    const now = agrees()
    if (now !== said) {
      said = now
      onChange(now)
    }
    if (!stopped) timer = setTimeout(() => void compare(), limits.clockCheckInterval).unref()
  }

  await compare()
  return {
    agrees,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
