import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import { reduceMax } from "../../primitives/reduce-max.ts"
import type { AxisArgument } from "../../shape/axes.ts"
import type { Normalise } from "../../signatures/normalisations.ts"
import type { Value } from "../../value.ts"
import { floatValue, like } from "../operands.ts"
import { reduce, sumOf } from "../reductions/reduce.ts"
import * as v from "../values.ts"

/**
 * x over its length; 0 with a slope of 0 where that is 0. Divided by the largest first, so that no square overflows or
 * vanishes: the direction does not depend on the scale, so the divisor may count as constant. Infinite entries give NaN.
 */
export function directionOf(op: string, x: Value, axis: AxisArgument): Value {
  const over = { axis, keepDims: true }
  const largest = v.stop(reduce(op, reduceMax, v.abs(x), over))
  const none = v.equal(largest, 0)
  const scaled = v.div(x, v.where(none, like(largest, 1), largest))
  const squares = sumOf(op, v.square(scaled), over)
  // At least 1 unless there is nothing, where 1 stands in.
  return v.where(none, 0, v.div(scaled, v.sqrt(v.where(none, like(squares, 1), squares))))
}
/**
 * x divided by its Euclidean length along an axis or several (by default the last), at any scale. A vector of zeros has no
 * direction: it stays, with a derivative of 0.
 *
 * @throws ShapeError where an axis is out of range.
 * @example
 * ```ts
 * import { l2Normalize, tensor } from "cotangent"
 * console.log(await l2Normalize(tensor([[3, 4], [0, 0]])).array())
 * ```
 */
export const l2Normalize: Normalise<"l2Normalize"> = typed(
  (x: unknown, options: { readonly axis?: AxisArgument } = {}) => {
    checkOptions("l2Normalize", options, ["axis"])
    return directionOf("l2Normalize", floatValue("l2Normalize", x), options.axis ?? -1)
  },
)
