import { bindOne } from "../../interpreter.ts"
import type { LoopOperation } from "../../program/operation.ts"
import { div } from "../div.ts"
import type { Entry } from "../primitive.ts"
import { beside, flip, inner, minus, mulBy, times, traceOf } from "./algebra.ts"
import { determinant, signAndLog } from "./host/lu.ts"
import { at, type Doubles, flipped, type Matrix, product } from "./host/rows.ts"
import { singularOf } from "./host/svd.ts"
import { onMatrices, wellPosed } from "./matrices.ts"
import { solve } from "./solve.ts"

const detOperation: LoopOperation = onMatrices({
  name: "det",
  square: true,
  results: () => [{ shape: [] }],
  compute: ([a]) => [[a === undefined ? 1 : determinant(a)]],
  // Jacobi's formula: d det A = Σ cofactor(A) dA, singular or not.
  jvp: ([a], _, [t]) => [a && t && inner(bindOne(cofactorOperation, a), t)],
})
/** The determinant. */
export const det: Entry & { readonly operation: LoopOperation } = {
  name: "det",
  operation: detOperation,
  cases: [
    { operation: detOperation, operands: [{ shape: [3, 3], values: { min: -2, max: 2, diagonal: [1, 0] } }] },
    { operation: detOperation, operands: [{ shape: [2, 2, 2], values: wellPosed }] },
    { operation: detOperation, operands: [{ shape: [0, 0] }] },
  ],
}

/** det(U V) U diag(Π of the other singular values) Vᵀ, which needs no division by what may be 0. */
function cofactors(a: Matrix): Doubles {
  const n = a.rows
  const { values, left, right } = singularOf(a, true)
  const square = (data: Doubles): Matrix => ({ rows: n, columns: n, data: data.slice() })
  const sign = determinant(square(left)) * determinant(square(right))
  const u = flipped(square(left))
  const others = Float64Array.from(values, (_, k) => values.reduce((all, s, j) => (j === k ? all : all * s), sign))
  for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) u.data[i * n + k] = at(u.data, i * n + k) * at(others, k)
  return product(u, square(right)).data
}
const cofactorOperation: LoopOperation = onMatrices({
  name: "cofactor",
  square: true,
  results: ([n] = [0, 0]) => [{ shape: [n, n] }],
  compute: ([a]) => (a === undefined ? [] : [cofactors(a)]),
  // C = det A A⁻ᵀ, so dC = ((Σ C dA) C - C dAᵀ C) / det A: not for singular matrices, where it is NaN.
  jvp: ([a], [c], [t]) => {
    if (a === undefined || c === undefined || t === undefined) return [undefined]
    const change = minus(mulBy(beside(inner(c, t)), c), times(times(c, flip(t)), c))
    return [bindOne(div.operation, change, beside(bindOne(detOperation, a)))]
  },
})
/** The signed minors: the slope of the determinant. */
export const cofactor: Entry & { readonly operation: LoopOperation } = {
  name: "cofactor",
  operation: cofactorOperation,
  cases: [
    { operation: cofactorOperation, operands: [{ shape: [3, 3], values: wellPosed }] },
    { operation: cofactorOperation, operands: [{ shape: [2, 2, 2], values: wellPosed }] },
    { operation: cofactorOperation, operands: [{ shape: [0, 0] }] },
  ],
}

const slogdetOperation: LoopOperation = onMatrices({
  name: "slogdet",
  square: true,
  results: () => [{ shape: [] }, { shape: [] }],
  compute: ([a]) => (a === undefined ? [] : signAndLog(a).map((x) => [x])),
  // d log |det A| = tr(A⁻¹ dA).
  jvp: ([a], _, [t]) => [undefined, a && t && traceOf(bindOne(solve.by(false), a, t))],
})
/** The sign of the determinant and the logarithm of its size. */
export const slogdet: Entry & { readonly operation: LoopOperation } = {
  name: "slogdet",
  operation: slogdetOperation,
  cases: [
    { operation: slogdetOperation, operands: [{ shape: [3, 3], values: wellPosed }] },
    { operation: slogdetOperation, operands: [{ shape: [2, 2, 2], values: wellPosed }] },
    { operation: slogdetOperation, operands: [{ shape: [0, 0] }] },
  ],
}
