/** Which frequencies stand where, and the order with 0 in the middle. */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { concat } from "../../primitives/concat.ts"
import { normaliseAxes } from "../../shape/axes.ts"
import { checkSizes } from "../../shape/sizes.ts"
import type { FftFreq, FftShift, RfftFreq } from "../../signatures/fft.ts"
import { Value } from "../../value.ts"
import { asValue } from "../operands.ts"
import * as v from "../values.ts"

/** Positions from `start` on, over the length of the whole in units of `spacing`. */
function frequencies(
  op: string,
  n: number,
  start: number,
  count: number,
  options: { readonly spacing?: number },
): Value {
  checkOptions(op, options, ["spacing"])
  checkSizes(op, [n])
  const steps = v.add(v.iota(count, "f32"), start)
  return v.div(v.div(steps, n), options.spacing ?? 1)
}
/**
 * The frequencies of `fft` for n samples `spacing` (1) apart: 0, 1, … and then the negative ones, over n * spacing.
 *
 * @example
 * ```ts
 * import { fftfreq } from "cotangent"
 * console.log(await fftfreq(4, { spacing: 0.5 }).array())
 * ```
 */
export const fftfreq: FftFreq = typed((n: number, options: { readonly spacing?: number } = {}) => {
  const all = frequencies("fftfreq", n, -Math.floor(n / 2), n, options)
  return rolled(all, 0, Math.floor(n / 2))
})
/**
 * The frequencies of `rfft`: 0 to n / 2, over n * spacing.
 *
 * @example
 * ```ts
 * import { rfftfreq } from "cotangent"
 * console.log(await rfftfreq(4).array())
 * ```
 */
export const rfftfreq: RfftFreq = typed((n: number, options: { readonly spacing?: number } = {}) =>
  frequencies("rfftfreq", n, 0, Math.floor(n / 2) + 1, options),
)
/** The elements from `start` on come first. */
function rolled(x: Value, axis: number, start: number): Value {
  const size = x.shape[axis] ?? 0
  if (start === 0 || start === size) return x
  return bindOne(concat.along(axis), v.part(x, axis, start, size - start), v.part(x, axis, 0, start))
}
const shift =
  (op: string, startOf: (size: number) => number) =>
  (x: unknown, options: { readonly axes?: number | readonly number[] } = {}): unknown => {
    checkOptions(op, options, ["axes"])
    const shifted = (part: unknown): Value => {
      const value = asValue(op, part)
      return normaliseAxes(op, options.axes, value.shape).reduce(
        (y, axis) => rolled(y, axis, startOf(y.shape[axis] ?? 0)),
        value,
      )
    }
    const pair = typeof x === "object" && x !== null && !(x instanceof Value) && "re" in x && "im" in x
    return pair ? { re: shifted(x.re), im: shifted(x.im) } : shifted(x)
  }
/**
 * Frequency 0 moved to the middle, along `axes` (all); of a tensor or a pair.
 *
 * @example
 * ```ts
 * import { fftfreq, fftshift } from "cotangent"
 * console.log(await fftshift(fftfreq(5)).array())
 * ```
 */
export const fftshift: FftShift = typed(shift("fftshift", (n) => Math.ceil(n / 2)))
/** The inverse of `fftshift`, which differs for odd sizes. */
export const ifftshift: FftShift = typed(shift("ifftshift", (n) => Math.floor(n / 2)))
