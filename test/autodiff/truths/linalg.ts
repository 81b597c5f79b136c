/** Linear algebra by the textbook's definitions: minors, Gram-Schmidt, Jacobi's rotations, power series. */
import type { PrimitiveName } from "../../../src/autodiff/primitives/registry.ts"
import { indices, type Plain, read, type Truth } from "./plain.ts"

type Rows = readonly (readonly number[])[]
const range = (n: number): readonly number[] => Array.from({ length: n }, (_, k) => k)
const cell = (a: Rows, i: number, j: number): number => a[i]?.[j] ?? 0
const build = (m: number, n: number, f: (i: number, j: number) => number): Rows =>
  range(m).map((i) => range(n).map((j) => f(i, j)))
const width = (a: Rows): number => a[0]?.length ?? 0
const flip = (a: Rows, columns = width(a)): Rows => build(columns, a.length, (i, j) => cell(a, j, i))
const times = (a: Rows, b: Rows): Rows =>
  build(a.length, width(b), (i, j) => b.reduce((sum, _, k) => sum + cell(a, i, k) * cell(b, k, j), 0))
const plus = (a: Rows, b: Rows): Rows => build(a.length, width(a), (i, j) => cell(a, i, j) + cell(b, i, j))
const scaled = (a: Rows, f: number): Rows => a.map((row) => row.map((x) => x * f))
const one = (n: number): Rows => build(n, n, (i, j) => Number(i === j))

const minor = (a: Rows, i: number, j: number): Rows =>
  a.flatMap((row, r) => (r === i ? [] : [row.filter((_, c) => c !== j)]))
const det = (a: Rows): number =>
  a.length === 0 ? 1 : range(a.length).reduce((sum, j) => sum + (-1) ** j * cell(a, 0, j) * det(minor(a, 0, j)), 0)
const cofactor = (a: Rows): Rows => build(a.length, a.length, (i, j) => (-1) ** (i + j) * det(minor(a, i, j)))
const inverse = (a: Rows): Rows => scaled(flip(cofactor(a)), 1 / det(a))

/** The first component at least half as large as the largest is positive. */
function sign(v: readonly number[]): number {
  const largest = Math.max(...v.map(Math.abs))
  return (v.find((x) => Math.abs(x) >= largest / 2) ?? 1) < 0 ? -1 : 1
}
/** Rising values, and vectors as rows. */
function eigen(of: Rows): { readonly values: readonly number[]; readonly vectors: Rows } {
  const n = of.length
  let a = scaled(plus(of, flip(of)), 0.5)
  let v = one(n)
  for (let round = 0; round < 40; round++)
    for (const [p = 0, q = 0] of indices([n, n]).filter(([i = 0, j = 0]) => i < j)) {
      const angle = Math.atan2(2 * cell(a, p, q), cell(a, q, q) - cell(a, p, p)) / 2
      const turn = build(n, n, (i, j) =>
        i === j && (i === p || i === q)
          ? Math.cos(angle)
          : i === p && j === q
            ? Math.sin(angle)
            : i === q && j === p
              ? -Math.sin(angle)
              : Number(i === j),
      )
      a = times(flip(turn), times(a, turn))
      v = times(v, turn)
    }
  const order = range(n).toSorted((i, j) => cell(a, i, i) - cell(a, j, j))
  const columns = flip(v)
  return {
    values: order.map((k) => cell(a, k, k)),
    vectors: order.map((k) => {
      const own = columns[k] ?? []
      return own.map((x) => x * sign(own))
    }),
  }
}
function svd(a: Rows, n: number): readonly [u: Rows, s: Rows, v: Rows] {
  const m = a.length
  if (m < n) {
    const [v, s, u] = svd(flip(a, n), m)
    const turns = flip(u).map(sign)
    return [
      u.map((row) => row.map((x, k) => x * (turns[k] ?? 1))),
      s,
      v.map((row) => row.map((x, k) => x * (turns[k] ?? 1))),
    ]
  }
  const { values, vectors } = eigen(times(flip(a, n), a))
  const s = values.toReversed().map(Math.sqrt)
  const v = flip(vectors.toReversed())
  const u = times(a, v).map((row) => row.map((x, k) => x / (s[k] ?? 1)))
  const turns = flip(u, n).map(sign)
  return [
    u.map((row) => row.map((x, k) => x * (turns[k] ?? 1))),
    [s],
    v.map((row) => row.map((x, k) => x * (turns[k] ?? 1))),
  ]
}
function cholesky(of: Rows): Rows {
  const n = of.length
  let rest = scaled(plus(of, flip(of)), 0.5)
  // One column after the other, each taken off the matrix.
  const columns = range(n).map((k) => {
    const pivot = Math.sqrt(cell(rest, k, k))
    const column = range(n).map((i) => (i < k ? 0 : cell(rest, i, k) / pivot))
    rest = plus(
      rest,
      build(n, n, (i, j) => -(column[i] ?? 0) * (column[j] ?? 0)),
    )
    return column
  })
  return flip(columns, n)
}
function lu(a: Rows): readonly [packed: Rows, order: Rows] {
  let rows = a.map((row, from) => ({ row, from }))
  range(Math.min(a.length, width(a))).forEach((k) => {
    const sizes = rows.map(({ row }, i) => (i < k ? -1 : Math.abs(row[k] ?? 0)))
    const pivot = sizes.indexOf(Math.max(...sizes))
    const swapped = rows.map((r, i) => rows[i === k ? pivot : i === pivot ? k : i] ?? r)
    const top = swapped[k]?.row ?? []
    rows = swapped.map((r, i) => {
      const f = (r.row[k] ?? 0) / (top[k] ?? 1)
      return i <= k ? r : { ...r, row: r.row.map((x, j) => (j < k ? x : j === k ? f : x - f * (top[j] ?? 0))) }
    })
  })
  return [rows.map((r) => r.row), [rows.map((r) => r.from)]]
}
function qr(a: Rows, n: number): readonly [q: Rows, r: Rows] {
  const q: (readonly number[])[] = []
  for (const column of flip(a, n)) {
    const rest = q.reduce((v, w) => {
      const along = v.reduce((sum, x, k) => sum + x * (w[k] ?? 0), 0)
      return v.map((x, k) => x - along * (w[k] ?? 0))
    }, column)
    q.push(rest.map((x) => x / Math.hypot(...rest)))
  }
  return [flip(q, a.length), q.length === 0 ? [] : times(q, a)]
}
function pinv(a: Rows, n: number): Rows {
  const at = flip(a, n)
  return a.length < n ? (a.length === 0 ? at : times(at, inverse(times(a, at)))) : times(inverse(times(at, a)), at)
}
/** Σ A^k / k!, and the slope of that in a direction. */
function series(a: Rows, e: Rows): readonly [value: Rows, slope: Rows] {
  let [term, slope] = [one(a.length), scaled(a, 0)]
  let [total, total2] = [term, slope]
  for (let k = 1; k < 90; k++) {
    slope = scaled(plus(times(slope, a), times(term, e)), 1 / k)
    term = scaled(times(term, a), 1 / k)
    total = plus(total, term)
    total2 = plus(total2, slope)
  }
  return [total, total2]
}

