import type { LoopOperation } from "../../program/operation.ts"
import type { Entry } from "../primitive.ts"
import { asColumn, asRow, diagonalOf, flip, inverseOrZero, minus, mulBy, symmetric, times } from "./algebra.ts"
import { eigenOf } from "./host/eigh.ts"
import { flipped } from "./host/rows.ts"
import { apart, onMatrices } from "./matrices.ts"

const operation: LoopOperation = onMatrices({
  name: "eigh",
  square: true,
  results: ([n] = [0, 0]) => [{ shape: [n] }, { shape: [n, n] }],
  compute: ([a]) => {
    if (a === undefined) return []
    const { values, rows } = eigenOf(a.data, a.rows)
    return [values, flipped({ rows: a.rows, columns: a.rows, data: rows }).data]
  },
  // dw = diag(Vᵀ dA V), dV = V (E ∘ Vᵀ dA V) with E[i, j] = 1 / (w[j] - w[i]); Giles, Collected matrix derivative results
  // (2008), section 3.1. Between equal values E is 0: their vectors may be turned freely, and what does not depend on how
  // they are turned has no such term.
  jvp: (_, [w, v], [t]) => {
    if (w === undefined || v === undefined || t === undefined) return [undefined, undefined]
    const moved = times(flip(v), times(symmetric(t), v))
    const e = inverseOrZero(minus(asRow(w), asColumn(w)))
    return [diagonalOf(moved), times(v, mulBy(e, moved))]
  },
})
/** Rising eigenvalues of (a + aᵀ) / 2, and its eigenvectors as columns. */
export const eigh: Entry & { readonly operation: LoopOperation } = {
  name: "eigh",
  operation,
  cases: [
    { operation, operands: [{ shape: [3, 3], values: apart }] },
    { operation, operands: [{ shape: [2, 2, 2], values: apart }] },
    { operation, operands: [{ shape: [0, 0] }] },
  ],
}
