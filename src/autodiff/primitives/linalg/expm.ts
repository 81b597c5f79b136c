import { bindOne } from "../../interpreter.ts"
import type { LoopOperation } from "../../program/operation.ts"
import type { Value } from "../../value.ts"
import type { Entry } from "../primitive.ts"
import { corner, flip, framed, plus } from "./algebra.ts"
import { exponential } from "./host/expm.ts"
import type { Doubles, Matrix } from "./host/rows.ts"
import { onMatrices } from "./matrices.ts"

const operation: LoopOperation = onMatrices({
  name: "expm",
  square: true,
  results: ([n] = [0, 0]) => [{ shape: [n, n] }],
  compute: ([a]) => (a === undefined ? [] : [exponential(a)]),
  jvp: ([a], _, [t]) => [a && t && bindOne(slope, a, t)],
})
const values = { min: -1, max: 1 }
/** The matrix exponential. */
export const expm: Entry & { readonly operation: LoopOperation } = {
  name: "expm",
  operation,
  cases: [
    { operation, operands: [{ shape: [3, 3], values }] },
    { operation, operands: [{ shape: [2, 2, 2], values: { min: -4, max: 4 } }] },
    { operation, operands: [{ shape: [0, 0] }] },
  ],
}

/** exp [A E; 0 A] holds exp A twice and the slope above; Higham, Functions of Matrices (2008), theorem 3.6. */
function slopeOf(a: Matrix, e: Matrix): Doubles {
  const n = a.rows
  const both = new Float64Array(4 * n * n)
  for (let i = 0; i < n; i++) {
    const row = a.data.subarray(i * n, (i + 1) * n)
    both.set(row, i * 2 * n)
    both.set(e.data.subarray(i * n, (i + 1) * n), i * 2 * n + n)
    both.set(row, (n + i) * 2 * n + n)
  }
  const whole = exponential({ rows: 2 * n, columns: 2 * n, data: both })
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) out.set(whole.subarray(i * 2 * n + n, (i + 1) * 2 * n), i * n)
  return out
}
const slope: LoopOperation = onMatrices({
  name: "expmSlope",
  square: true,
  results: ([n] = [0, 0]) => [{ shape: [n, n] }],
  compute: ([a, e]) => (a === undefined || e === undefined ? [] : [slopeOf(a, e)]),
  // In E it is linear. In A the same block matrix tells: its slope in a direction of A has the slope of the slope above.
  jvp: ([a, e], _, [da, de]) => {
    if (a === undefined || e === undefined) return [undefined]
    const n = a.shape.at(-1) ?? 0
    const across = de && bindOne(slope, a, de)
    const along = da && corner(bindOne(slope, blocks(a, n, e), blocks(da, n)), [0, n], [n, n])
    return [across === undefined ? along : along === undefined ? across : plus(across, along)]
  },
  transpose: ([ct], [a]) =>
    ct === undefined || a === undefined || a.linear
      ? [undefined, undefined]
      : [undefined, bindOne(slope, flip(a.value), ct)],
})
/** [x above; 0 x] */
function blocks(x: Value, n: number, above?: Value): Value {
  const twice = plus(framed(x, [0, n], [0, n]), framed(x, [n, 0], [n, 0]))
  return above === undefined ? twice : plus(twice, framed(above, [0, n], [n, 0]))
}
/** The slope of the matrix exponential at A in the direction E. */
export const expmSlope: Entry & { readonly operation: LoopOperation } = {
  name: "expmSlope",
  operation: slope,
  cases: [
    {
      operation: slope,
      operands: [
        { shape: [3, 3], values },
        { shape: [3, 3], values },
      ],
    },
    {
      operation: slope,
      operands: [
        { shape: [2, 2, 2], values },
        { shape: [2, 2, 2], values },
      ],
    },
  ],
}
