/** Losses of the distance between predictions and targets, element by element. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { tanh } from "../../primitives/tanh.ts"
import type { ElementLoss, MeanLoss } from "../../signatures/losses.ts"
import type { Value } from "../../value.ts"
import { like } from "../operands.ts"
import { meanOf } from "../reductions/reduce.ts"
import * as v from "../values.ts"
import { pair } from "./pair.ts"

const distance = (op: string, predictions: unknown, targets: unknown): Value => v.sub(...pair(op, predictions, targets))

/**
 * (predictions - targets)^2, element by element.
 *
 * @throws ShapeError where the shapes differ: losses do not broadcast.
 * @example
 * ```ts
 * import { squaredError, tensor } from "cotangent"
 * console.log(await squaredError(tensor([1, 2]), tensor([3, 2])).array())
 * ```
 */
export const squaredError: ElementLoss<"squaredError"> = typed((predictions: unknown, targets: unknown) =>
  v.square(distance("squaredError", predictions, targets)),
)
/** |predictions - targets|, element by element; its derivative at 0 is 0. */
export const absoluteError: ElementLoss<"absoluteError"> = typed((predictions: unknown, targets: unknown) =>
  v.abs(distance("absoluteError", predictions, targets)),
)
/**
 * The mean of (predictions - targets)^2, a scalar.
 *
 * @throws ShapeError where the shapes differ: losses do not broadcast.
 * @example
 * ```ts
 * import { meanSquaredError, tensor } from "cotangent"
 * console.log(await meanSquaredError(tensor([1, 2]), tensor([3, 2])).item())
 * ```
 */
export const meanSquaredError: MeanLoss<"meanSquaredError"> = typed((predictions: unknown, targets: unknown) =>
  meanOf("meanSquaredError", v.square(distance("meanSquaredError", predictions, targets))),
)
/** The mean of |predictions - targets|, a scalar; the derivative of an element at 0 is 0. */
export const meanAbsoluteError: MeanLoss<"meanAbsoluteError"> = typed((predictions: unknown, targets: unknown) =>
  meanOf("meanAbsoluteError", v.abs(distance("meanAbsoluteError", predictions, targets))),
)
/**
 * Half the squared distance up to `delta` (1 by default), from there on a line: delta (|d| - delta / 2). Huber 1964, "Robust
 * Estimation of a Location Parameter".
 *
 * @throws ShapeError where the shapes differ: losses do not broadcast.
 * @example
 * ```ts
 * import { huber, tensor } from "cotangent"
 * console.log(await huber(tensor([0.5, 3]), tensor([0, 0]), { delta: 1 }).array())
 * ```
 */
export const huber: ElementLoss<"huber", { readonly delta?: number }> = typed(
  (predictions: unknown, targets: unknown, options: { readonly delta?: number } = {}) => {
    checkOptions("huber", options, ["delta"])
    const { delta = 1 } = options
    if (!(delta > 0)) throw new CotangentError("delta", `huber: delta must be above 0, got ${delta}`, { delta })
    const error = distance("huber", predictions, targets)
    const size = v.abs(error)
    const line = v.mul(v.sub(size, delta / 2), delta)
    return v.where(v.lessEqual(size, delta), v.mul(v.square(error), 0.5), line)
  },
)
/**
 * log(cosh(predictions - targets)): half a square near 0, a line far out. Near 0 it is -log(1 - tanh^2) / 2, where the plain
 * formula cancels; far out |d| + log(1 + exp(-2 |d|)) - log 2, which does not overflow.
 *
 * @throws ShapeError where the shapes differ: losses do not broadcast.
 * @example
 * ```ts
 * import { logCosh, tensor } from "cotangent"
 * console.log(await logCosh(tensor([0.001, 1000]), tensor([0, 0])).array())
 * ```
 */
export const logCosh: ElementLoss<"logCosh"> = typed((predictions: unknown, targets: unknown) => {
  const error = distance("logCosh", predictions, targets)
  const near = v.less(v.abs(error), 1)
  // Each branch gets an argument at which it is finite where the other is chosen, or its slope would be NaN times 0.
  const slope = bindOne(tanh.operation, v.where(near, error, 0))
  const inner = v.mul(v.log1p(v.neg(v.square(slope))), -0.5)
  const size = v.abs(v.where(near, like(error, 1), error))
  const outer = v.sub(v.add(size, v.log1p(v.exp(v.mul(size, -2)))), Math.LN2)
  return v.where(near, inner, outer)
})
