/** Places in sorted tensors. */
import { typed } from "../../boundary.ts"
import { isFloat } from "../../dtype.ts"
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { and, not, or } from "../../primitives/bitwise.ts"
import { vectorSize } from "../../shape/arrange.ts"
import type { Digitize, Interp, IsIn, SearchSorted } from "../../signatures/searching.ts"
import type { Value } from "../../value.ts"
import { arithmetic, floatValue, like, promoted } from "../operands.ts"
import * as v from "../values.ts"

const both = (a: Value, b: Value): Value => bindOne(and.operation, a, b)
const either = (a: Value, b: Value): Value => bindOne(or.operation, a, b)
const isNumber = (x: Value): Value => v.equal(x, x)

/**
 * How many of the sorted come before each x: those below, or with `right` also those equal to it. A binary search without
 * branches, log2(n) choices for every x at once. NaN counts as larger than every number, as `sort` puts it.
 */
export function placesIn(sorted: Value, x: Value, right: boolean): Value {
  const [count = 0] = sorted.shape
  const nothing = isFloat(x.dtype) ? bindOne(not.operation, isNumber(x)) : undefined
  const before = (a: Value): Value => {
    const plain = right ? v.lessEqual(a, x) : v.less(a, x)
    if (nothing === undefined) return plain
    return either(plain, right ? nothing : both(nothing, isNumber(a)))
  }
  let found = v.filled(v.reshape(v.iota(1), []), x.shape)
  for (let step = 2 ** Math.floor(Math.log2(Math.max(1, count))); step >= 1; step = Math.floor(step / 2)) {
    const next = v.add(found, step)
    const test = both(v.lessEqual(next, count), before(v.take(sorted, v.sub(next, 1), 0)))
    found = v.where(test, next, found)
  }
  return found
}
function search(op: string, sorted: unknown, x: unknown, right: boolean): Value {
  const [list, value] = arithmetic(op, sorted, x)
  vectorSize(op, list.shape)
  return placesIn(list, value, right)
}
/**
 * Where each x would stand in a sorted tensor `[n]`, i32 from 0 to n: before its equals with `side: "left"`, the default,
 * behind them with `"right"`. NaN is larger than every number. What the tensor holds unsorted gives places of no meaning.
 *
 * @throws ShapeError where the sorted tensor has other than one axis.
 * @example
 * ```ts
 * import { searchSorted, tensor } from "cotangent"
 * console.log(await searchSorted(tensor([1, 2, 2, 5]), tensor([2, 9]), { side: "right" }).array())
 * ```
 */
export const searchSorted: SearchSorted = typed(
  (sorted: unknown, x: unknown, options: { readonly side?: "left" | "right" } = {}) => {
    checkOptions("searchSorted", options, ["side"])
    const { side = "left" } = options
    if (side !== "left" && side !== "right")
      throw new CotangentError("option", `searchSorted: side is "left" or "right", got ${String(side)}`)
    return search("searchSorted", sorted, x, side === "right")
  },
)
/**
 * The bin of each x between rising edges `[n]`, i32 from 0 to n: bin k holds edges[k - 1] <= x < edges[k], and with `right`
 * edges[k - 1] < x <= edges[k].
 *
 * @throws ShapeError where the edges have other than one axis.
 * @example
 * ```ts
 * import { digitize, tensor } from "cotangent"
 * console.log(await digitize(tensor([0.5, 1, 9]), tensor([0, 1, 2])).array())
 * ```
 */
export const digitize: Digitize = typed((x: unknown, edges: unknown, options: { readonly right?: boolean } = {}) => {
  checkOptions("digitize", options, ["right"])
  return search("digitize", edges, x, options.right !== true)
})
/**
 * Whether each x is one of the values, as bool; never for NaN.
 *
 * @example
 * ```ts
 * import { isIn, tensor } from "cotangent"
 * console.log(await isIn(tensor([1, 2, 3]), tensor([3, 1])).array())
 * ```
 */
export const isIn: IsIn = typed((x: unknown, values: unknown) => {
  const [value, list] = arithmetic("isIn", x, values)
  const [sorted] = v.sortLast(v.flat(list))
  const place = placesIn(sorted, value, false)
  return both(v.less(place, sorted.shape[0] ?? 0), v.equal(v.take(sorted, place, 0), value))
})
/**
 * The function that runs in straight lines through the points (xp, fp), at each x; xp `[n]` rises. Outside it is
 * constant: fp's first and last, or `left` and `right`. Differentiable in all three; at a corner, and at the ends, the slope
 * is that of the line to the right of it. Of points with one xp, the function jumps at them and takes the last one's value.
 *
 * @throws ShapeError where xp and fp are not `[n]`.
 * @example
 * ```ts
 * import { interp, tensor } from "cotangent"
 * console.log(await interp(tensor([0.5, 9]), tensor([0, 1, 2]), tensor([0, 10, 40])).array())
 * ```
 */
export const interp: Interp = typed(
  (x: unknown, points: unknown, values: unknown, options: { readonly left?: number; readonly right?: number } = {}) => {
    checkOptions("interp", options, ["left", "right"])
    const [a, b, c] = promoted("interp", x, points, values)
    const [at, xp, fp] = [floatValue("interp", a), floatValue("interp", b), floatValue("interp", c)]
    const [n, m] = [vectorSize("interp", xp.shape), vectorSize("interp", fp.shape)]
    if (n !== m || n === 0)
      throw new CotangentError("points", `interp: xp and fp need as many points, at least one, got [${n}] and [${m}]`)
    const found = placesIn(xp, at, true)
    const upper = v.minimum(v.maximum(found, 1), n - 1)
    const lower = v.maximum(v.sub(upper, 1), 0)
    const [x0, x1, y0, y1] = [
      v.take(xp, lower, 0),
      v.take(xp, v.maximum(upper, 0), 0),
      v.take(fp, lower, 0),
      v.take(fp, v.maximum(upper, 0), 0),
    ]
    const width = v.sub(x1, x0)
    const jump = v.equal(width, 0)
    const share = v.div(v.sub(at, x0), v.where(jump, like(width, 1), width))
    const line = v.where(jump, y1, v.add(y0, v.mul(share, v.sub(y1, y0))))
    const end = (k: number): Value => v.reshape(v.part(fp, 0, k, 1), [])
    const edge = (k: number): Value => v.reshape(v.part(xp, 0, k, 1), [])
    const low = options.left === undefined ? end(0) : like(at, options.left)
    const high = options.right === undefined ? end(n - 1) : like(at, options.right)
    const started = v.where(v.less(at, edge(0)), v.filled(low, at.shape), line)
    return v.where(v.less(edge(n - 1), at), v.filled(high, at.shape), started)
  },
)
