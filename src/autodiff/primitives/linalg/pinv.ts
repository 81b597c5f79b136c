import type { LoopOperation } from "../../program/operation.ts"
import type { Entry } from "../primitive.ts"
import { flip, minus, plus, times } from "./algebra.ts"
import { at, type Doubles, flipped, type Matrix, product, scaleRow } from "./host/rows.ts"
import { singularOf } from "./host/svd.ts"
import { apart, onMatrices } from "./matrices.ts"

/** V S⁻¹ Uᵀ, where values up to `rtol` times the largest count as 0. */
function pseudoInverse(a: Matrix, rtol: number): Doubles {
  const [m, n] = [a.rows, a.columns]
  const { values, left, right } = singularOf(a, false)
  const k = values.length
  for (let i = 0; i < k; i++) {
    const s = at(values, i)
    scaleRow(left, i * m, s <= rtol * at(values, 0) ? 0 : 1 / s, m)
  }
  return product(flipped({ rows: k, columns: n, data: right }), { rows: k, columns: m, data: left }).data
}
const by = (rtol: number): LoopOperation =>
  onMatrices({
    name: "pinv",
    params: { rtol },
    square: false,
    results: ([m, n] = [0, 0]) => [{ shape: [n, m] }],
    compute: ([a]) => (a === undefined ? [] : [pseudoInverse(a, rtol)]),
    // dP = -P dA P + P Pᵀ dAᵀ (1 - A P) + (1 - P A) dAᵀ Pᵀ P: Golub and Pereyra (1973), for changes that keep the rank.
    // Not by way of the singular vectors, whose slopes fail where two values are equal.
    jvp: ([a], [p], [t]) => {
      if (a === undefined || p === undefined || t === undefined) return [undefined]
      const [pt, tt] = [flip(p), flip(t)]
      const left = times(times(p, pt), tt)
      const right = times(tt, times(pt, p))
      const across = minus(left, times(left, times(a, p)))
      const along = minus(right, times(times(p, a), right))
      return [plus(minus(across, times(times(p, t), p)), along)]
    },
  })
const byDefault = by(1e-6)
/** The Moore-Penrose inverse. */
export const pinv: Entry & { readonly by: typeof by } = {
  name: "pinv",
  by,
  cases: [
    { operation: byDefault, operands: [{ shape: [3, 3], values: apart }] },
    { operation: byDefault, operands: [{ shape: [2, 4, 2], values: apart }] },
    { operation: byDefault, operands: [{ shape: [2, 3], values: apart }] },
    { operation: byDefault, operands: [{ shape: [0, 2] }] },
  ],
}
