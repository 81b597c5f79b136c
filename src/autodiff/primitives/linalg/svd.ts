import type { LoopOperation } from "../../program/operation.ts"
import type { Value } from "../../value.ts"
import type { Entry } from "../primitive.ts"
import { asColumn, asRow, diagonalOf, flip, inverseOrZero, minus, mulBy, plus, times } from "./algebra.ts"
import { flipped } from "./host/rows.ts"
import { singularOf } from "./host/svd.ts"
import { apart, onMatrices } from "./matrices.ts"
import { noSlope } from "./qr.ts"

const by = (full: boolean): LoopOperation =>
  onMatrices({
    name: "svd",
    params: { full },
    square: false,
    results: ([m, n] = [0, 0]) => {
      const k = Math.min(m, n)
      return [{ shape: [m, full ? m : k] }, { shape: [k] }, { shape: [n, full ? n : k] }]
    },
    compute: ([a]) => {
      if (a === undefined) return []
      const [m, n] = [a.rows, a.columns]
      const { left, values, right } = singularOf(a, full)
      const columns = (data: Float64Array, size: number): Float64Array =>
        flipped({ rows: size === 0 ? 0 : data.length / size, columns: size, data }).data
      return [columns(left, m), values, columns(right, n)]
    },
    // With P = Uᵀ dA V, S the values and F[i, j] = 1 / (s[j]² - s[i]²): ds = diag P,
    // dU = U (F ∘ (P S + S Pᵀ)) + (dA V - U P) S⁻¹, dV = V (F ∘ (S P + Pᵀ S)) + (dAᵀ U - V Pᵀ) S⁻¹; Townsend,
    // Differentiating the singular value decomposition (2016). F is 0 between equal values, S⁻¹ at 0.
    jvp: ([a], [u, s, v], [t]) => {
      if (a === undefined || u === undefined || s === undefined || v === undefined || t === undefined)
        return [undefined, undefined, undefined]
      const [m, n, k] = [a.shape.at(-2), a.shape.at(-1), s.shape.at(-1)]
      if (full && m !== n) throw noSlope("svd", a.shape, "it without fullMatrices")
      const [row, column] = [asRow(s), asColumn(s)]
      // (s[j] - s[i]) (s[j] + s[i]): the difference of squares would lose the digits of close values.
      const f = inverseOrZero(mulBy(minus(row, column), plus(row, column)))
      const p = times(flip(u), times(t, v))
      const turned = (x: Value): Value => mulBy(f, plus(mulBy(x, row), mulBy(column, flip(x))))
      const over = inverseOrZero(row)
      const du = times(u, turned(p))
      const dv = times(v, turned(flip(p)))
      const outside = (x: Value, basis: Value, inside: Value): Value => mulBy(minus(x, times(basis, inside)), over)
      return [
        k === m ? du : plus(du, outside(times(t, v), u, p)),
        diagonalOf(p),
        k === n ? dv : plus(dv, outside(times(flip(t), u), v, flip(p))),
      ]
    },
  })
const thin = by(false)
/** u, falling singular values, and v, with a = u diag(s) vᵀ. */
export const svd: Entry & { readonly by: typeof by } = {
  name: "svd",
  by,
  cases: [
    { operation: thin, operands: [{ shape: [3, 3], values: apart }] },
    { operation: thin, operands: [{ shape: [2, 4, 2], values: apart }] },
    { operation: thin, operands: [{ shape: [2, 3], values: apart }] },
    { operation: by(true), operands: [{ shape: [2, 2], values: apart }] },
    { operation: thin, operands: [{ shape: [0, 2] }] },
  ],
}
