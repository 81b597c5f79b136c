/** The order of rows of numbers, as host code: rising, NaN last, equals as they stood. */
import type { Numbers } from "../dtype.ts"

/** Writes where the elements of `row[from, to)` come from into `into[from, to)`, counted from `from`. */
export type Order = (row: Numbers, from: number, to: number, into: Int32Array) => void

/** Below this, counting digits costs more than comparing. */
const few = 128

/** The order of rows of up to `size` elements; it keeps its scratch memory from row to row. */
export function orderOf(size: number, kind: Numbers): Order {
  const compare = byComparison(size)
  // 64-bit floats have no 32-bit key; they are the oracle's, and slow is fine there.
  if (size < few || kind instanceof Float64Array) return compare
  const byDigits = radix(size)
  return (row, from, to, into) => (to - from < few ? compare : byDigits)(row, from, to, into)
}

function byComparison(size: number): Order {
  const places = Array.from({ length: size }, (_, i) => i)
  return (row, from, to, into) => {
    const at = places.slice(0, to - from)
    at.sort((i, j) => {
      const [a, b] = [row[from + i] ?? 0, row[from + j] ?? 0]
      return a < b ? -1 : a > b ? 1 : a === b ? i - j : Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || i - j
    })
    into.set(at, from)
  }
}

/**
 * Passes over keys that rise with the numbers, some bits at a time from the lowest up: each pass is stable, so the last one
 * leaves equals as they stood. Few bits where a row is short, for a pass also counts up all values that they can have.
 */
function radix(size: number): Order {
  const bits = size < 4096 ? 8 : 11
  const [digits, passes] = [1 << bits, Math.ceil(32 / bits)]
  const [firstKeys, secondKeys] = [new Uint32Array(size), new Uint32Array(size)]
  const [firstPlaces, secondPlaces] = [new Int32Array(size), new Int32Array(size)]
  const counts = new Int32Array(passes * digits)
  return (row, from, to, into) => {
    const n = to - from
    let [keys, nextKeys, places, nextPlaces] = [firstKeys, secondKeys, firstPlaces, secondPlaces]
    risingKeys(row, from, n, keys)
    counts.fill(0)
    for (let i = 0; i < n; i++) places[i] = i
    for (let pass = 0; pass < passes; pass++) {
      const [base, shift] = [pass * digits, pass * bits]
      for (let i = 0; i < n; i++) counts[base + ((keys[i]! >>> shift) & (digits - 1))]!++
    }
    for (let pass = 0; pass < passes; pass++) {
      const [base, shift] = [pass * digits, pass * bits]
      // Where all agree in these bits, as the upper ones of small integers do, there is nothing to move.
      if (counts[base + ((keys[0]! >>> shift) & (digits - 1))] === n) continue
      let start = 0
      for (let d = base; d < base + digits; d++) {
        const count = counts[d]!
        counts[d] = start
        start += count
      }
      for (let i = 0; i < n; i++) {
        const key = keys[i]!
        const at = counts[base + ((key >>> shift) & (digits - 1))]!++
        nextKeys[at] = key
        nextPlaces[at] = places[i]!
      }
      ;[keys, nextKeys] = [nextKeys, keys]
      ;[places, nextPlaces] = [nextPlaces, places]
    }
    into.set(places.subarray(0, n), from)
  }
}

/** Unsigned numbers in the order of a row's elements. */
function risingKeys(row: Numbers, from: number, n: number, keys: Uint32Array): void {
  if (row instanceof Float32Array) {
    const bits = new Int32Array(row.buffer, row.byteOffset + 4 * from, n)
    for (let i = 0; i < n; i++) {
      const b = bits[i]!
      const size = b & 0x7fffffff
      // Negative floats fall as their bits rise; -0 is equal to 0, and NaN of either sign comes after Infinity.
      keys[i] = size > 0x7f800000 ? 0xffffffff : b >= 0 || size === 0 ? (size | 0x80000000) >>> 0 : ~b >>> 0
    }
    return
  }
  const signed = row instanceof Int32Array
  for (let i = 0; i < n; i++) keys[i] = signed ? (row[from + i]! ^ 0x80000000) >>> 0 : row[from + i]!
}
