/** Quantiles: the sorted elements, read at a fraction of their number. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { broadcast } from "../../primitives/broadcast.ts"
import { concat } from "../../primitives/concat.ts"
import { transpose } from "../../primitives/transpose.ts"
import { normaliseAxes, reduceShape } from "../../shape/axes.ts"
import type { Reduction } from "../../signatures/reductions.ts"
import type { Quantile, QuantileMethod } from "../../signatures/statistics.ts"
import type { Value } from "../../value.ts"
import { floatValue, like } from "../operands.ts"
import { type Options as Folding, isNaNOf } from "../reductions/reduce.ts"
import * as v from "../values.ts"

interface Options extends Folding {
  readonly method?: QuantileMethod
}
/** Between which two of the sorted elements a quantile lies, and how far from the first. */
type Reading = readonly [low: number, high: number, fraction: number]
const readings: Readonly<Record<QuantileMethod, (place: number) => Reading>> = {
  linear: (place) => [Math.floor(place), Math.ceil(place), place - Math.floor(place)],
  lower: (place) => [Math.floor(place), Math.floor(place), 0],
  higher: (place) => [Math.ceil(place), Math.ceil(place), 0],
  midpoint: (place) => [Math.floor(place), Math.ceil(place), 0.5],
  nearest: (place) => [toEven(place), toEven(place), 0],
}
/** The nearest whole number; halves go to the even one, as NumPy rounds. */
const toEven = (x: number): number => (x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))
const isMethod = (x: unknown): x is QuantileMethod => typeof x === "string" && x in readings

function quantileOf(op: string, x: Value, q: unknown, options: Options, whole: number): Value {
  const { axis, keepDims = false, method = "linear" } = options
  if (!isMethod(method))
    throw new CotangentError(
      "method",
      `${op}: there is no method ${String(method)}; there are ${Object.keys(readings).join(", ")}`,
      { method },
    )
  const axes = normaliseAxes(op, axis, x.shape)
  const left = reduceShape(op, x.shape, axis, keepDims)
  const rows = sortedRows(x, axes)
  const one = (asked: unknown): Value => {
    if (typeof asked !== "number" || !(asked >= 0 && asked <= whole))
      throw new CotangentError("quantile", `${op}: q must lie between 0 and ${whole}, got ${String(asked)}`, {
        q: asked,
      })
    return v.reshape(read(rows, asked / whole, readings[method]), left)
  }
  if (!Array.isArray(q)) return one(q)
  const [first, ...others] = q.map((asked: unknown) => v.reshape(one(asked), [1, ...left]))
  if (first === undefined)
    throw new CotangentError("quantiles", `${op}: the list of quantiles is empty; give at least one`)
  return others.length === 0 ? first : bindOne(concat.along(0), first, ...others)
}
/** The axes folded away put last as one, and sorted. */
function sortedRows(x: Value, axes: readonly number[]): Value {
  const kept = x.shape.map((_, d) => d).filter((d) => !axes.includes(d))
  const order = [...kept, ...axes]
  const moved = order.every((d, k) => d === k) ? x : bindOne(transpose.by(order), x)
  const count = axes.reduce((n, d) => n * (x.shape[d] ?? 1), 1)
  return v.sortLast(v.reshape(moved, [...kept.map((d) => x.shape[d] ?? 1), count]))[0]
}
/** NaN comes last when sorted, so the last element tells whether there is one. */
function read(rows: Value, q: number, reading: (place: number) => Reading): Value {
  const last = rows.shape.length - 1
  const size = rows.shape[last] ?? 0
  const one = (at: number): Value => v.reshape(v.part(rows, last, at, 1), rows.shape.slice(0, -1))
  if (size === 0) return bindOne(broadcast.to(rows.shape.slice(0, -1)), like(rows, Number.NaN))
  const [low, high, fraction] = reading(q * (size - 1))
  const found = fraction === 0 ? one(low) : v.add(v.mul(one(low), 1 - fraction), v.mul(one(high), fraction))
  const top = one(size - 1)
  return v.where(isNaNOf(top), Number.NaN, found)
}
const known = ["axis", "keepDims", "method"]

/**
 * The value below which the fraction q of the elements lie, over axes (by default all); a list of fractions gives them along
 * a new first axis. Between two sorted elements it is interpolated, or as `method` says ("lower", "higher", "midpoint",
 * "nearest"). NaN if there is one, and over nothing. Its slope goes to the elements read, the first of equals.
 *
 * @throws CotangentError where q lies outside 0 to 1; ShapeError where an axis is out of range.
 * Hyndman and Fan 1996, "Sample Quantiles in Statistical Packages", definition 7.
 * @example
 * ```ts
 * import { quantile, tensor } from "cotangent"
 * console.log(await quantile(tensor([3, 1, 4, 2]), [0.25, 0.5]).array())
 * ```
 */
export const quantile: Quantile<"quantile"> = typed((x: unknown, q: unknown, options: Options = {}) => {
  checkOptions("quantile", options, known)
  return quantileOf("quantile", floatValue("quantile", x), q, options, 1)
})
/** `quantile` with q in percent. */
export const percentile: Quantile<"percentile"> = typed((x: unknown, q: unknown, options: Options = {}) => {
  checkOptions("percentile", options, known)
  return quantileOf("percentile", floatValue("percentile", x), q, options, 100)
})
/**
 * The middle of the sorted elements over axes, of an even number the mean of the middle two; NaN if there is one, and over
 * nothing.
 *
 * @example
 * ```ts
 * import { median, tensor } from "cotangent"
 * console.log(await median(tensor([[3, 1, 2], [6, 4, 9]]), { axis: 1 }).array())
 * ```
 */
export const median: Reduction<"median", "f32" | "f64"> = typed((x: unknown, options: Folding = {}) => {
  checkOptions("median", options, ["axis", "keepDims"])
  return quantileOf("median", floatValue("median", x), 0.5, options, 1)
})
