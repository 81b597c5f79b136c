/** Elements found among others, as many as a bound says: a shape cannot depend on values. */
import { typed } from "../../boundary.ts"
import { isFloat } from "../../dtype.ts"
import { CotangentError, DTypeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { and, not, or } from "../../primitives/bitwise.ts"
import { concat } from "../../primitives/concat.ts"
import { cumsum } from "../../primitives/cumsum.ts"
import { sum } from "../../primitives/sum.ts"
import { keyIsNoNumber } from "../../shape/messages.ts"
import { checkSizes } from "../../shape/sizes.ts"
import type { ArgWhere, Nonzero, Unique } from "../../signatures/searching.ts"
import { fromNumber } from "../../tensor.ts"
import type { Value } from "../../value.ts"
import { summed } from "../indexing/segment-values.ts"
import { asValue, like, numericValue } from "../operands.ts"
import { unravelled } from "../shaping/grids.ts"
import * as v from "../values.ts"

interface Options {
  readonly size: number
  readonly fill?: number
}
function sizeOption(op: string, options: Options): number {
  checkOptions(op, options, ["size", "fill"])
  const size: unknown = options?.size
  if (typeof size !== "number")
    throw new CotangentError(
      "option",
      `${op}: say how many there may be, as in ${op}(x, { size: 10 }); a shape is no value`,
    )
  checkSizes(op, [size])
  return size
}
const rows = (count: number): Value => v.filled(fromNumber("i32", 0), [count])

/** Where the marked ones of a flat list are: the first `size` of them in order, and how many there are. */
function marked(marks: Value, size: number): { readonly places: Value; readonly rank: Value; readonly found: Value } {
  const ones = v.cast("i32", marks)
  const rank = v.sub(bindOne(cumsum.along(0, false), ones), 1)
  const count = marks.shape[0] ?? 0
  // One source for each rank: a sum is a copy. The others are sent outside.
  const places = summed(v.iota(count), v.where(marks, rank, -1), size)
  return { places, rank, found: bindOne(sum.over([0]), ones) }
}
/**
 * The distinct elements of x in rising order, the first `size` of them: a record of the `values`, of the `indices` (i32) of
 * their first occurrences in the flattened x, of the `inverse` in x's shape (which of the values each element is), of the
 * `counts`, and of how many were `found` in all, which may be more than `size`. Behind the last one values are `fill`, by
 * default the smallest, and counts 0; an element whose value found no place has an inverse of `size` or more, which is
 * outside. NaN are one value, the largest. Differentiable in x: each value in its first occurrence.
 *
 * @throws CotangentError without a size.
 * @example
 * ```ts
 * import { tensor, unique } from "cotangent"
 * const { values, counts, found } = unique(tensor([3, 1, 3]), { size: 3, fill: 0 })
 * console.log(await values.array(), await counts.array(), await found.item())
 * ```
 */
export const unique: Unique = typed((x: unknown, options: Options) => {
  const value = numericValue("unique", x)
  const size = sizeOption("unique", options)
  const flat = v.flat(value)
  const [count = 0] = flat.shape
  const [sorted, order] = v.sortLast(flat)
  const [before, here] = [
    v.part(sorted, 0, 0, Math.max(0, count - 1)),
    v.part(sorted, 0, Math.min(1, count), Math.max(0, count - 1)),
  ]
  const isNaN = (y: Value): Value => bindOne(not.operation, v.equal(y, y))
  const same = isFloat(value.dtype)
    ? bindOne(or.operation, v.equal(before, here), bindOne(and.operation, isNaN(before), isNaN(here)))
    : v.equal(before, here)
  const first =
    count === 0 ? v.equal(sorted, sorted) : bindOne(concat.along(0), v.equal(rows(1), 0), bindOne(not.operation, same))
  const { places, rank, found } = marked(first, size)
  const indices = v.take(order, places, 0)
  const filled = v.less(v.iota(size), found)
  const smallest = count === 0 ? like(value, 0) : v.reshape(v.part(sorted, 0, 0, 1), [])
  const values = v.where(
    filled,
    v.take(flat, indices, 0),
    v.filled(options.fill === undefined ? smallest : like(value, options.fill), [size]),
  )
  return {
    values,
    indices,
    inverse: v.reshape(summed(rank, order, count), value.shape),
    counts: summed(v.add(rows(count), 1), rank, size),
    found,
  }
})

function nonzeroPlaces(op: string, x: unknown, options: Options): readonly Value[] {
  const value = asValue(op, x)
  if (value.dtype === "key") throw new DTypeError("key", keyIsNoNumber(op), { op })
  const size = sizeOption(op, options)
  const { fill = 0 } = options
  const flat = v.flat(value)
  const marks = flat.dtype === "bool" ? flat : bindOne(not.operation, v.equal(flat, 0))
  const { places, found } = marked(marks, size)
  const filled = v.less(v.iota(size), found)
  return unravelled(places, value.shape).map((place) => v.where(filled, place, fill))
}
/**
 * The coordinates of the elements that are not 0, in row-major order, the first `size` of them: a tuple with one tensor
 * `[size]`, i32, per axis. Behind the last one they are `fill`, by default 0.
 *
 * @throws CotangentError without a size.
 * @example
 * ```ts
 * import { nonzero, tensor } from "cotangent"
 * const [row, column] = nonzero(tensor([[0, 1], [2, 0]]), { size: 3, fill: -1 })
 * console.log(await row.array(), await column.array())
 * ```
 */
export const nonzero: Nonzero = typed((x: unknown, options: Options) => nonzeroPlaces("nonzero", x, options))
/**
 * The same as one tensor `[size, rank]`, i32.
 *
 * @throws CotangentError without a size.
 * @example
 * ```ts
 * import { argWhere, tensor } from "cotangent"
 * console.log(await argWhere(tensor([[0, 1], [2, 0]]), { size: 2 }).array())
 * ```
 */
export const argWhere: ArgWhere = typed((x: unknown, options: Options) => {
  const columns = nonzeroPlaces("argWhere", x, options).map((c) => v.reshape(c, [...c.shape, 1]))
  const [first, ...others] = columns
  if (first === undefined) return v.reshape(v.iota(0), [sizeOption("argWhere", options), 0])
  return others.length === 0 ? first : bindOne(concat.along(1), first, ...others)
})
