/** Elements and slices by index. */

import { typed } from "../boundary.ts"
import { isInteger } from "../dtype.ts"
import { CotangentError, DTypeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { moveAxis } from "../interpreters/batch.ts"
import { checkOptions } from "../options.ts"
import { cast } from "../primitives/cast.ts"
import { equal } from "../primitives/compare.ts"
import { iota } from "../primitives/iota.ts"
import { reshape } from "../primitives/reshape.ts"
import { scatterAdd as scatterAddOp } from "../primitives/scatter-add.ts"
import { slice } from "../primitives/slice.ts"
import { take as takeOp } from "../primitives/take.ts"
import { takeAlongAxis as takeAlongAxisOp } from "../primitives/take-along-axis.ts"
import { normaliseAxis } from "../shape/axes.ts"
import { indicesOnly } from "../shape/messages.ts"
import { checkSizes } from "../shape/sizes.ts"
import { takeAlongAxisShape, takeShape } from "../shape/window.ts"
import type { OneHot, ScatterAdd, Take, TakeAlongAxis } from "../signatures/indexing.ts"
import type { ArgSort, Sort, TopK } from "../signatures/reductions.ts"
import type { Value } from "../value.ts"
import { asValue, like, numericValue, promoted } from "./operands.ts"
import { onWords } from "./shaping.ts"
import * as v from "./values.ts"

function indexValue(op: string, x: unknown): Value {
  const value = asValue(op, x)
  if (!isInteger(value.dtype)) throw new DTypeError("indices", indicesOnly(op, value.dtype), { op, dtype: value.dtype })
  return value
}

/**
 * Slices of x along an axis (by default the first): a number drops the axis and may count from the end; a tensor of
 * indices puts its axes in the axis's place. A tensor's index outside reads 0 (with `checked`, an error), and a negative one
 * is outside: only a JavaScript number counts from the end.
 *
 * @throws ShapeError where a number or the axis is out of range; DTypeError where indices are no integers.
 * @example
 * ```ts
 * import { take, tensor } from "cotangent"
 * const x = tensor([[1, 2], [3, 4]])
 * console.log(await take(x, 1).array(), await take(x, tensor([1, 0, 1], { dtype: "i32" }), { axis: 1 }).array())
 * ```
 */
export const take: Take = typed((x: unknown, indices: unknown, options: { readonly axis?: number } = {}) => {
  checkOptions("take", options, ["axis"])
  const value = asValue("take", x)
  const axis = normaliseAxis("take", options.axis ?? 0, value.shape)
  if (typeof indices === "number") {
    const shape = takeShape(value.shape, indices, axis)
    const at = indices < 0 ? indices + (value.shape[axis] ?? 0) : indices
    return onWords(value, (w, extra) => {
      const window = bindOne(
        slice.window({
          start: w.shape.map((_, d) => (d === axis ? at : 0)),
          step: w.shape.map(() => 1),
          size: w.shape.map((n, d) => (d === axis ? 1 : n)),
        }),
        w,
      )
      return bindOne(reshape.to([...shape, ...extra]), window)
    })
  }
  const which = indexValue("take", indices)
  return onWords(value, (w) => bindOne(takeOp.along(axis), w, which))
})
/**
 * One element per index: result[…, j, …] = x[…, indices[…, j, …], …], by default along the last axis.
 *
 * @example
 * ```ts
 * import { takeAlongAxis, tensor } from "cotangent"
 * const x = tensor([[1, 2], [3, 4]])
 * console.log(await takeAlongAxis(x, tensor([[1], [0]], { dtype: "i32" })).array())
 * ```
 */
export const takeAlongAxis: TakeAlongAxis = typed(
  (x: unknown, indices: unknown, options: { readonly axis?: number } = {}) => {
    checkOptions("takeAlongAxis", options, ["axis"])
    const [value, which] = [asValue("takeAlongAxis", x), indexValue("takeAlongAxis", indices)]
    const { axis = -1 } = options
    takeAlongAxisShape(value.shape, which.shape, axis)
    return bindOne(takeAlongAxisOp.along(normaliseAxis("takeAlongAxis", axis, value.shape)), value, which)
  },
)
/**
 * x with `updates` added at the slices that `indices` name along an axis (by default the first); repeated ones add up.
 *
 * @example
 * ```ts
 * import { scatterAdd, tensor, zeros } from "cotangent"
 * const indices = tensor([0, 2, 0], { dtype: "i32" })
 * console.log(await scatterAdd(zeros([3]), indices, tensor([1, 2, 3])).array())
 * ```
 */
export const scatterAdd: ScatterAdd = typed(
  (x: unknown, indices: unknown, updates: unknown, options: { readonly axis?: number } = {}) => {
    checkOptions("scatterAdd", options, ["axis"])
    const [value, added] = promoted("scatterAdd", x, updates)
    if (value === undefined || added === undefined)
      throw new CotangentError("operand", "scatterAdd: takes x, indices and updates")
    return bindOne(
      scatterAddOp.along(normaliseAxis("scatterAdd", options.axis ?? 0, value.shape)),
      value,
      indexValue("scatterAdd", indices),
      added,
    )
  },
)
/**
 * Ones at the labels, zeros elsewhere, along a new last axis; a label out of range gives zeros.
 *
 * @throws ShapeError where the number of classes is no whole number; DTypeError where labels are no integers.
 * @example
 * ```ts
 * import { oneHot, tensor } from "cotangent"
 * console.log(await oneHot(tensor([0, 2], { dtype: "i32" }), 3).array())
 * ```
 */
export const oneHot: OneHot = typed((labels: unknown, classes: number) => {
  const value = indexValue("oneHot", labels)
  checkSizes("oneHot", [classes])
  const last = bindOne(reshape.to([...value.shape, 1]), value)
  const ids = bindOne(iota.of(classes, value.type.array.dtype))
  return bindOne(cast.to("f32"), bindOne(equal.operation, last, ids))
})

interface SortOptions {
  readonly axis?: number
  readonly descending?: boolean
}
function sorted(op: string, x: unknown, options: SortOptions): readonly [values: Value, indices: Value] {
  checkOptions(op, options, ["axis", "descending"])
  const { axis = -1, descending = false } = options
  const value = numericValue(op, x)
  const at = normaliseAxis(op, axis, value.shape)
  const last = value.shape.length - 1
  const row = moveAxis(value, at, last)
  const [rising, order] = v.sortLast(descending ? v.reversed(row, last) : row)
  const back = (y: Value): Value => moveAxis(y, last, at)
  if (!descending) return [back(rising), back(order)]
  // Turned round before and after: equals keep their order in falling rows too.
  const from = v.sub(v.filled(like(order, (value.shape[at] ?? 0) - 1), order.shape), order)
  return [back(v.reversed(rising, last)), back(v.reversed(from, last))]
}
/**
 * Elements in rising order along an axis, by default the last; NaN last. With `descending` falling, and NaN first. Equals
 * keep their order in both; each element's slope goes where it came from.
 *
 * @example
 * ```ts
 * import { sort, tensor } from "cotangent"
 * console.log(await sort(tensor([3, 1, 2]), { descending: true }).array())
 * ```
 */
export const sort: Sort<"sort"> = typed((x: unknown, options: SortOptions = {}) => sorted("sort", x, options)[0])
/** The positions, i32, at which `sort` finds its elements. */
export const argsort: ArgSort<"argsort"> = typed(
  (x: unknown, options: SortOptions = {}) => sorted("argsort", x, options)[1],
)
/**
 * The k largest along an axis, by default the last, falling, and where they are. NaN counts as the largest; of equals the
 * first comes first.
 *
 * @example
 * ```ts
 * import { tensor, topK } from "cotangent"
 * const { values, indices } = topK(tensor([3, 1, 4, 1, 5]), 2)
 * console.log(await values.array(), await indices.array())
 * ```
 */
export const topK: TopK = typed((x: unknown, k: number, options: { readonly axis?: number } = {}) => {
  checkOptions("topK", options, ["axis"])
  const { axis = -1 } = options
  const [values, indices] = sorted("topK", x, { axis, descending: true })
  const at = normaliseAxis("topK", axis, values.shape)
  const size = values.shape[at] ?? 0
  if (!Number.isInteger(k) || k < 0 || k > size)
    throw new CotangentError("topK", `topK: k must be between 0 and ${size}, got ${k}`)
  return { values: v.part(values, at, 0, k), indices: v.part(indices, at, 0, k) }
})
