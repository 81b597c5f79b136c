import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import type { LoopOperation } from "../../program/operation.ts"
import type { Value } from "../../value.ts"
import type { Entry } from "../primitive.ts"
import { flip, minus, plus, times } from "./algebra.ts"
import { qrOf } from "./host/householder.ts"
import { apart, onMatrices } from "./matrices.ts"
import { triangle } from "./triangle.ts"
import { triangularSolve } from "./triangular-solve.ts"

/** Vectors that only complete a basis may turn freely, so that nothing says how they move. */
export const noSlope = (op: string, shape: readonly number[], instead: string): CotangentError =>
  new CotangentError(
    "no-derivative",
    `${op}: the complete basis of [${shape.join(", ")}] has no derivative, its last vectors may be turned freely; use ${instead}`,
    { op, shape },
  )

const by = (complete: boolean): LoopOperation =>
  onMatrices({
    name: "qr",
    params: { complete },
    square: false,
    results: ([m, n] = [0, 0]) => {
      const kept = complete ? m : Math.min(m, n)
      return [{ shape: [m, kept] }, { shape: [kept, n] }]
    },
    compute: ([a]) => {
      if (a === undefined) return []
      const { q, r } = qrOf(a, complete ? a.rows : Math.min(a.rows, a.columns))
      return [q.data, r]
    },
    // With C = Qᵀ dA R⁻¹ and W = tril(C, -1) - tril(C, -1)ᵀ: dQ = dA R⁻¹ + Q (W - C), dR = (C - W) R; Walter and Lehmann,
    // Algorithmic differentiation of linear algebra functions (2010).
    jvp: ([a], [q, r], [t]) => {
      if (a === undefined || q === undefined || r === undefined || t === undefined) return [undefined, undefined]
      if (complete && q.shape.at(-1) !== r.shape.at(-1)) throw noSlope("qr", a.shape, 'mode "reduced"')
      const right = { lower: false, transpose: true, unitDiagonal: false }
      const x = flip(bindOne(triangularSolve.by(right), r, flip(t)))
      const c = times(flip(q), x)
      const below: Value = bindOne(triangle.part("lower", -1), c)
      const turned = minus(below, flip(below))
      return [plus(x, times(q, minus(turned, c))), times(minus(c, turned), r)]
    },
  })
const reduced = by(false)
/** Q with orthonormal columns and an upper triangular R with no negative diagonal; the derivative is that of tall matrices. */
export const qr: Entry & { readonly by: typeof by } = {
  name: "qr",
  by,
  cases: [
    { operation: reduced, operands: [{ shape: [3, 3], values: apart }] },
    { operation: reduced, operands: [{ shape: [2, 4, 2], values: apart }] },
    { operation: by(true), operands: [{ shape: [2, 2], values: apart }] },
    { operation: reduced, operands: [{ shape: [2, 0] }] },
  ],
}
