/**
 * What all factorizations are made of: operations on whole rows of matrices in doubles, row-major, so that every inner loop
 * runs over neighbours.
 */

export type Doubles = Float64Array

/** One matrix; host code may write over it. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Doubles
}
export const at = (x: Doubles, k: number): number => x[k] ?? 0

/** y += factor x, for `count` numbers of each. */
export function addRow(y: Doubles, to: number, factor: number, x: Doubles, from: number, count: number): void {
  for (let k = 0; k < count; k++) y[to + k] = (y[to + k] ?? 0) + factor * (x[from + k] ?? 0)
}
export function scaleRow(y: Doubles, from: number, factor: number, count: number): void {
  for (let k = from; k < from + count; k++) y[k] = (y[k] ?? 0) * factor
}
export function dotRows(x: Doubles, i: number, y: Doubles, j: number, count: number): number {
  let sum = 0
  for (let k = 0; k < count; k++) sum += (x[i + k] ?? 0) * (y[j + k] ?? 0)
  return sum
}
export function swapRows(x: Doubles, i: number, j: number, count: number): void {
  if (i === j) return
  for (let k = 0; k < count; k++) {
    const held = x[i + k] ?? 0
    x[i + k] = x[j + k] ?? 0
    x[j + k] = held
  }
}
/** Rows i and j become c i - s j and s i + c j. */
export function rotateRows(x: Doubles, i: number, j: number, count: number, c: number, s: number): void {
  for (let k = 0; k < count; k++) {
    const [p, q] = [x[i + k] ?? 0, x[j + k] ?? 0]
    x[i + k] = c * p - s * q
    x[j + k] = s * p + c * q
  }
}
export function identity(n: number): Doubles {
  const out = new Float64Array(n * n)
  for (let k = 0; k < n; k++) out[k * n + k] = 1
  return out
}
export function flipped({ rows, columns, data }: Matrix): Matrix {
  const out = new Float64Array(data.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = at(data, i * columns + j)
  return { rows: columns, columns: rows, data: out }
}
export function product(a: Matrix, b: Matrix): Matrix {
  const out = new Float64Array(a.rows * b.columns)
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.columns; k++)
      addRow(out, i * b.columns, at(a.data, i * a.columns + k), b.data, k * b.columns, b.columns)
  return { rows: a.rows, columns: b.columns, data: out }
}
/** (a + its transpose) / 2, written over a. */
export function symmetrise(a: Doubles, n: number): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const mean = (at(a, i * n + j) + at(a, j * n + i)) / 2
      a[i * n + j] = mean
      a[j * n + i] = mean
    }
}
export const isFinite = (x: Doubles): boolean => x.every(Number.isFinite)

/**
 * Eigenvectors and singular vectors are free in their sign; here the first component that is at least half as large as the
 * largest is positive, which holds still where two components are equally large. Tells whether the row was turned.
 */
export function fixSign(x: Doubles, from: number, count: number): boolean {
  let largest = 0
  for (let k = 0; k < count; k++) largest = Math.max(largest, Math.abs(at(x, from + k)))
  for (let k = 0; k < count; k++) {
    const value = at(x, from + k)
    if (Math.abs(value) < largest / 2) continue
    if (value < 0) scaleRow(x, from, -1, count)
    return value < 0
  }
  return false
}
