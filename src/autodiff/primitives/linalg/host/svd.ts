/**
 * Singular values by one-sided Jacobi rotations, which find small ones to all digits (Demmel and Veselić 1992); the
 * eigenvectors of AᵀA come first, so that few rotations are left.
 */
import { eigenOf } from "./eigh.ts"
import {
  addRow,
  at,
  type Doubles,
  dotRows,
  fixSign,
  flipped,
  isFinite,
  type Matrix,
  product,
  rotateRows,
  scaleRow,
} from "./rows.ts"

export interface Singular {
  /** Falling. */
  readonly values: Doubles
  /** Rows that belong to them, and behind them what makes a basis of the space. */
  readonly left: Doubles
  readonly right: Doubles
}
/** `complete`: both bases whole, else only the rows that have a value. NaN everywhere where the matrix is not finite. */
export function singularOf(a: Matrix, complete: boolean): Singular {
  if (a.rows < a.columns) {
    const { values, left, right } = singularOf(flipped(a), complete)
    // The sign is fixed by the left vectors, whichever way round the matrix was.
    return settled({ values, left: right, right: left }, a.rows, a.columns)
  }
  const { rows, columns } = a
  const [leftRows, n] = [complete ? rows : columns, columns]
  if (!isFinite(a.data))
    return {
      values: new Float64Array(n).fill(Number.NaN),
      left: new Float64Array(leftRows * rows).fill(Number.NaN),
      right: new Float64Array(n * n).fill(Number.NaN),
    }
  let largest = 0
  for (const x of a.data) largest = Math.max(largest, Math.abs(x))
  // So that no square overflows.
  scaleRow(a.data, 0, largest === 0 ? 1 : 1 / largest, a.data.length)
  const across = flipped(a)
  const right = eigenOf(product(across, a).data, n).rows
  // The rows of b are the columns of A V.
  const b = product({ rows: n, columns: n, data: right }, across).data
  orthogonalise(b, right, n, rows)
  const lengths = Float64Array.from({ length: n }, (_, k) => Math.sqrt(dotRows(b, k * rows, b, k * rows, rows)))
  const order = Array.from(lengths.keys()).sort((i, j) => at(lengths, j) - at(lengths, i))
  const out = { left: new Float64Array(leftRows * rows), right: new Float64Array(n * n) }
  let rank = 0
  order.forEach((from, k) => {
    out.right.set(right.subarray(from * n, (from + 1) * n), k * n)
    // Below this a square is no longer a number of full precision, and the row no direction.
    if (at(lengths, from) < 1e-150) return
    out.left.set(b.subarray(from * rows, (from + 1) * rows), k * rows)
    scaleRow(out.left, k * rows, 1 / at(lengths, from), rows)
    rank++
  })
  completeBasis(out.left, rank, leftRows, rows)
  return settled({ values: Float64Array.from(order, (k) => at(lengths, k) * largest), ...out }, rows, columns)
}
function settled({ values, left, right }: Singular, rows: number, columns: number): Singular {
  for (let k = 0; k * rows < left.length; k++)
    if (fixSign(left, k * rows, rows) && k < values.length) scaleRow(right, k * columns, -1, columns)
  for (let k = values.length; k * columns < right.length; k++) fixSign(right, k * columns, columns)
  return { values, left, right }
}

/** Rotates pairs of rows of b, and of v with them, until all are at right angles. */
function orthogonalise(b: Doubles, v: Doubles, n: number, width: number): void {
  const square = (i: number): number => dotRows(b, i * width, b, i * width, width)
  const tolerance = Number.EPSILON * Math.sqrt(width)
  // It converges quadratically, after the eigenvectors in two or three rounds.
  for (let round = 0, moved = true; moved && round < 40; round++) {
    moved = false
    const squares = Float64Array.from({ length: n }, (_, i) => square(i))
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        const [p, q] = [at(squares, i), at(squares, j)]
        const inner = dotRows(b, i * width, b, j * width, width)
        if (inner === 0 || Math.abs(inner) <= tolerance * Math.sqrt(p) * Math.sqrt(q)) continue
        moved = true
        const zeta = (q - p) / (2 * inner)
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta))
        const c = 1 / Math.hypot(1, t)
        rotateRows(b, i * width, j * width, width, c, c * t)
        rotateRows(v, i * n, j * n, n, c, c * t)
        squares[i] = square(i)
        squares[j] = square(j)
      }
  }
}

/** Fills rows from `have` on with what is at right angles to all rows before. */
function completeBasis(x: Doubles, have: number, rows: number, width: number): void {
  // How much of each axis lies in the rows so far.
  const inside = new Float64Array(width)
  const count = (i: number): void => {
    for (let k = 0; k < width; k++) inside[k] = at(inside, k) + at(x, i * width + k) ** 2
  }
  for (let i = 0; i < have; i++) count(i)
  for (let i = have; i < rows; i++) {
    let axis = 0
    for (let k = 1; k < width; k++) if (at(inside, k) < at(inside, axis) - 1e-9) axis = k
    x[i * width + axis] = 1
    // Twice is enough (Kahan, in Parlett, The Symmetric Eigenvalue Problem, 6.9).
    for (let again = 0; again < 2; again++)
      for (let j = 0; j < i; j++) addRow(x, i * width, -dotRows(x, i * width, x, j * width, width), x, j * width, width)
    scaleRow(x, i * width, 1 / Math.sqrt(dotRows(x, i * width, x, i * width, width)), width)
    count(i)
  }
}
