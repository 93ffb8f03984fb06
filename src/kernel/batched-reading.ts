/** Collects keys that are asked for in the same turn and reads them together: a list of N asks once, not N times. */
export function batchedReading<K, V>(
  read: (keys: K[]) => Promise<ReadonlyMap<K, V>>,
): (key: K) => Promise<V | null> {
  let next: { keys: Set<K>; values: Promise<ReadonlyMap<K, V>> } | null = null
  return async (key) => {
    if (!next) {
      const keys = new Set<K>()
      const values = Promise.resolve().then(() => {
        next = null
        return read([...keys])
      })
      next = { keys, values }
    }
    next.keys.add(key)
    return (await next.values).get(key) ?? null
  }
}
