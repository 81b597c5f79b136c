/** What gpu.js compiled, held up to a limit: kernels keep memory of their own until they are destroyed. */

export interface Cache<V> {
  /** What stands under the key, made where nothing does; it is then the last to go. */
  readonly get: (key: string, make: () => V) => V
  readonly size: () => number
}

/** Holds at most `limit` values; the one that was not asked for longest is dropped, and `drop` told. */
export function boundedCache<V>(limit: number, drop: (value: V) => void): Cache<V> {
  // A Map keeps the order of insertion.
  const held = new Map<string, V>()
  return {
    get: (key, make) => {
      const known = held.get(key)
      if (known !== undefined) {
        held.delete(key)
        held.set(key, known)
        return known
      }
      const made = make()
      held.set(key, made)
      for (const [oldest, value] of held) {
        if (held.size <= limit) break
        held.delete(oldest)
        drop(value)
      }
      return made
    },
    size: () => held.size,
  }
}
