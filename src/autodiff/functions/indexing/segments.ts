/** Rows gathered by segment: x is [n, …], ids are [n], the result [segments, …]. Ids out of range are dropped. */
import { typed } from "../../boundary.ts"
import { isInteger } from "../../dtype.ts"
import { CotangentError, DTypeError, ShapeError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import { unitOf } from "../../program/loop/monoid.ts"
import { idsDoNotFit, indicesOnly } from "../../shape/messages.ts"
import { checkSizes } from "../../shape/sizes.ts"
import type { Segment } from "../../signatures/updates.ts"
import { fromNumber } from "../../tensor.ts"
import type { Value } from "../../value.ts"
import { asValue, floatValue, like, numericValue } from "../operands.ts"
import * as v from "../values.ts"
import { best, multiplied, summed } from "./segment-values.ts"

interface Options {
  readonly segments: number
}
function idsOf(op: string, x: Value, ids: unknown, options: Options): readonly [ids: Value, segments: number] {
  checkOptions(op, options, ["segments"])
  const value = asValue(op, ids)
  if (!isInteger(value.dtype)) throw new DTypeError("indices", indicesOnly(op, value.dtype), { op, dtype: value.dtype })
  if (value.shape.length !== 1 || value.shape[0] !== x.shape[0])
    throw new ShapeError("shape-segments", idsDoNotFit(op, value.shape, x.shape), { shapes: [x.shape, value.shape] })
  const segments: unknown = options?.segments
  if (typeof segments !== "number")
    throw new CotangentError("option", `${op}: say how many segments there are, as in ${op}(x, ids, { segments: 3 })`)
  checkSizes(op, [segments])
  return [v.cast("i32", value), segments]
}
/**
 * The sum of the rows of each segment, 0 where it is empty: row p of x belongs to segment `ids[p]`, and ids outside are
 * dropped.
 *
 * @throws ShapeError where there is not one id per row; DTypeError where ids are no integers.
 * @example
 * ```ts
 * import { segmentSum, tensor } from "cotangent"
 * const ids = tensor([0, 2, 0], { dtype: "i32" })
 * console.log(await segmentSum(tensor([1, 2, 3]), ids, { segments: 3 }).array())
 * ```
 */
export const segmentSum: Segment<"segmentSum"> = typed((x: unknown, ids: unknown, options: Options) => {
  const value = numericValue("segmentSum", x)
  return summed(value, ...idsOf("segmentSum", value, ids, options))
})
/**
 * The mean of the rows of each segment, 0 where it is empty (a sum over a count that is taken to be at least 1).
 *
 * @throws ShapeError where there is not one id per row; DTypeError where ids are no integers or x is no float.
 * @example
 * ```ts
 * import { segmentMean, tensor } from "cotangent"
 * const ids = tensor([0, 2, 0], { dtype: "i32" })
 * console.log(await segmentMean(tensor([1, 2, 3]), ids, { segments: 3 }).array())
 * ```
 */
export const segmentMean: Segment<"segmentMean", "f32" | "f64"> = typed(
  (x: unknown, ids: unknown, options: Options) => {
    const value = floatValue("segmentMean", x)
    const [which, segments] = idsOf("segmentMean", value, ids, options)
    const total = summed(value, which, segments)
    const count = summed(v.filled(like(value, 1), which.shape), which, segments)
    const column = [segments, ...value.shape.slice(1).map(() => 1)]
    return v.div(total, v.reshape(v.maximum(count, 1), column))
  },
)
/**
 * The product of the rows of each segment, 1 where it is empty. Its slope is right also where factors are 0.
 *
 * @throws ShapeError where there is not one id per row; DTypeError where ids are no integers.
 * @example
 * ```ts
 * import { segmentProd, tensor } from "cotangent"
 * const ids = tensor([0, 2, 0], { dtype: "i32" })
 * console.log(await segmentProd(tensor([4, 2, 3]), ids, { segments: 3 }).array())
 * ```
 */
export const segmentProd: Segment<"segmentProd"> = typed((x: unknown, ids: unknown, options: Options) => {
  const value = numericValue("segmentProd", x)
  return multiplied(value, ...idsOf("segmentProd", value, ids, options))
})

function extreme(op: string, contest: "max" | "min"): (x: unknown, ids: unknown, options: Options) => Value {
  return (x, ids, options) => {
    const value = numericValue(op, x)
    const [which, segments] = idsOf(op, value, ids, options)
    const unit = fromNumber(value.type.array.dtype, unitOf(contest, [value.type.array.dtype])[0] ?? 0)
    return best(contest, value, which, v.filled(unit, [segments, ...value.shape.slice(1)]))
  }
}
/**
 * The largest of the rows of each segment, element by element; NaN if there is one, -Infinity (the lowest integer) where it
 * is empty. Its slope goes to the first of equals.
 *
 * @throws ShapeError where there is not one id per row; DTypeError where ids are no integers.
 * @example
 * ```ts
 * import { segmentMax, tensor } from "cotangent"
 * const ids = tensor([0, 1, 0], { dtype: "i32" })
 * console.log(await segmentMax(tensor([1, 2, 3]), ids, { segments: 2 }).array())
 * ```
 */
export const segmentMax: Segment<"segmentMax"> = typed(extreme("segmentMax", "max"))
/** The smallest of the rows of each segment, in the same way; Infinity (the highest integer) where it is empty. */
export const segmentMin: Segment<"segmentMin"> = typed(extreme("segmentMin", "min"))
