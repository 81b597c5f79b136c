/** Reflections I - 2 v vᵀ / vᵀv: QR factors, and a symmetric matrix made tridiagonal. Golub and Van Loan, 5.2.1 and 8.3.1. */
import { addRow, at, type Doubles, dotRows, flipped, identity, type Matrix, scaleRow } from "./rows.ts"

interface Reflection {
  readonly v: Doubles
  /** 2 / vᵀv, or 0 where nothing is to be done. */
  readonly beta: number
  /** What the first number of x becomes, where all others become 0. */
  readonly first: number
}
const none: Reflection = { v: new Float64Array(0), beta: 0, first: 0 }
/** The reflection that maps x to a multiple of the first axis; writes over x. */
function reflection(x: Doubles): Reflection {
  let largest = 0
  for (const value of x) largest = Math.max(largest, Math.abs(value))
  if (largest === 0 || x.length < 2) return { v: x, beta: 0, first: at(x, 0) }
  // So that no square overflows.
  scaleRow(x, 0, 1 / largest, x.length)
  const [first, tail] = [at(x, 0), dotRows(x, 1, x, 1, x.length - 1)]
  if (tail === 0) return { v: x, beta: 0, first: first * largest }
  const length = Math.sqrt(first * first + tail)
  // The sign that adds: the other one would cancel.
  x[0] = first < 0 ? first - length : first + length
  return { v: x, beta: 2 / (at(x, 0) ** 2 + tail), first: (first < 0 ? length : -length) * largest }
}
/** Rows from `start` on, columns from `from` on, of x become (I - beta v vᵀ) x. */
function reflect(x: Matrix, start: number, from: number, { v, beta }: Reflection): void {
  if (beta === 0) return
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
    const made = reflection(Float64Array.from({ length: rows - k }, (_, i) => at(data, (k + i) * columns + k)))
    reflect(a, k, k, made)
    return made
  })
  const q: Matrix = { rows, columns: kept, data: new Float64Array(rows * kept) }
  for (let k = 0; k < kept; k++) q.data[k * kept + k] = 1
  for (let k = count - 1; k >= 0; k--) reflect(q, k, k, reflections[k] ?? none)
  const r = new Float64Array(kept * columns)
  for (let i = 0; i < count; i++) for (let j = i; j < columns; j++) r[i * columns + j] = at(data, i * columns + j)
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
  const reflections: Reflection[] = []
  const beside = new Float64Array(Math.max(0, n - 1))
  for (let k = 0; k < n - 1; k++) {
    const size = n - k - 1
    const row = (i: number): number => (k + 1 + i) * n + k + 1
    const made = reflection(a.slice(k * n + k + 1, (k + 1) * n))
    const { v, beta, first } = made
    reflections.push(made)
    beside[k] = first
    if (beta === 0) continue
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
  for (let k = n - 3; k >= 0; k--) reflect(q, k + 1, k + 1, reflections[k] ?? none)
  return {
    diagonal: Float64Array.from({ length: n }, (_, k) => at(a, k * n + k)),
    beside,
    basis: flipped(q).data,
  }
}
