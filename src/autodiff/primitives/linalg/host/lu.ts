/** Gaussian elimination with partial pivoting; Golub and Van Loan, Matrix Computations (4th ed.), algorithm 3.4.1. */
import { addRow, at, type Doubles, type Matrix, swapRows } from "./rows.ts"

export interface Factors {
  /** U, and below its diagonal L without its ones; rows as `order` has them. */
  readonly packed: Doubles
  /** Row i of L U is row order[i] of the matrix. */
  readonly order: Int32Array
  /** The determinant of the permutation, 1 or -1. */
  readonly parity: number
}
/** Writes over the matrix. */
export function factor({ rows, columns, data }: Matrix): Factors {
  const order = Int32Array.from({ length: rows }, (_, i) => i)
  let parity = 1
  for (let k = 0; k < Math.min(rows, columns); k++) {
    let pivot = k
    for (let i = k + 1; i < rows; i++)
      if (Math.abs(at(data, i * columns + k)) > Math.abs(at(data, pivot * columns + k))) pivot = i
    if (pivot !== k) {
      swapRows(data, k * columns, pivot * columns, columns)
      const held = order[k] ?? 0
      order[k] = order[pivot] ?? 0
      order[pivot] = held
      parity = -parity
    }
    const value = at(data, k * columns + k)
    // A column of zeros needs no elimination, and 0 / 0 would make NaN of it.
    if (value === 0) continue
    for (let i = k + 1; i < rows; i++) {
      const multiple = at(data, i * columns + k) / value
      data[i * columns + k] = multiple
      addRow(data, i * columns + k + 1, -multiple, data, k * columns + k + 1, columns - k - 1)
    }
  }
  return { packed: data, order, parity }
}

export interface Triangle {
  readonly lower: boolean
  readonly transpose: boolean
  readonly unitDiagonal: boolean
}
/** Writes over x, of n rows: T x = b, or its transpose; only the triangle of `t` is read. */
export function substitute(t: Doubles, n: number, x: Doubles, columns: number, kind: Triangle): void {
  const { lower, transpose, unitDiagonal } = kind
  // Either way each row of t is read along itself: forwards it gathers what is known, transposed it spreads.
  for (let step = 0; step < n; step++) {
    const i = lower !== transpose ? step : n - 1 - step
    const [from, to] = lower ? [0, i] : [i + 1, n]
    if (!transpose) for (let k = from; k < to; k++) addRow(x, i * columns, -at(t, i * n + k), x, k * columns, columns)
    if (!unitDiagonal) {
      const d = at(t, i * n + i)
      for (let k = i * columns; k < (i + 1) * columns; k++) x[k] = at(x, k) / d
    }
    if (transpose) for (let k = from; k < to; k++) addRow(x, k * columns, -at(t, i * n + k), x, i * columns, columns)
  }
}

/** x with A x = b, or with the transpose of A; writes over A. */
export function solveWith(a: Matrix, b: Matrix, transpose: boolean): Doubles {
  const [n, columns] = [a.rows, b.columns]
  const { packed, order } = factor(a)
  const x = new Float64Array(b.data.length)
  const l = { lower: true, transpose, unitDiagonal: true }
  const u = { lower: false, transpose, unitDiagonal: false }
  if (!transpose) {
    order.forEach((from, i) => {
      x.set(b.data.subarray(from * columns, (from + 1) * columns), i * columns)
    })
    substitute(packed, n, x, columns, l)
    substitute(packed, n, x, columns, u)
    return x
  }
  const y = b.data.slice()
  substitute(packed, n, y, columns, u)
  substitute(packed, n, y, columns, l)
  order.forEach((to, i) => {
    x.set(y.subarray(i * columns, (i + 1) * columns), to * columns)
  })
  return x
}

export const determinant = (a: Matrix): number => {
  const { packed, parity } = factor(a)
  let out = parity
  for (let k = 0; k < a.rows; k++) out *= at(packed, k * a.rows + k)
  return out
}
/** Sign and log |det|, which overflow later than their product. */
export function signAndLog(a: Matrix): readonly [sign: number, log: number] {
  const { packed, parity } = factor(a)
  let [sign, log] = [parity, 0]
  for (let k = 0; k < a.rows; k++) {
    const d = at(packed, k * a.rows + k)
    sign *= Math.sign(d)
    log += Math.log(Math.abs(d))
  }
  return [sign, log]
}
