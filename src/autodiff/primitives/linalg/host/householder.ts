/** Reflections I - 2 v vᵀ / vᵀv: QR factors, and a symmetric matrix made tridiagonal. Golub and Van Loan, 5.2.1 and 8.3.1. */
import { addRow, at, type Doubles, dotRows, identity, type Matrix, scaleRow } from "./rows.ts"

/**
 * Makes v of x such that the reflection maps x to a multiple of the first axis; gives 2 / vᵀv, or 0 where there is nothing to
 * do. x is scaled first, so that no square overflows.
 */
function reflector(v: Doubles): number {
  let largest = 0
  for (const x of v) largest = Math.max(largest, Math.abs(x))
  if (largest === 0 || v.length < 2) return 0
  scaleRow(v, 0, 1 / largest, v.length)
  const tail = dotRows(v, 1, v, 1, v.length - 1)
  if (tail === 0) return 0
  const first = at(v, 0)
  const length = Math.sqrt(first * first + tail)
  // The sign that adds: the other one would cancel.
  v[0] = first < 0 ? first - length : first + length
  return 2 / (at(v, 0) ** 2 + tail)
}
/** Rows from `start` on, columns from `from` on, of x become (I - beta v vᵀ) x. */
function reflect(x: Matrix, start: number, from: number, v: Doubles, beta: number): void {
  const { columns, data } = x
  const width = columns - from
  const w = new Float64Array(width)
  v.forEach((f, i) => {
    addRow(w, 0, f, data, (start + i) * columns + from, width)
  })
  v.forEach((f, i) => {
    addRow(data, (start + i) * columns + from, -beta * f, w, 0, width)
  })
}

/** Q with `kept` columns (all rows, or as many as R has) and R; R's diagonal is not negative. Writes over the matrix. */
export function qrOf(a: Matrix, kept: number): { readonly q: Matrix; readonly r: Doubles } {
  const { rows, columns, data } = a
  const count = Math.min(rows, columns)
  const reflections = Array.from({ length: count }, (_, k) => {
    const v = Float64Array.from({ length: rows - k }, (_, i) => at(data, (k + i) * columns + k))
    const beta = reflector(v)
    if (beta !== 0) reflect(a, k, k, v, beta)
    return { v, beta }
  })
  const q: Matrix = { rows, columns: kept, data: new Float64Array(rows * kept) }
  for (let k = 0; k < kept; k++) q.data[k * kept + k] = 1
  for (let k = count - 1; k >= 0; k--) {
    const { v, beta } = reflections[k] ?? { v: new Float64Array(0), beta: 0 }
    if (beta !== 0) reflect(q, k, k, v, beta)
  }
  const r = new Float64Array(kept * columns)
  for (let i = 0; i < count; i++)
    for (let j = i; j < columns; j++) r[i * columns + j] = at(data, i * columns + j)
  for (let i = 0; i < count; i++)
    if (at(r, i * columns + i) < 0) {
      scaleRow(r, i * columns, -1, columns)
      for (let k = 0; k < rows; k++) q.data[k * kept + i] = -at(q.data, k * kept + i)
    }
  return { q, r }
}

export interface Tridiagonal {
  readonly diagonal: Doubles
  /** Beside the diagonal, n - 1 numbers. */
  readonly beside: Doubles
  /** The rows of Qᵀ, where A = Q T Qᵀ. */
  readonly basis: Doubles
}
/** A symmetric matrix, written over. */
export function tridiagonal(a: Doubles, n: number): Tridiagonal {
  const reflections: { readonly v: Doubles; readonly beta: number }[] = []
  for (let k = 0; k < n - 2; k++) {
    const size = n - k - 1
    const row = (i: number): number => (k + 1 + i) * n + k + 1
    const v = a.slice(k * n + k + 1, (k + 1) * n)
    const beta = reflector(v)
    reflections.push({ v, beta })
    if (beta === 0) continue
    const first = at(a, k * n + k + 1)
    const length = Math.hypot(...(size < 1000 ? a.subarray(k * n + k + 1, (k + 1) * n) : [0]))
    a[k * n + k + 1] = first < 0 ? length : -length
    // H A H = A - v wᵀ - w vᵀ with w = p - (beta pᵀv / 2) v, p = beta A v.
    const w = Float64Array.from({ length: size }, (_, i) => beta * dotRows(a, row(i), v, 0, size))
    addRow(w, 0, (-beta / 2) * dotRows(w, 0, v, 0, size), v, 0, size)
    for (let i = 0; i < size; i++) {
      addRow(a, row(i), -at(v, i), w, 0, size)
      addRow(a, row(i), -at(w, i), v, 0, size)
    }
  }
  // Q is H0 H1 …, so its rows transposed are the reflections applied to the identity, the last one first.
  const q: Matrix = { rows: n, columns: n, data: identity(n) }
  for (let k = n - 3; k >= 0; k--) {
    const { v, beta } = reflections[k] ?? { v: new Float64Array(0), beta: 0 }
    if (beta !== 0) reflect(q, k + 1, k + 1, v, beta)
  }
  const basis = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) basis[j * n + i] = at(q.data, i * n + j)
  return {
    diagonal: Float64Array.from({ length: n }, (_, k) => at(a, k * n + k)),
    beside: Float64Array.from({ length: Math.max(0, n - 1) }, (_, k) => at(a, k * n + k + 1)),
    basis,
  }
}
