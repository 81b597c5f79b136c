import { bindOne } from "../../interpreter.ts"
import type { LoopOperation } from "../../program/operation.ts"
import type { Value } from "../../value.ts"
import type { Entry } from "../primitive.ts"
import { flip, plus, scaled, symmetric, times } from "./algebra.ts"
import { at, type Doubles, dotRows, symmetrise } from "./host/rows.ts"
import { onMatrices, wellPosed } from "./matrices.ts"
import { triangle } from "./triangle.ts"
import { triangularSolve } from "./triangular-solve.ts"

/** Row by row; NaN below the diagonal of all rows where a pivot is not positive. Golub and Van Loan, section 4.2. */
function lowerFactor(a: Doubles, n: number): Doubles {
  symmetrise(a, n)
  const l = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const rest = at(a, i * n + j) - dotRows(l, i * n, l, j * n, j)
      if (i === j && !(rest > 0)) {
        for (let k = 0; k < n; k++) l.fill(Number.NaN, k * n, k * n + k + 1)
        return l
      }
      l[i * n + j] = i === j ? Math.sqrt(rest) : rest / at(l, j * n + j)
    }
  return l
}
const operation: LoopOperation = onMatrices({
  name: "cholesky",
  square: true,
  results: ([n] = [0, 0]) => [{ shape: [n, n] }],
  compute: ([a]) => [a === undefined ? [] : lowerFactor(a.data, a.rows)],
  // dL = L phi(L⁻¹ dA L⁻ᵀ), phi the lower triangle with half the diagonal: Murray, Differentiation of the Cholesky
  // decomposition (2016), equation 8.
  jvp: (_, [l], [t]) => {
    if (l === undefined || t === undefined) return [undefined]
    const solve = (b: Value): Value => bindOne(triangularSolve.by(forwards), l, b)
    const inside = solve(flip(solve(symmetric(t))))
    const phi = scaled(
      plus(bindOne(triangle.part("lower", 0), inside), bindOne(triangle.part("lower", -1), inside)),
      0.5,
    )
    return [times(l, phi)]
  },
})
const forwards = { lower: true, transpose: false, unitDiagonal: false }
/** The lower L with L Lᵀ = (a + aᵀ) / 2; NaN where that is not positive definite. */
export const cholesky: Entry & { readonly operation: LoopOperation } = {
  name: "cholesky",
  operation,
  cases: [
    { operation, operands: [{ shape: [3, 3], values: wellPosed }] },
    { operation, operands: [{ shape: [2, 2, 2], values: wellPosed }] },
    { operation, operands: [{ shape: [0, 0] }] },
  ],
}
