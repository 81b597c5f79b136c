/** Folds that keep every step: result i along the axis is the fold of what comes up to i, from the end with `reverse`. */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { cummax as cummaxOp, cummin as cumminOp } from "../../primitives/cummax.ts"
import { cumprod as cumprodOp } from "../../primitives/cumprod.ts"
import { cumsum as cumsumOp } from "../../primitives/cumsum.ts"
import type { LoopOperation } from "../../program/operation.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import type { Cumulative } from "../../signatures/cumulative.ts"
import type { Value } from "../../value.ts"
import { numericValue } from "../operands.ts"

export interface Options {
  readonly axis?: number
  readonly reverse?: boolean
}
const running =
  (op: string, along: (axis: number, reverse: boolean) => LoopOperation) =>
  (x: unknown, options: Options = {}): Value => {
    checkOptions(op, options, ["axis", "reverse"])
    const value = numericValue(op, x)
    return bindOne(along(normaliseAxis(op, options.axis ?? -1, value.shape), options.reverse === true), value)
  }

/**
 * Running sums along an axis, by default the last; from its end with `reverse`.
 *
 * @throws ShapeError where the axis is out of range.
 * @example
 * ```ts
 * import { cumsum, tensor } from "cotangent"
 * console.log(await cumsum(tensor([1, 2, 3])).array())
 * ```
 */
export const cumsum: Cumulative<"cumsum"> = typed(running("cumsum", cumsumOp.along))
/**
 * Running products along an axis, by default the last; from its end with `reverse`. The derivative divides by nothing: it
 * is right where factors are 0.
 *
 * @throws ShapeError where the axis is out of range.
 * @example
 * ```ts
 * import { cumprod, type F32, grad, sum, tensor } from "cotangent"
 * const x = tensor([2, 0, 3])
 * console.log(await cumprod(x).array(), await grad((x: F32<[3]>) => sum(cumprod(x)))(x).array())
 * ```
 */
export const cumprod: Cumulative<"cumprod"> = typed(running("cumprod", cumprodOp.along))
/**
 * The largest so far along an axis, by default the last; from its end with `reverse`. NaN from the first NaN on. Among
 * equals the slope goes to the one met first.
 *
 * @throws ShapeError where the axis is out of range.
 * @example
 * ```ts
 * import { cummax, tensor } from "cotangent"
 * console.log(await cummax(tensor([1, 3, 2])).array(), await cummax(tensor([1, 3, 2]), { reverse: true }).array())
 * ```
 */
export const cummax: Cumulative<"cummax"> = typed(running("cummax", cummaxOp.along))
/** The smallest so far along an axis, as `cummax` has the largest. */
export const cummin: Cumulative<"cummin"> = typed(running("cummin", cumminOp.along))
