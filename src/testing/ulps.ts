/** How many representable numbers lie between two. */

const single = new Float32Array(1)
const singleBits = new Int32Array(single.buffer)
const double = new Float64Array(1)
const doubleBits = new BigInt64Array(double.buffer)

/** Floats in rising order as integers in rising order; both zeros are 0. */
function rank32(x: number): bigint {
  single[0] = x
  const bits = BigInt(singleBits[0] ?? 0)
  return bits < 0n ? -(bits + 2n ** 31n) : bits
}
function rank64(x: number): bigint {
  double[0] = x
  const bits = doubleBits[0] ?? 0n
  return bits < 0n ? -(bits + 2n ** 63n) : bits
}

/**
 * The distance between two numbers in units in the last place of a format: 0 for equals (and for NaN with NaN), 1 for
 * neighbours, Infinity where only one is NaN.
 *
 * @example
 * ```ts
 * import { ulpsBetween } from "cotangent/testing"
 * console.log(ulpsBetween(1, 1 + 2 ** -23, "f32"))
 * ```
 */
export function ulpsBetween(a: number, b: number, format: "f32" | "f64" = "f32"): number {
  if (Object.is(a, b) || a === b) return 0
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Number.POSITIVE_INFINITY
  const rank = format === "f32" ? rank32 : rank64
  const distance = rank(a) - rank(b)
  return Number(distance < 0n ? -distance : distance)
}

/**
 * The number that lies so many representable numbers above x (below it where `by` is negative); what is not finite stays as
 * it is.
 */
export function neighbour(x: number, by: number, format: "f32" | "f64" = "f32"): number {
  if (!Number.isFinite(x)) return x
  const moved = (format === "f32" ? rank32(x) : rank64(x)) + BigInt(by)
  const size = moved < 0n ? -moved : moved
  if (format === "f32") singleBits[0] = Number(size)
  else doubleBits[0] = size
  const found = (format === "f32" ? single[0] : double[0]) ?? 0
  return moved < 0n ? -found : found
}
