import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import { stretchShape } from "../../shape/broadcast.ts"
import type { LogSumExp } from "../../signatures/reductions.ts"
import type { Value } from "../../value.ts"
import { castTo, floatValue } from "../operands.ts"
import * as v from "../values.ts"
import { anchor, countOver, type Options, sumOf } from "./reduce.ts"

interface WeightedOptions extends Options {
  readonly weights?: unknown
}
/** Weights that stretch to x, in its dtype. */
function weightsFor(x: Value, weights: unknown): Value {
  const found = floatValue("logSumExp", weights)
  stretchShape("logSumExp", found.shape, x.shape)
  return castTo(found, x.type.array.dtype)
}

/**
 * log(sum(exp(x))) over axes, without overflow; -Infinity over nothing. With `weights` that stretch to x (SciPy's `b`),
 * log(sum(weights exp(x))), NaN where that sum is negative.
 *
 * @throws ShapeError where an axis is out of range, or the weights do not stretch to x.
 * @example
 * ```ts
 * import { logSumExp, tensor } from "cotangent"
 * console.log(await logSumExp(tensor([1000, 1000])).item())
 * console.log(await logSumExp(tensor([1, 2]), { weights: tensor([0.5, 0.5]) }).item())
 * ```
 */
export const logSumExp: LogSumExp = typed((x: unknown, options: WeightedOptions = {}) => {
  checkOptions("logSumExp", options, ["axis", "keepDims", "weights"])
  const { weights, ...folding } = options
  const value = floatValue("logSumExp", x)
  if (countOver("logSumExp", value, folding) === 0) return v.log(sumOf("logSumExp", value, folding))
  const shift = anchor("logSumExp", value, folding.axis)
  const powers = v.exp(v.sub(value, shift))
  const weighted = weights === undefined ? powers : v.mul(powers, weightsFor(value, weights))
  const total = sumOf("logSumExp", weighted, folding)
  return v.add(v.log(total), v.reshape(shift, total.shape))
})
