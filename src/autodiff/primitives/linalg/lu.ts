import { bindOne } from "../../interpreter.ts"
import type { LoopOperation } from "../../program/operation.ts"
import type { Value } from "../../value.ts"
import { broadcast } from "../broadcast.ts"
import type { Entry } from "../primitive.ts"
import { takeAlongAxis } from "../take-along-axis.ts"
import { asColumn, corner, flip, framed, plus, times } from "./algebra.ts"
import { factor, type Triangle } from "./host/lu.ts"
import { onMatrices, wellPosed } from "./matrices.ts"
import { triangle } from "./triangle.ts"
import { triangularSolve } from "./triangular-solve.ts"

/** Row i of the result is row order[i] of a. */
export const rowsBy = (a: Value, order: Value): Value =>
  bindOne(takeAlongAxis.along(a.shape.length - 2), a, bindOne(broadcast.to(a.shape), asColumn(order)))

const solveBy = (kind: Triangle, t: Value, b: Value): Value => bindOne(triangularSolve.by(kind), t, b)
const lower = (x: Value): Value => bindOne(triangle.part("lower", -1), x)
const upper = (x: Value): Value => bindOne(triangle.part("upper", 0), x)

const operation: LoopOperation = onMatrices({
  name: "lu",
  square: false,
  results: ([rows, columns] = [0, 0]) => [{ shape: [rows, columns] }, { shape: [rows], dtype: "i32" }],
  compute: ([a]) => {
    if (a === undefined) return []
    const { packed, order } = factor(a)
    return [packed, order]
  },
  // With F = L⁻¹ P dA U⁻¹: dL = L tril(F, -1), dU = triu(F) U (de Hoog, Anderssen and Lukas 2011). A tall L is made square
  // by columns of the identity.
  jvp: (_, [packed, order], [t]) => {
    if (packed === undefined || order === undefined || t === undefined) return [undefined, undefined]
    const [m, n] = [packed.shape.at(-2) ?? 0, packed.shape.at(-1) ?? 0]
    const l = framed(packed, [0, 0], [0, m - n])
    const u = corner(packed, [0, 0], [n, n])
    const left = solveBy({ lower: true, transpose: false, unitDiagonal: true }, l, rowsBy(t, order))
    const f = flip(solveBy({ lower: false, transpose: true, unitDiagonal: false }, u, flip(left)))
    const below = lower(f)
    const dl = plus(times(lower(l), below), below)
    const du = times(upper(corner(f, [0, 0], [n, n])), upper(u))
    return [plus(dl, framed(du, [0, m - n], [0, 0])), undefined]
  },
})
/** Of matrices at least as high as wide: U with L below its diagonal, whose ones are left out, and the order of the rows. */
export const lu: Entry & { readonly operation: LoopOperation } = {
  name: "lu",
  operation,
  cases: [
    { operation, operands: [{ shape: [3, 3], values: wellPosed }] },
    { operation, operands: [{ shape: [2, 4, 2], values: wellPosed }] },
    { operation, operands: [{ shape: [2, 0] }] },
  ],
}
