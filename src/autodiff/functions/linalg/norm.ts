/** Lengths of vectors and matrices. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bind, bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { and } from "../../primitives/bitwise.ts"
import { svd } from "../../primitives/linalg/svd.ts"
import { pow } from "../../primitives/pow.ts"
import { reduceMax } from "../../primitives/reduce-max.ts"
import { reduceMin } from "../../primitives/reduce-min.ts"
import { sum } from "../../primitives/sum.ts"
import { transpose } from "../../primitives/transpose.ts"
import { type AxisArgument, normaliseAxes, normaliseAxis, reduceShape } from "../../shape/axes.ts"
import type { Norm, NormOrder } from "../../signatures/linalg.ts"
import type { Value } from "../../value.ts"
import { floatValue, like } from "../operands.ts"
import * as v from "../values.ts"

const total = (x: Value, axes: readonly number[]): Value => (axes.length === 0 ? x : bindOne(sum.over(axes), x))
const largest = (x: Value, axes: readonly number[]): Value => (axes.length === 0 ? x : bindOne(reduceMax.over(axes), x))
const smallest = (x: Value, axes: readonly number[]): Value =>
  axes.length === 0 ? x : bindOne(reduceMin.over(axes), x)
/** Ones where an axis was folded away. */
const kept = (x: Value, from: Value, axes: readonly number[]): Value =>
  v.reshape(
    x,
    from.shape.map((n, d) => (axes.includes(d) ? 1 : n)),
  )

/**
 * (Σ |x|^p)^(1/p), of x over its largest element, whose powers neither overflow nor vanish. As the norm does not depend on
 * what it is scaled by, that is a constant to derivatives; where all is 0, so are they.
 */
function powerNorm(x: Value, p: number, axes: readonly number[]): Value {
  const sizes = v.abs(x)
  if (sizes.shape.includes(0)) return total(sizes, axes)
  const most = v.stop(largest(sizes, axes))
  const usable = bindOne(and.operation, v.less(like(most, 0), most), v.less(most, like(most, Number.POSITIVE_INFINITY)))
  const unit = v.where(usable, most, 1)
  const scaled = v.div(p === 2 ? x : sizes, kept(unit, x, axes))
  const sums = total(p === 2 ? v.square(scaled) : bindOne(pow.operation, scaled, like(x, p)), axes)
  const isZero = v.equal(sums, 0)
  const safe = v.where(isZero, 1, sums)
  const root = p === 2 ? v.sqrt(safe) : bindOne(pow.operation, safe, like(x, 1 / p))
  return v.where(isZero, 0, v.mul(root, unit))
}
function vectorNorm(x: Value, ord: number, axes: readonly number[]): Value {
  if (ord === Number.POSITIVE_INFINITY) return largest(v.abs(x), axes)
  if (ord === Number.NEGATIVE_INFINITY) return smallest(v.abs(x), axes)
  if (ord === 0) return total(v.cast(x.type.array.dtype, v.notEqual(x, 0)), axes)
  return ord === 1 ? total(v.abs(x), axes) : powerNorm(x, ord, axes)
}
function matrixNorm(x: Value, ord: NormOrder, rows: number, columns: number): Value {
  if (ord === "fro") return powerNorm(x, 2, [rows, columns])
  if (typeof ord === "number" && [1, -1, Infinity, -Infinity].includes(ord)) {
    const along = Math.abs(ord) === 1 ? rows : columns
    const rest = (along === rows ? columns : rows) - (along < (along === rows ? columns : rows) ? 1 : 0)
    const sums = total(v.abs(x), [along])
    return ord > 0 ? largest(sums, [rest]) : smallest(sums, [rest])
  }
  const others = x.shape.flatMap((_, d) => (d === rows || d === columns ? [] : [d]))
  const [, s = x] = bind(svd.by(false), [bindOne(transpose.by([...others, rows, columns]), x)])
  const last = [s.shape.length - 1]
  if (ord === "nuc") return total(s, last)
  if (ord === 2) return largest(s, last)
  if (ord === -2) return smallest(s, last)
  throw new CotangentError(
    "option",
    `norm: a matrix has norms "fro", "nuc", 1, -1, 2, -2, Infinity and -Infinity, not ${ord}`,
  )
}

interface Options {
  readonly ord?: NormOrder
  readonly axis?: AxisArgument
  readonly keepDims?: boolean
}
/**
 * Norms over axes. Without `ord`, the root of the sum of squares over any axes, by default all. Over one axis `ord` is
 * that of a vector: p for (Σ |x|^p)^(1/p), Infinity and -Infinity for the largest and the smallest |x|, 0 for how many are not
 * 0. Over two it is that of a matrix: "fro", "nuc" for the sum of the singular values, 2 and -2 for the largest and the
 * smallest of them, 1 and -1 of the sums of columns, Infinity and -Infinity of the sums of rows. The gradient at 0 is 0, also
 * that of p-norms; a singular value that is 0 moves with its own pair of vectors.
 *
 * @throws ShapeError where an axis is out of range or named twice. DTypeError for integers.
 * @example
 * ```ts
 * import { norm, tensor } from "cotangent"
 * const x = tensor([[3, 4], [0, 0]])
 * console.log(await norm(x, { axis: 1 }).array(), await norm(x, { ord: "nuc" }).item())
 * ```
 */
export const norm: Norm = typed((x: unknown, options: Options = {}) => {
  checkOptions("norm", options, ["ord", "axis", "keepDims"])
  const { ord, axis, keepDims = false } = options
  const value = floatValue("norm", x)
  const axes = normaliseAxes("norm", axis, value.shape)
  const finish = (found: Value): Value =>
    keepDims ? v.reshape(found, reduceShape("norm", value.shape, axis, true)) : found
  if (ord === undefined) return finish(powerNorm(value, 2, axes))
  if (typeof ord === "number" ? Number.isNaN(ord) : ord !== "fro" && ord !== "nuc")
    throw new CotangentError("option", `norm: ord is a number, "fro" or "nuc", got ${String(ord)}`)
  if (axes.length === 1 && typeof ord === "number") return finish(vectorNorm(value, ord, axes))
  if (axes.length !== 2)
    throw new CotangentError(
      "option",
      `norm: ord ${ord} is that of ${typeof ord === "number" ? "one axis or two" : "two axes"}, got ${axes.length} of [${value.shape.join(", ")}]; name them with axis`,
      { shape: value.shape, axes },
    )
  // In the order that was asked for: rows come first.
  const [rows = 0, columns = 1] = Array.isArray(axis)
    ? axis.map((d: number) => normaliseAxis("norm", d, value.shape))
    : axes
  return finish(matrixNorm(value, ord, rows, columns))
})
