/** Reductions that pass over NaN. What is passed over gets a slope of 0. */
import { typed } from "../../boundary.ts"
import { reduceMax } from "../../primitives/reduce-max.ts"
import { reduceMin } from "../../primitives/reduce-min.ts"
import { sum } from "../../primitives/sum.ts"
import type { Reduction } from "../../signatures/reductions.ts"
import type { Value } from "../../value.ts"
import { floatValue } from "../operands.ts"
import { isNaNOf, type Options, reduce, sumOf } from "../reductions/reduce.ts"
import * as v from "../values.ts"

/** x with `filler` where it is NaN, and ones where it is not, to be counted. */
function parted(op: string, x: unknown, filler: number): readonly [filled: Value, present: Value] {
  const value = floatValue(op, x)
  const absent = isNaNOf(value)
  const { dtype } = value.type.array
  return [v.where(absent, filler, value), v.cast(dtype, v.equal(value, value))]
}
const meanOfPresent = (op: string, filled: Value, present: Value, options: Options): Value =>
  v.div(sumOf(op, filled, options), sumOf(op, present, options))

/**
 * The sum over axes of what is not NaN; 0 where nothing is.
 *
 * @example
 * ```ts
 * import { nanSum, tensor } from "cotangent"
 * console.log(await nanSum(tensor([1, NaN, 3])).item())
 * ```
 */
export const nanSum: Reduction<"nanSum", "f32" | "f64"> = typed((x: unknown, options: Options = {}) =>
  reduce("nanSum", sum, parted("nanSum", x, 0)[0], options),
)
/**
 * The mean over axes of what is not NaN; NaN where nothing is.
 *
 * @example
 * ```ts
 * import { nanMean, tensor } from "cotangent"
 * console.log(await nanMean(tensor([1, NaN, 3])).item())
 * ```
 */
export const nanMean: Reduction<"nanMean", "f32" | "f64"> = typed((x: unknown, options: Options = {}) => {
  const [filled, present] = parted("nanMean", x, 0)
  return meanOfPresent("nanMean", filled, present, options)
})
/** The variance over axes of what is not NaN, divided by how many those are; NaN where nothing is. */
export const nanVar: Reduction<"nanVar", "f32" | "f64"> = typed((x: unknown, options: Options = {}) => {
  const [filled, present] = parted("nanVar", x, 0)
  const centre = meanOfPresent("nanVar", filled, present, { ...options, keepDims: true })
  return meanOfPresent("nanVar", v.square(v.mul(v.sub(filled, centre), present)), present, options)
})
const extremeOfPresent =
  (op: string, primitive: typeof reduceMax, unit: number) =>
  (x: unknown, options: Options = {}): Value => {
    const [filled, present] = parted(op, x, unit)
    const none = v.equal(reduce(op, reduceMax, present, options), 0)
    return v.where(none, Number.NaN, reduce(op, primitive, filled, options))
  }
/**
 * The largest over axes of what is not NaN, NaN where nothing else is; its slope goes to the first of equals.
 *
 * @example
 * ```ts
 * import { nanMax, tensor } from "cotangent"
 * console.log(await nanMax(tensor([1, NaN, 3])).item())
 * ```
 */
export const nanMax: Reduction<"nanMax", "f32" | "f64"> = typed(
  extremeOfPresent("nanMax", reduceMax, Number.NEGATIVE_INFINITY),
)
/** The smallest over axes of what is not NaN, NaN where nothing else is; its slope goes to the first of equals. */
export const nanMin: Reduction<"nanMin", "f32" | "f64"> = typed(
  extremeOfPresent("nanMin", reduceMin, Number.POSITIVE_INFINITY),
)
