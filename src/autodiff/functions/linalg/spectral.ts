/** Eigenvalues and singular values, and what is made of them. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bind, bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { times } from "../../primitives/linalg/algebra.ts"
import { eigh as eighOp } from "../../primitives/linalg/eigh.ts"
import { pinv as pinvOp } from "../../primitives/linalg/pinv.ts"
import { svd as svdOp } from "../../primitives/linalg/svd.ts"
import { sum } from "../../primitives/sum.ts"
import { matricesShape, squareShape, systemShape } from "../../shape/linalg.ts"
import type { Eigh, Eigvalsh, Lstsq, MatrixRank, Pinv, RankOptions, Svd } from "../../signatures/linalg.ts"
import type { Value } from "../../value.ts"
import { floatValue } from "../operands.ts"
import * as v from "../values.ts"
import { floats, joined } from "./systems.ts"

const eigen = (op: string, a: unknown): { readonly values: Value; readonly vectors: Value } => {
  const x = floatValue(op, a)
  squareShape(op, x.shape)
  const [values = x, vectors = x] = bind(eighOp.operation, [x])
  return { values, vectors }
}
/**
 * Eigenvalues `[…, n]`, rising, and orthonormal eigenvectors, the columns of `[…, n, n]`, of symmetric matrices; of others
 * those of (a + aᵀ) / 2. The first component of a vector that is at least half as large as its largest one is positive, so
 * that vectors are the same on every engine. The derivative: Giles, Collected matrix derivative results (2008), 3.1; between
 * equal eigenvalues its terms 1 / (λj - λi) are taken for 0, which is right for whatever does not depend on the choice of
 * their vectors. Matrices that are not finite give NaN. There is no decomposition of matrices that are not symmetric, whose
 * eigenvalues are complex.
 *
 * @throws ShapeError where the last two axes differ. DTypeError for integers.
 * @example
 * ```ts
 * import { eigh, tensor } from "cotangent"
 * const { values, vectors } = eigh(tensor([[2, 1], [1, 2]]))
 * console.log(await values.array(), await vectors.array())
 * ```
 */
export const eigh: Eigh = typed((a: unknown) => eigen("eigh", a))
/** The eigenvalues that `eigh` gives: `[…, n, n]` to `[…, n]`. */
export const eigvalsh: Eigvalsh = typed((a: unknown) => eigen("eigvalsh", a).values)

/**
 * a = u diag(s) vᵀ for matrices `[…, m, n]`, k the smaller of m and n: orthonormal columns u `[…, m, k]` and v `[…, n, k]`,
 * singular values s `[…, k]`, falling. v is not transposed. With `fullMatrices` u and v are square. The first component of a
 * column of u that is at least half as large as its largest one is positive. The derivative: Townsend, Differentiating the
 * singular value decomposition (2016); its terms between equal values, and 1 / s at 0, are taken for 0. The vectors that
 * `fullMatrices` adds have none.
 *
 * @throws ShapeError for fewer than two axes. DTypeError for integers.
 * @example
 * ```ts
 * import { svd, tensor } from "cotangent"
 * const { u, s, v } = svd(tensor([[0, 3], [2, 0]]))
 * console.log(await u.array(), await s.array(), await v.array())
 * ```
 */
export const svd: Svd = typed((a: unknown, options: { readonly fullMatrices?: boolean } = {}) => {
  checkOptions("svd", options, ["fullMatrices"])
  const x = floatValue("svd", a)
  matricesShape("svd", x.shape)
  const [u, s, w] = bind(svdOp.by(options.fullMatrices === true), [x])
  return { u, s, v: w }
})

