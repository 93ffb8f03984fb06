/**
 * A reading at most `lifetime` milliseconds old; requests that come together share one. A reading that fails is not
 * kept.
 */
export function cachedReading<T>(
  read: () => Promise<T>,
  lifetime: number,
  monotonicNow: () => number,
): () => Promise<T> {
  let reading: { at: number; value: Promise<T> } | null = null
  return () => {
    const now = monotonicNow()
    if (reading && now - reading.at < lifetime) return reading.value
    const mine = { at: now, value: read() }
    reading = mine
    mine.value.catch(() => {
      if (reading === mine) reading = null
    })
    return mine.value
  }
}
