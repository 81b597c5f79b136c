/** Linear systems. */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { solve as solveOp } from "../../primitives/linalg/solve.ts"
import { triangularSolve as triangularOp } from "../../primitives/linalg/triangular-solve.ts"
import { squareShape, systemShape } from "../../shape/linalg.ts"
import type { OnSquares, Solve, TriangularOptions } from "../../signatures/linalg.ts"
import type { Value } from "../../value.ts"
import { floatValue } from "../operands.ts"
import * as v from "../values.ts"
import { floats, joined } from "./systems.ts"

function system(op: string, a: unknown, b: unknown, run: (a: Value, b: Value) => Value): Value {
  const [x, y] = floats(op, a, b)
  squareShape(op, x.shape)
  const both = joined(x, y, systemShape(op, x.shape, y.shape))
  return both.finish(run(both.a, both.b))
}
/**
 * x with a x = b, by elimination with partial pivoting in doubles: `[…, n, n]` with a vector `[n]`, or with columns
 * `[…, n, k]`, whose leading axes broadcast. Singular systems give infinities and NaN. The derivative is a solve with the
 * same matrix, or its transpose: dx = a⁻¹ (db - da x) (Giles, Collected matrix derivative results, 2008, 2.2.3).
 *
 * @throws ShapeError where a is not square or b does not fit. DTypeError for integers.
 * @example
 * ```ts
 * import { solve, tensor } from "cotangent"
 * console.log(await solve(tensor([[2, 0], [1, 1]]), tensor([4, 5])).array())
 * ```
 */
export const solve: Solve<"solve"> = typed((a: unknown, b: unknown) =>
  system("solve", a, b, (x, y) => bindOne(solveOp.by(false), x, y)),
)
/**
 * x with T x = b, where T is the upper triangle of a, or the lower one with `lower`; with `transpose` the transpose of it,
 * with `unitDiagonal` ones on its diagonal. What lies outside of the triangle is not read. A zero on the diagonal gives
 * infinities and NaN.
 *
 * @throws ShapeError where a is not square or b does not fit. DTypeError for integers.
 * @example
 * ```ts
 * import { tensor, triangularSolve } from "cotangent"
 * console.log(await triangularSolve(tensor([[2, 0], [1, 1]]), tensor([4, 5]), { lower: true }).array())
 * ```
 */
export const triangularSolve: Solve<"triangularSolve", TriangularOptions> = typed(
  (a: unknown, b: unknown, options: TriangularOptions = {}) => {
    checkOptions("triangularSolve", options, ["lower", "transpose", "unitDiagonal"])
    const { lower = false, transpose = false, unitDiagonal = false } = options
    const kind = { lower, transpose, unitDiagonal }
    return system("triangularSolve", a, b, (x, y) => bindOne(triangularOp.by(kind), x, y))
  },
)
/**
 * x with l lᵀ x = b, for an l that `cholesky` gave; with `upper`, uᵀ u x = b.
 *
 * @throws ShapeError where l is not square or b does not fit. DTypeError for integers.
 * @example
 * ```ts
 * import { cholesky, choSolve, tensor } from "cotangent"
 * console.log(await choSolve(cholesky(tensor([[4, 2], [2, 5]])), tensor([8, 12])).array())
 * ```
 */
export const choSolve: Solve<"choSolve", { readonly upper?: boolean }> = typed(
  (l: unknown, b: unknown, options: { readonly upper?: boolean } = {}) => {
    checkOptions("choSolve", options, ["upper"])
    const lower = options.upper !== true
    const half = (x: Value, y: Value, transpose: boolean): Value =>
      bindOne(triangularOp.by({ lower, transpose, unitDiagonal: false }), x, y)
    return system("choSolve", l, b, (x, y) => half(x, half(x, y, !lower), lower))
  },
)
/**
 * The inverse of square matrices; infinities and NaN where there is none. To solve a system, `solve` is the better way.
 *
 * @throws ShapeError where the last two axes differ. DTypeError for integers.
 * @example
 * ```ts
 * import { inv, tensor } from "cotangent"
 * console.log(await inv(tensor([[2, 0], [0, 4]])).array())
 * ```
 */
export const inv: OnSquares<"inv"> = typed((a: unknown) => {
  const x = floatValue("inv", a)
  squareShape("inv", x.shape)
  return bindOne(solveOp.by(false), x, identities(x))
})
/** Ones on the diagonals of matrices of these shapes. */
export function identities(x: Value): Value {
  const [m, n] = [x.shape.at(-2) ?? 0, x.shape.at(-1) ?? 0]
  const one = v.cast(x.type.array.dtype, v.equal(v.reshape(v.iota(m), [m, 1]), v.iota(n)))
  return v.filled(one, x.shape)
}
