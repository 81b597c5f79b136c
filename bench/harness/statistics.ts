/** Numbers out of numbers. */

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** A loop, as there may be more samples than a call takes arguments. */
export function least(samples: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY
  for (const sample of samples) if (sample < least) least = sample
  return least
}

/** The largest difference of two lists of results, each relative to its own largest magnitude; NaN for none is never small. */
export function difference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let worst = 0
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k] ?? empty, b[k] ?? empty]
    if (x.length !== y.length) return Number.POSITIVE_INFINITY
    let [apart, largest] = [0, 0]
    for (let i = 0; i < x.length; i++) {
      const gap = Math.abs((x[i] ?? 0) - (y[i] ?? 0))
      // A comparison with NaN is false: written the other way round it would let NaN through.
      if (!(gap <= apart)) apart = gap
      largest = Math.max(largest, Math.abs(y[i] ?? 0))
      if (Number.isNaN(gap)) return Number.POSITIVE_INFINITY
    }
    if (apart > 0) worst = Math.max(worst, largest === 0 ? Number.POSITIVE_INFINITY : apart / largest)
  }
  return worst
}
const empty = new Float32Array(0)
