/** Mean, variance and standard deviation over axes. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import type { Reduction, Spread } from "../../signatures/reductions.ts"
import type { Value } from "../../value.ts"
import { floatValue } from "../operands.ts"
import * as v from "../values.ts"
import { centredOf, countOver, meanOf, type Options, rootOf, sumOf } from "./reduce.ts"

/**
 * The mean over axes; NaN over nothing.
 *
 * @example
 * ```ts
 * import { mean, tensor } from "cotangent"
 * console.log(await mean(tensor([[1, 2], [3, 6]]), { axis: 1, keepDims: true }).array())
 * ```
 */
export const mean: Reduction<"mean", "f32" | "f64"> = typed((x: unknown, options: Options = {}) =>
  meanOf("mean", floatValue("mean", x), options),
)

export interface SpreadOptions extends Options {
  readonly ddof?: number
}
/** In two passes: mean(x x) - mean(x)^2 cancels where the mean is large. */
function varianceOf(op: string, x: Value, options: SpreadOptions): Value {
  checkOptions(op, options, ["axis", "keepDims", "ddof"])
  const { ddof = 0, ...folding } = options
  if (!Number.isFinite(ddof)) throw new CotangentError("ddof", `${op}: ddof must be a number, got ${ddof}`, { ddof })
  const squares = sumOf(op, v.square(centredOf(op, x, folding)), folding)
  const count = countOver(op, x, folding) - ddof
  return v.div(squares, count > 0 ? count : 0)
}
/**
 * The mean squared distance from the mean: the sum divided by n as NumPy does, or by n - `ddof`; NaN where that leaves
 * nothing to divide by but the distances are 0.
 *
 * @example
 * ```ts
 * import { tensor, variance } from "cotangent"
 * console.log(await variance(tensor([1, 3])).item(), await variance(tensor([1, 3]), { ddof: 1 }).item())
 * ```
 */
export const variance: Spread<"variance"> = typed((x: unknown, options: SpreadOptions = {}) =>
  varianceOf("variance", floatValue("variance", x), options),
)
/**
 * The square root of the variance. Equal elements give 0, a kink, where the derivative is taken to be 0.
 *
 * @example
 * ```ts
 * import { std, tensor } from "cotangent"
 * console.log(await std(tensor([[1, 3], [5, 5]]), { axis: 1 }).array())
 * ```
 */
export const std: Spread<"std"> = typed((x: unknown, options: SpreadOptions = {}) =>
  rootOf(varianceOf("std", floatValue("std", x), options)),
)
