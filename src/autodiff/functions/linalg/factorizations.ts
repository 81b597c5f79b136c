/** Matrices as products of simpler ones. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bind, bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { concat } from "../../primitives/concat.ts"
import { corner, flip, times } from "../../primitives/linalg/algebra.ts"
import { cholesky as choleskyOp } from "../../primitives/linalg/cholesky.ts"
import { lu as luOp, rowsBy } from "../../primitives/linalg/lu.ts"
import { qr as qrOp } from "../../primitives/linalg/qr.ts"
import { triangle } from "../../primitives/linalg/triangle.ts"
import { triangularSolve } from "../../primitives/linalg/triangular-solve.ts"
import { matricesShape } from "../../shape/linalg.ts"
import type { Cholesky, Lu, Qr } from "../../signatures/linalg.ts"
import type { Value } from "../../value.ts"
import { floatValue } from "../operands.ts"
import * as v from "../values.ts"
import { identities } from "./solve.ts"

/**
 * The lower l with l lᵀ = a, or with `upper` the upper u with uᵀ u = a, of symmetric positive definite matrices. Of others
 * it factors (a + aᵀ) / 2, so that gradients are symmetric; where that is not positive definite, the triangle is NaN.
 * The derivative: Murray, Differentiation of the Cholesky decomposition (2016), equation 8.
 *
 * @throws ShapeError where the last two axes differ. DTypeError for integers.
 * @example
 * ```ts
 * import { cholesky, tensor } from "cotangent"
 * console.log(await cholesky(tensor([[4, 2], [2, 5]])).array())
 * ```
 */
export const cholesky: Cholesky = typed((a: unknown, options: { readonly upper?: boolean } = {}) => {
  checkOptions("cholesky", options, ["upper"])
  const l = bindOne(choleskyOp.operation, floatValue("cholesky", a))
  return options.upper === true ? flip(l) : l
})

const join = (...parts: readonly Value[]): Value => bindOne(concat.along((parts[0]?.shape.length ?? 1) - 1), ...parts)
/** The first columns, as many as there are rows, and what lies right of them. */
function cut(a: Value): readonly [square: Value, rest: Value | undefined] {
  const [m, n] = [a.shape.at(-2) ?? 0, a.shape.at(-1) ?? 0]
  return m >= n ? [a, undefined] : [corner(a, [0, 0], [m, m]), corner(a, [0, m], [m, n - m])]
}
/**
 * Elimination with partial pivoting of matrices `[…, m, n]`, k the smaller of m and n: p, i32 `[…, m]`, the order of the
 * rows; l `[…, m, k]` with ones on its diagonal, and u `[…, k, n]`. Row p[i] of a is row i of l u. Singular matrices have
 * factors too. The derivative: de Hoog, Anderssen and Lukas (2011), where the first k columns are regular.
 *
 * @throws ShapeError for fewer than two axes. DTypeError for integers.
 * @example
 * ```ts
 * import { lu, tensor } from "cotangent"
 * const { p, l, u } = lu(tensor([[0, 2], [1, 3]]))
 * console.log(await p.array(), await l.array(), await u.array())
 * ```
 */
export const lu: Lu = typed((a: unknown) => {
  const x = floatValue("lu", a)
  matricesShape("lu", x.shape)
  const [square, rest] = cut(x)
  const [packed = square, p = square] = bind(luOp.operation, [square])
  const n = packed.shape.at(-1) ?? 0
  const l = bindOne(triangle.part("lower", -1), packed)
  const own = bindOne(triangle.part("upper", 0), corner(packed, [0, 0], [n, n]))
  // Columns right of the pivots follow from l, which they have no say in.
  const lower = { lower: true, transpose: false, unitDiagonal: true }
  const u = rest === undefined ? own : join(own, bindOne(triangularSolve.by(lower), packed, rowsBy(rest, p)))
  return { p, l: v.add(l, identities(l)), u }
})
/**
 * q with orthonormal columns and an upper triangular r, a = q r, of matrices `[…, m, n]`. Reduced, q is `[…, m, k]` and r
 * `[…, k, n]`, k the smaller of m and n; complete, q is square. No diagonal element of r is negative, so that both are the
 * same on every engine. The derivative (Walter and Lehmann 2010) asks that the first k columns are independent; a complete
 * basis of more rows than columns has none.
 *
 * @throws ShapeError for fewer than two axes. DTypeError for integers.
 * @example
 * ```ts
 * import { qr, tensor } from "cotangent"
 * const { q, r } = qr(tensor([[0, 2], [-1, 3]]))
 * console.log(await q.array(), await r.array())
 * ```
 */
export const qr: Qr = typed((a: unknown, options: { readonly mode?: string } = {}) => {
  checkOptions("qr", options, ["mode"])
  const { mode = "reduced" } = options
  if (mode !== "reduced" && mode !== "complete")
    throw new CotangentError("option", `qr: mode is "reduced" or "complete", got ${JSON.stringify(mode)}`)
  const x = floatValue("qr", a)
  matricesShape("qr", x.shape)
  const [square, rest] = cut(x)
  const [q = square, r = square] = bind(qrOp.by(mode === "complete"), [square])
  return { q, r: rest === undefined ? r : join(r, times(flip(q), rest)) }
})
