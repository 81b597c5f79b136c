/** Diagonals, taken out and put in. */
import { typed } from "../../boundary.ts"
import { CotangentError, ShapeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { broadcast } from "../../primitives/broadcast.ts"
import { pad } from "../../primitives/pad.ts"
import { sum } from "../../primitives/sum.ts"
import { diagonalSize, twoAxes } from "../../shape/arrange.ts"
import { oneOrTwoAxes } from "../../shape/messages.ts"
import type { Diag, Diagonal, Trace } from "../../signatures/arranging.ts"
import type { Value } from "../../value.ts"
import { like, numericValue } from "../operands.ts"
import * as v from "../values.ts"

interface Options {
  readonly offset?: number
  readonly axis1?: number
  readonly axis2?: number
}
function diagonalOf(op: string, x: Value, options: Options): Value {
  checkOptions(op, options, ["offset", "axis1", "axis2"])
  const { offset = 0, axis1 = 0, axis2 = 1 } = options
  whole(op, "offset", offset)
  const [a, b] = twoAxes(op, x.shape, axis1, axis2)
  const rank = x.shape.length
  // The first of the two goes last but one, the second last; by then it may have moved one place to the left.
  const moved = v.toAxis(v.toAxis(x, a, rank - 1), b > a ? b - 1 : b, rank - 1)
  const rows = x.shape[a] ?? 0
  const columns = x.shape[b] ?? 0
  const rest = moved.shape.slice(0, -2)
  const size = diagonalSize(rows, columns, offset)
  if (size === 0) return v.reshape(v.part(v.reshape(moved, [...rest, rows * columns]), rest.length, 0, 0), [...rest, 0])
  // Row-major, one element of the diagonal stands columns + 1 behind the other.
  const start = offset >= 0 ? offset : -offset * columns
  return v.part(v.reshape(moved, [...rest, rows * columns]), rest.length, start, size, columns + 1)
}
function whole(op: string, name: string, value: number): void {
  if (!Number.isInteger(value))
    throw new CotangentError("option", `${op}: ${name} must be a whole number, got ${value}`)
}
/**
 * The elements x[…, i, i + offset, …] of two axes, by default the first two, as a last axis.
 *
 * @throws ShapeError where the two axes are one or not there.
 * @example
 * ```ts
 * import { diagonal, tensor } from "cotangent"
 * console.log(await diagonal(tensor([[1, 2], [3, 4]]), { offset: 1 }).array())
 * ```
 */
export const diagonal: Diagonal = typed((x: unknown, options: Options = {}) =>
  diagonalOf("diagonal", numericValue("diagonal", x), options),
)
/**
 * The sum along a diagonal of two axes, by default the first two.
 *
 * @throws ShapeError where the two axes are one or not there.
 * @example
 * ```ts
 * import { tensor, trace } from "cotangent"
 * console.log(await trace(tensor([[1, 2], [3, 4]])).item())
 * ```
 */
export const trace: Trace = typed((x: unknown, options: Options = {}) => {
  const value = diagonalOf("trace", numericValue("trace", x), options)
  return bindOne(sum.over([value.shape.length - 1]), value)
})
/**
 * A matrix with a vector on its k-th diagonal and zeros elsewhere, `[n]` to `[n + |k|, n + |k|]`; or the k-th diagonal of a
 * matrix.
 *
 * @throws ShapeError for other than one or two axes.
 * @example
 * ```ts
 * import { diag, tensor } from "cotangent"
 * const matrix = diag(tensor([1, 2]))
 * console.log(await matrix.array(), await diag(matrix).array())
 * ```
 */
export const diag: Diag = typed((x: unknown, options: { readonly k?: number } = {}) => {
  checkOptions("diag", options, ["k"])
  const value = numericValue("diag", x)
  const { k = 0 } = options
  whole("diag", "k", k)
  if (value.shape.length === 2) return diagonalOf("diag", value, { offset: k })
  const [n] = value.shape
  if (n === undefined || value.shape.length !== 1)
    throw new ShapeError("shape-diag", oneOrTwoAxes("diag", value.shape), { shape: value.shape })
  const size = n + Math.abs(k)
  const shape = [size, size]
  // Above the main diagonal an element stands in the row of its index, below in the column.
  const long = bindOne(pad.by([[0, size - n]]), value, like(value, 0))
  const placed = bindOne(broadcast.to(shape), k >= 0 ? v.reshape(long, [size, 1]) : long)
  const onDiagonal = v.equal(v.sub(v.iota(size), k), v.reshape(v.iota(size), [size, 1]))
  return v.where(onDiagonal, placed, like(value, 0))
})
