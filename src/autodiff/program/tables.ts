/** Tables that remember without keeping alive: interning by text, and what is derived from an object. */

/**
 * One object per key, as long as somebody holds it. The key must spell out the whole object, so that what is found is
 * what would have been made.
 */
export function interning<T extends object>(sweepFrom: number): <U extends T>(key: string, make: () => U) => U {
  const known = new Map<string, WeakRef<T>>()
  let sweepAt = sweepFrom
  return <U extends T>(key: string, make: () => U): U => {
    const found = known.get(key)?.deref()
    // The key says which kind of object it names, hence found is a U.
    if (found !== undefined) return found as U
    const made = make()
    known.set(key, new WeakRef<T>(made))
    if (known.size > sweepAt) {
      for (const [k, ref] of known) if (ref.deref() === undefined) known.delete(k)
      sweepAt = Math.max(sweepFrom, known.size * 2)
    }
    return made
  }
}

/** What is derived from an object, once per key, and forgotten together with the object. */
export function derivedOnce<K extends object, V>(): (from: K, key: string, make: () => V) => V {
  const tables = new WeakMap<K, Map<string, { readonly value: V }>>()
  return (from, key, make) => {
    let table = tables.get(from)
    if (table === undefined) {
      table = new Map()
      tables.set(from, table)
    }
    let entry = table.get(key)
    if (entry === undefined) {
      entry = { value: make() }
      table.set(key, entry)
    }
    return entry.value
  }
}

/** Flags as part of a key. */
export const flagKey = (flags: readonly boolean[]): string => flags.map(Number).join("")