/** Below this times the largest, a singular value counts as 0; as NumPy chooses it, from the sizes and the dtype. */
function rtolOf(op: string, options: RankOptions, a: Value): number {
  checkOptions(op, options, ["rtol"])
  const { rtol } = options
  if (rtol === undefined)
    return Math.max(a.shape.at(-2) ?? 0, a.shape.at(-1) ?? 0) * (a.dtype === "f64" ? Number.EPSILON : 2 ** -23)
  if (typeof rtol === "number" && rtol >= 0) return rtol
  throw new CotangentError("option", `${op}: rtol is a number of 0 or more, got ${String(rtol)}`)
}
/**
 * The Moore-Penrose inverse: `[…, m, n]` to `[…, n, m]`. Singular values of at most `rtol` times the largest count as 0, by
 * default the larger size times the dtype's epsilon. The derivative holds for changes that leave the rank as it is: Golub and
 * Pereyra (1973), equation 4.12.
 *
 * @throws ShapeError for fewer than two axes. DTypeError for integers.
 * @example
 * ```ts
 * import { pinv, tensor } from "cotangent"
 * console.log(await pinv(tensor([[2, 0], [0, 0]])).array())
 * ```
 */
export const pinv: Pinv = typed((a: unknown, options: RankOptions = {}) => {
  const x = floatValue("pinv", a)
  matricesShape("pinv", x.shape)
  return bindOne(pinvOp.by(rtolOf("pinv", options, x)), x)
})
const rankFrom = (s: Value, rtol: number): Value => {
  const last = s.shape.length - 1
  // No largest among none.
  if (s.shape[last] === 0) return v.cast("i32", bindOne(sum.over([last]), s))
  const above = v.less(v.mul(v.part(s, last, 0, 1), rtol), s)
  return bindOne(sum.over([last]), v.cast("i32", above))
}
/**
 * How many singular values of a matrix are more than `rtol` times the largest, i32; `rtol` as for `pinv`.
 *
 * @throws ShapeError for fewer than two axes. DTypeError for integers.
 * @example
 * ```ts
 * import { matrixRank, tensor } from "cotangent"
 * console.log(await matrixRank(tensor([[1, 2], [2, 4]])).item())
 * ```
 */
export const matrixRank: MatrixRank = typed((a: unknown, options: RankOptions = {}) => {
  const x = floatValue("matrixRank", a)
  matricesShape("matrixRank", x.shape)
  const [, s = x] = bind(svdOp.by(false), [v.stop(x)])
  return rankFrom(s, rtolOf("matrixRank", options, x))
})
/**
 * The shortest x for which |a x - b| is smallest, x = pinv(a) b: `[…, m, n]` with a vector `[m]`, or with columns
 * `[…, m, k]`. With it come `residuals`, the squares |a x - b|² for each vector; `rank`, i32; and `singularValues` of a.
 * `rtol` as for `pinv`.
 *
 * @throws ShapeError where b does not fit. DTypeError for integers.
 * @example
 * ```ts
 * import { lstsq, tensor } from "cotangent"
 * const { x } = lstsq(tensor([[1, 0], [1, 1], [1, 2]]), tensor([1, 3, 5]))
 * console.log(await x.array())
 * ```
 */
export const lstsq: Lstsq = typed((a: unknown, b: unknown, options: RankOptions = {}) => {
  const [x, y] = floats("lstsq", a, b)
  matricesShape("lstsq", x.shape)
  const rtol = rtolOf("lstsq", options, x)
  const [, s = x] = bind(svdOp.by(false), [x])
  const system = systemShape("lstsq", x.shape, y.shape)
  const inverse = bindOne(pinvOp.by(rtol), x)
  const both = joined(x, y, system)
  const found = times(joined(inverse, y, system).a, both.b)
  const missed = v.square(v.sub(times(both.a, found), both.b))
  const squares = bindOne(sum.over([missed.shape.length - 2]), missed)
  return {
    x: both.finish(found),
    residuals: system.vector ? v.reshape(squares, squares.shape.slice(0, -1)) : squares,
    rank: rankFrom(v.stop(s), rtol),
    singularValues: s,
  }
})
