/** Means over few seeds, and how sure they are. */
import type { Spread } from "./study.ts"

export const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length

/** Of a sample: divided by n - 1. NaN for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values)
  return values.length < 2
    ? Number.NaN
    : Math.sqrt(values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1))
}
export const standardError = (values: readonly number[]): number => standardDeviation(values) / Math.sqrt(values.length)

export const spread = (
  values: readonly number[],
  { digits = 2, unit = "" }: { readonly digits?: number; readonly unit?: string } = {},
): Spread => ({ mean: mean(values), standardError: standardError(values), count: values.length, digits, unit })

/** `97.61 ± 0.12% (5 seeds)`; the part behind ± is one standard error. */
export const showSpread = ({ mean, standardError, count, digits, unit }: Spread): string =>
  count < 2
    ? `${mean.toFixed(digits)}${unit} (1 seed)`
    : `${mean.toFixed(digits)} ± ${standardError.toFixed(digits)}${unit} (${count} seeds)`

/** P(|t| < x) for Student's t with whole degrees of freedom: the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4. */
export function studentWithin(x: number, degrees: number): number {
  const angle = Math.atan(x / Math.sqrt(degrees))
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  const odd = degrees % 2 === 1
  let [term, sum] = odd ? [cos, degrees > 1 ? cos : 0] : [1, 1]
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= (cos * cos * (k - 1)) / k
    sum += term
  }
  return odd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum
}

/** The x for which P(|t| < x) is `share`. */
export function studentQuantile(share: number, degrees: number): number {
  let [low, high] = [0, 1]
  while (studentWithin(high, degrees) < share) high *= 2
  for (let k = 0; k < 200 && high - low > 1e-12 * high; k++) {
    const middle = (low + high) / 2
    if (studentWithin(middle, degrees) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}
/** Where the true mean lies with the given confidence, for normal errors. */
export function confidenceInterval(values: readonly number[], share = 0.95): Interval {
  const centre = mean(values)
  const half = studentQuantile(share, values.length - 1) * standardError(values)
  return { mean: centre, low: centre - half, high: centre + half }
}
/** The interval of a - b, where the k-th of both share a seed: what they have in common drops out. */
export function pairedDifference(a: readonly number[], b: readonly number[], share = 0.95): Interval {
  if (a.length !== b.length) throw new Error(`${a.length} values cannot be paired with ${b.length}`)
  return confidenceInterval(
    a.map((x, k) => x - (b[k] ?? Number.NaN)),
    share,
  )
}
export const showInterval = ({ mean, low, high }: Interval, digits = 2): string =>
  `${mean.toFixed(digits)}, 95% interval ${low.toFixed(digits)} to ${high.toFixed(digits)}`
