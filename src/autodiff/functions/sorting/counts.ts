/** How many fall where. */
import { typed } from "../../boundary.ts"
import { isFloat, isInteger } from "../../dtype.ts"
import { CotangentError, DTypeError, ShapeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { reduceMax } from "../../primitives/reduce-max.ts"
import { reduceMin } from "../../primitives/reduce-min.ts"
import { floatsOnly, indicesOnly, shapesDiffer } from "../../shape/messages.ts"
import { checkSizes, sameShape } from "../../shape/sizes.ts"
import type { Bincount, Histogram } from "../../signatures/searching.ts"
import { fromNumber } from "../../tensor.ts"
import type { Value } from "../../value.ts"
import { summed } from "../indexing/segment-values.ts"
import { asValue, like, numericValue } from "../operands.ts"
import * as v from "../values.ts"
import { placesIn } from "./search.ts"

/** What each element counts: one, or its weight. */
function weightsOf(op: string, x: Value, weights: unknown): Value {
  if (weights === undefined) return v.flat(v.filled(fromNumber("i32", 1), x.shape))
  const value = numericValue(op, weights)
  if (!sameShape(value.shape, x.shape))
    throw new ShapeError("shape-weights", shapesDiffer(op, x.shape, value.shape), { shapes: [x.shape, value.shape] })
  return v.flat(value)
}
/**
 * How often each of 0 … length - 1 occurs, `[length]`: i32, or the sums of `weights` in their dtype, which they are
 * differentiable in. What lies outside is dropped (JAX counts negative ones as 0).
 *
 * @throws DTypeError where x is no integers; ShapeError where the weights have another shape.
 * @example
 * ```ts
 * import { bincount, tensor } from "cotangent"
 * console.log(await bincount(tensor([0, 2, 2], { dtype: "i32" }), { length: 4 }).array())
 * ```
 */
export const bincount: Bincount = typed(
  (x: unknown, options: { readonly length: number; readonly weights?: unknown }) => {
    checkOptions("bincount", options, ["length", "weights"])
    const value = asValue("bincount", x)
    if (!isInteger(value.dtype))
      throw new DTypeError("indices", indicesOnly("bincount", value.dtype), { dtype: value.dtype })
    const length: unknown = options?.length
    if (typeof length !== "number")
      throw new CotangentError("option", "bincount: say how many bins there are, as in bincount(x, { length: 10 })")
    checkSizes("bincount", [length])
    return summed(weightsOf("bincount", value, options.weights), v.flat(v.cast("i32", value)), length)
  },
)
/**
 * How many elements fall into each of `bins` equal bins, 10 unless given, of `range`, by default from the smallest element
 * to the largest (widened by 0.5 on both sides where they are one): `counts`, i32, or the sums of `weights`, and the `edges`
 * `[bins + 1]`. A bin holds its lower edge and not its upper one, the last bin both; what lies outside is dropped, and NaN.
 *
 * @throws CotangentError for a range that does not rise; DTypeError where x is no float; ShapeError where the weights have
 * another shape.
 * @example
 * ```ts
 * import { histogram, tensor } from "cotangent"
 * const { counts, edges } = histogram(tensor([0, 1, 1, 4]), { bins: 2 })
 * console.log(await counts.array(), await edges.array())
 * ```
 */
export const histogram: Histogram = typed(
  (
    x: unknown,
    options: { readonly bins?: number; readonly range?: readonly [number, number]; readonly weights?: unknown } = {},
  ) => {
    checkOptions("histogram", options, ["bins", "range", "weights"])
    const value = asValue("histogram", x)
    if (!isFloat(value.dtype)) throw new DTypeError("floats-only", floatsOnly("histogram", value.dtype), {})
    const { bins = 10, range } = options
    checkSizes("histogram", [bins])
    if (bins === 0 || (range !== undefined && !(range[0] < range[1])))
      throw new CotangentError(
        "histogram",
        `histogram: takes at least one bin and a range that rises, got ${bins} and [${range ?? ""}]; give the lower end first`,
      )
    const flat = v.flat(value)
    if (range === undefined && flat.shape[0] === 0)
      throw new CotangentError("histogram", "histogram: no elements, so no range; give one, as in { range: [0, 1] }")
    const [low, high] = range === undefined ? spanOf(flat) : [like(value, range[0]), like(value, range[1])]
    const share = v.div(v.cast(value.type.array.dtype, v.iota(bins + 1)), bins)
    const rest = v.sub(v.filled(like(value, 1), share.shape), share)
    // A mean of the two ends, which meets both exactly.
    const edges = v.add(v.mul(rest, low), v.mul(share, high))
    const bin = binsOf(edges, flat, bins)
    return { counts: summed(weightsOf("histogram", value, options.weights), bin, bins), edges }
  },
)
function spanOf(flat: Value): readonly [Value, Value] {
  const [low, high] = [bindOne(reduceMin.over([0]), flat), bindOne(reduceMax.over([0]), flat)]
  const one = v.equal(low, high)
  return [v.where(one, v.sub(low, 0.5), low), v.where(one, v.add(high, 0.5), high)]
}
/** The bin of each element; `bins`, which is outside, for what is above and for NaN, and -1 for what is below. */
function binsOf(edges: Value, flat: Value, bins: number): Value {
  const last = v.equal(flat, v.reshape(v.part(edges, 0, bins, 1), []))
  return v.where(last, v.filled(fromNumber("i32", bins - 1), flat.shape), v.sub(placesIn(edges, flat, true), 1))
}