type Of = (
  operands: readonly Rows[],
  sizes: readonly (readonly number[])[],
  params: Parameters<Truth>[1],
) => readonly Rows[]
/** Matrix by matrix; `shapes` of the results behind the batch. */
const perMatrix =
  (f: Of, shapes: (...sizes: readonly (readonly number[])[]) => readonly (readonly number[])[]): Truth =>
  (operands, params) => {
    const batch = operands[0]?.shape.slice(0, -2) ?? []
    const sizes = operands.map((x) => x.shape.slice(-2))
    const made = indices(batch).map((b) =>
      f(
        operands.map((x, k) => build(sizes[k]?.[0] ?? 0, sizes[k]?.[1] ?? 0, (i, j) => read(x, [...b, i, j]))),
        sizes,
        params,
      ),
    )
    return shapes(...sizes).map(
      (shape, r): Plain => ({
        shape: [...batch, ...shape],
        data: made.flatMap((results) => (results[r] ?? []).flat()),
      }),
    )
  }
const same = ([size = []]: readonly (readonly number[])[] = []): readonly (readonly number[])[] => [size]
const first = (...sizes: readonly (readonly number[])[]): readonly (readonly number[])[] => same(sizes)
const second = (...sizes: readonly (readonly number[])[]): readonly (readonly number[])[] => same(sizes.slice(1))

type Names =
  | "cholesky"
  | "cofactor"
  | "det"
  | "eigh"
  | "expm"
  | "expmSlope"
  | "lu"
  | "pinv"
  | "qr"
  | "slogdet"
  | "solve"
  | "svd"
  | "triangle"
  | "triangularSolve"
export const linalg: Readonly<Record<Extract<PrimitiveName, Names>, Truth>> = {
  cholesky: perMatrix(([a = []]) => [cholesky(a)], first),
  cofactor: perMatrix(([a = []]) => [cofactor(a)], first),
  det: perMatrix(
    ([a = []]) => [[[det(a)]]],
    () => [[]],
  ),
  eigh: perMatrix(
    ([a = []]) => {
      const { values, vectors } = eigen(a)
      return [[values], flip(vectors)]
    },
    ([n = 0] = []) => [[n], [n, n]],
  ),
  expm: perMatrix(([a = []]) => [series(a, a)[0]], first),
  expmSlope: perMatrix(([a = [], e = []]) => [series(a, e)[1]], first),
  lu: perMatrix(
    ([a = []]) => lu(a),
    ([m = 0, n = 0] = []) => [[m, n], [m]],
  ),
  pinv: perMatrix(
    ([a = []], [size = []]) => [pinv(a, size[1] ?? 0)],
    ([m = 0, n = 0] = []) => [[n, m]],
  ),
  qr: perMatrix(
    ([a = []], [size = []]) => qr(a, size[1] ?? 0),
    ([m = 0, n = 0] = []) => [
      [m, Math.min(m, n)],
      [Math.min(m, n), n],
    ],
  ),
  slogdet: perMatrix(
    ([a = []]) => [[[Math.sign(det(a))]], [[Math.log(Math.abs(det(a)))]]],
    () => [[], []],
  ),
  solve: perMatrix(
    ([a = [], b = []], _, { transpose }) => [times(inverse(transpose === true ? flip(a) : a), b)],
    second,
  ),
  svd: perMatrix(
    ([a = []], [size = []]) => svd(a, size[1] ?? 0),
    ([m = 0, n = 0] = []) => [[m, Math.min(m, n)], [Math.min(m, n)], [n, Math.min(m, n)]],
  ),
  triangle: perMatrix(
    ([a = []], [size = []], { side, offset }) => [
      build(size[0] ?? 0, size[1] ?? 0, (i, j) =>
        (side === "lower" ? j - i <= Number(offset) : j - i >= Number(offset)) ? cell(a, i, j) : 0,
      ),
    ],
    first,
  ),
  triangularSolve: perMatrix(([a = [], b = []], _, { lower, transpose, unitDiagonal }) => {
    const t = build(a.length, a.length, (i, j) =>
      i === j ? (unitDiagonal === true ? 1 : cell(a, i, i)) : (lower === true ? j < i : j > i) ? cell(a, i, j) : 0,
    )
    return [times(inverse(transpose === true ? flip(t) : t), b)]
  }, second),
}
