/** Eigenvalues and eigenvectors of a symmetric matrix: tridiagonal form, then implicit QR steps. */
import { tridiagonal } from "./householder.ts"
import { at, type Doubles, fixSign, isFinite, rotateRows, symmetrise } from "./rows.ts"

export interface Eigen {
  /** Rising. */
  readonly values: Doubles
  /** Row k belongs to values[k]. */
  readonly rows: Doubles
}
/** Writes over the matrix, of which the mean with its transpose is taken. NaN everywhere where it is not finite. */
export function eigenOf(a: Doubles, n: number): Eigen {
  if (!isFinite(a)) return { values: new Float64Array(n).fill(Number.NaN), rows: a.fill(Number.NaN) }
  symmetrise(a, n)
  const { diagonal, beside, basis } = tridiagonal(a, n)
  diagonalise(diagonal, beside, basis)
  const order = Array.from(diagonal.keys()).sort((i, j) => at(diagonal, i) - at(diagonal, j))
  const rows = new Float64Array(n * n)
  order.forEach((from, k) => {
    rows.set(basis.subarray(from * n, (from + 1) * n), k * n)
    fixSign(rows, k * n, n)
  })
  return { values: Float64Array.from(order, (from) => at(diagonal, from)), rows }
}

/**
 * Implicit symmetric QR steps with Wilkinson's shift until nothing is left beside the diagonal; Golub and Van Loan,
 * algorithms 8.3.2 and 8.3.3. The rows of `basis` take part in every rotation.
 */
function diagonalise(d: Doubles, e: Doubles, basis: Doubles): void {
  const n = d.length
  const negligible = (k: number): boolean => {
    const around = Math.abs(at(d, k)) + Math.abs(at(d, k + 1))
    return Math.abs(at(e, k)) <= Number.EPSILON * around || Math.abs(at(e, k)) < Number.MIN_VALUE / Number.EPSILON
  }
  // Two steps for each value are usual; no matrix is known that needs thirty.
  let [end, left] = [n - 1, 30 * n]
  while (end > 0) {
    if (negligible(end - 1)) {
      e[end - 1] = 0
      end--
      continue
    }
    if (left-- === 0) {
      d.fill(Number.NaN)
      return
    }
    let start = end - 1
    while (start > 0 && !negligible(start - 1)) start--
    step(d, e, basis, start, end)
  }
}
function step(d: Doubles, e: Doubles, basis: Doubles, start: number, end: number): void {
  const n = d.length
  const half = (at(d, end - 1) - at(d, end)) / 2
  const last = at(e, end - 1)
  const away = half + (half < 0 ? -1 : 1) * Math.hypot(half, last)
  const shift = at(d, end) - (last / away) * last
  let [x, z] = [at(d, start) - shift, at(e, start)]
  for (let k = start; k < end; k++) {
    // The rotation that makes (x, z) into (r, 0).
    const r = Math.hypot(x, z)
    const [c, s] = r === 0 ? [1, 0] : [x / r, -z / r]
    if (k > start) e[k - 1] = r
    const [p, q, b] = [at(d, k), at(d, k + 1), at(e, k)]
    d[k] = c * c * p - 2 * c * s * b + s * s * q
    d[k + 1] = s * s * p + 2 * c * s * b + c * c * q
    e[k] = c * s * (p - q) + (c * c - s * s) * b
    if (k < end - 1) {
      x = at(e, k)
      z = -s * at(e, k + 1)
      e[k + 1] = c * at(e, k + 1)
    }
    rotateRows(basis, k * n, (k + 1) * n, n, c, s)
  }
}
