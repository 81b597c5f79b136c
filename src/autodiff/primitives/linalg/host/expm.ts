/** exp of a matrix: the [13/13] Padé approximant, scaled and squared; Higham, SIAM J. Matrix Anal. Appl. 26 (2005), algorithm 2.3. */
import { solveWith } from "./lu.ts"
import { addRow, at, type Doubles, isFinite, type Matrix, product, scaleRow } from "./rows.ts"

/** Of the approximant's numerator, lowest power first: (26 - k)! / (k! (13 - k)!), over the last of them. */
const coefficients = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
]
/** Norms up to this need no scaling in doubles (table 2.3). */
const theta = 5.371920351148152

export function exponential(a: Matrix): Doubles {
  const { rows: n, data } = a
  if (!isFinite(data)) return data.fill(Number.NaN)
  const squarings = Math.max(0, Math.ceil(Math.log2(oneNorm(a) / theta)))
  scaleRow(data, 0, 2 ** -squarings, data.length)
  const a2 = product(a, a)
  const a4 = product(a2, a2)
  const a6 = product(a4, a2)
  const sum = (constant: number, terms: readonly (readonly [factor: number, power: Matrix])[]): Matrix => {
    const out = new Float64Array(n * n)
    for (let k = 0; k < n; k++) out[k * n + k] = constant
    for (const [factor, power] of terms) addRow(out, 0, factor, power.data, 0, n * n)
    return { rows: n, columns: n, data: out }
  }
  const half = (from: number): Matrix => {
    const c = (k: number): number => coefficients[from + 2 * k] ?? 0
    const high = product(
      a6,
      sum(0, [
        [c(4), a2],
        [c(5), a4],
        [c(6), a6],
      ]),
    )
    return sum(c(0), [
      [c(1), a2],
      [c(2), a4],
      [c(3), a6],
      [1, high],
    ])
  }
  // exp(A) is close to (V - U)⁻¹ (V + U), U the odd powers and V the even ones.
  const [odd, even] = [product(a, half(1)), half(0)]
  const above = sum(0, [
    [1, even],
    [1, odd],
  ])
  const below = sum(0, [
    [1, even],
    [-1, odd],
  ])
  let out: Matrix = { rows: n, columns: n, data: solveWith(below, above, false) }
  for (let k = 0; k < squarings; k++) out = product(out, out)
  return out.data
}
/** The largest sum of a column. */
function oneNorm({ rows, columns, data }: Matrix): number {
  const sums = new Float64Array(columns)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) sums[j] = at(sums, j) + Math.abs(at(data, i * columns + j))
  return sums.reduce((a, b) => Math.max(a, b), 0)
}
