/** Linear algebra over the last two axes, and products of tensors. */
import {
  add,
  arange,
  cholesky,
  choSolve,
  cross,
  det,
  eigh,
  eigvalsh,
  expm,
  eye,
  type F32,
  flip,
  inner,
  inv,
  kron,
  lstsq,
  lu,
  matmul,
  matrixPower,
  matrixRank,
  mul,
  norm,
  pad,
  pinv,
  qr,
  slogdet,
  solve,
  square,
  svd,
  swapAxes,
  tensordot,
  triangularSolve,
  vdot,
  zeros,
} from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase, type Plain } from "../case.ts"

const small = values.between(-1, 1)
/** Far from singular: x with 4 on its diagonal; and in the other order of rows, so that pivots move. */
const regular = (x: F32<[3, 3]>): F32<[3, 3]> => add(x, mul(eye(3), 4))
const turned = (x: F32<[3, 3]>): F32<[3, 3]> => add(x, mul(flip(eye(3), { axis: 0 }), 4))
const definite = (x: F32<[3, 3]>): F32<[3, 3]> => add(matmul(x, swapAxes(x, 0, 1)), mul(eye(3), 2))
/** Eigenvalues and singular values that keep apart. */
const spread = (x: F32<[3, 3]>): F32<[3, 3]> => add(x, mul(eye(3), add(mul(arange(3), 5), 2)))
const diagonal = (): F32<[2, 2]> => mul(eye(2), add(mul(arange(2), 3), 3))
const tall = (x: F32<[4, 2]>): F32<[4, 2]> =>
  add(
    x,
    pad(diagonal(), [
      [0, 2],
      [0, 0],
    ]),
  )
const wide = (x: F32<[2, 4]>): F32<[2, 4]> =>
  add(
    x,
    pad(diagonal(), [
      [0, 0],
      [0, 2],
    ]),
  )
const eyes = "torch.eye(3, dtype=a.dtype)"
const regularTorch = `(a + 4 * ${eyes})`
const definiteTorch = `(a @ a.mT + 2 * ${eyes})`
const spreadTorch = "(a + torch.diag(torch.tensor([2, 7, 12], dtype=a.dtype)))"
const symmetricTorch = `((lambda m: (m + m.mT) / 2)(${spreadTorch}))`
const tallTorch = "(a + torch.tensor([[3, 0], [0, 6], [0, 0], [0, 0]], dtype=a.dtype))"

const at = (x: Plain, ...i: readonly number[]): number =>
  x.data[i.reduce((o, k, d) => o * (x.shape[d] ?? 1) + k, 0)] ?? 0
const det3 = (m: (i: number, j: number) => number): number =>
  m(0, 0) * (m(1, 1) * m(2, 2) - m(1, 2) * m(2, 1)) -
  m(0, 1) * (m(1, 0) * m(2, 2) - m(1, 2) * m(2, 0)) +
  m(0, 2) * (m(1, 0) * m(2, 1) - m(1, 1) * m(2, 0))
const withDiagonal =
  (x: Plain) =>
  (i: number, j: number): number =>
    at(x, i, j) + (i === j ? 4 : 0)
const sumOf = (n: number, f: (k: number) => number): number =>
  Array.from({ length: n }, (_, k) => f(k)).reduce((a, b) => a + b, 0)

export const linalg: readonly FunctionCase[] = [
  functionCase({
    name: "cholesky",
    args: [floats([3, 3])],
    of: (x) => cholesky(definite(x)),
    torch: `torch.linalg.cholesky(${definiteTorch})`,
  }),
  functionCase({
    name: "cholesky",
    note: "upper, of a matrix that is not symmetric",
    args: [floats([3, 3], small)],
    of: (x) => cholesky(regular(x), { upper: true }),
    torch: `torch.linalg.cholesky((${regularTorch} + ${regularTorch}.mT) / 2).mT`,
  }),
  functionCase({
    name: "choSolve",
    args: [floats([3, 3]), floats([3, 2])],
    of: (x, b) => choSolve(cholesky(definite(x)), b),
    torch: `torch.cholesky_solve(b, torch.linalg.cholesky(${definiteTorch}))`,
  }),
  functionCase({
    name: "triangularSolve",
    args: [floats([3, 3], small), floats([3])],
    of: (x, b) => triangularSolve(regular(x), b),
    torch: `torch.linalg.solve_triangular(torch.triu(${regularTorch}), b[:, None], upper=True)[:, 0]`,
  }),
  functionCase({
    name: "triangularSolve",
    note: "lower, transpose, unitDiagonal; a batch of right-hand sides",
    args: [floats([3, 3], small), floats([2, 3, 2])],
    of: (x, b) => triangularSolve(x, b, { lower: true, transpose: true, unitDiagonal: true }),
    torch: `torch.linalg.solve_triangular(torch.tril(a, -1).mT + ${eyes}, b, upper=True)`,
  }),
  functionCase({
    name: "lu",
    args: [floats([3, 3], small)],
    of: (x) => lu(turned(x)),
    torch: `(lambda m: (lambda p, l, u: (torch.argmax(p, 0).to(torch.int32), l, u))(*torch.linalg.lu(m)))(a + 4 * ${eyes}[[2, 1, 0]])`,
  }),
  functionCase({
    name: "lu",
    note: "wide",
    args: [floats([2, 4], small)],
    of: (x) => lu(add(x, flip(wide(zeros([2, 4])), { axis: 0 }))),
  }),
  functionCase({ name: "lu", note: "tall", args: [floats([4, 2], small)], of: (x) => lu(tall(x)) }),
  functionCase({
    name: "solve",
    args: [floats([3, 3], small), floats([3])],
    of: (x, b) => solve(turned(x), b),
    torch: `torch.linalg.solve(a + 4 * ${eyes}[[2, 1, 0]], b)`,
  }),
  functionCase({
    name: "solve",
    note: "batches that broadcast",
    args: [floats([2, 1, 3, 3], small), floats([2, 3, 2])],
    of: (x, b) => solve(add(x, mul(eye(3), 4)), b),
    torch: `torch.linalg.solve(${regularTorch}, b)`,
  }),
  functionCase({
    name: "inv",
    args: [floats([3, 3], small)],
    of: (x) => inv(regular(x)),
    exact: (x) => {
      const m = withDiagonal(x)
      const cofactor = (i: number, j: number): number => {
        const [a, b, c, d] = [(i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3]
        return m(a, c) * m(b, d) - m(a, d) * m(b, c)
      }
      return [[0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => cofactor(j, i) / det3(m)))]
    },
    torch: `torch.linalg.inv(${regularTorch})`,
  }),
  functionCase({
    name: "det",
    args: [floats([3, 3])],
    of: (x) => det(x),
    exact: (x) => [[det3((i, j) => at(x, i, j))]],
    torch: "torch.linalg.det(a)",
  }),
  functionCase({
    name: "slogdet",
    args: [floats([3, 3], small)],
    of: (x) => slogdet(turned(x)),
    torch: `tuple(torch.linalg.slogdet(a + 4 * ${eyes}[[2, 1, 0]]))`,
  }),
  functionCase({
    name: "matrixPower",
    args: [floats([3, 3], small)],
    of: (x) => matrixPower(x, 5),
    torch: "torch.linalg.matrix_power(a, 5)",
  }),
  functionCase({
    name: "matrixPower",
    note: "of the inverse",
    args: [floats([3, 3], small)],
    of: (x) => matrixPower(regular(x), -2),
    torch: `torch.linalg.matrix_power(${regularTorch}, -2)`,
  }),
  functionCase({ name: "expm", args: [floats([3, 3])], of: (x) => expm(x), torch: "torch.linalg.matrix_exp(a)" }),
  functionCase({
    name: "qr",
    args: [floats([4, 2], small)],
    of: (x) => qr(tall(x)),
    torch: `(lambda q, r: (lambda s: (q * s, s[:, None] * r))(torch.sign(torch.diagonal(r)).detach()))(*torch.linalg.qr(${tallTorch}))`,
  }),
  functionCase({
    name: "qr",
    note: "wide, complete",
    args: [floats([2, 4], small)],
    of: (x) => qr(wide(x), { mode: "complete" }),
  }),
  functionCase({
    name: "eigh",
    args: [floats([3, 3], small)],
    of: (x) => eigh(spread(x)),
  }),
  functionCase({
    name: "eigh",
    note: "whatever the signs",
    args: [floats([3, 3], small)],
    of: (x) => {
      const { values, vectors } = eigh(spread(x))
      return { values, vectors: square(vectors) }
    },
    torch: `(lambda w, v: (w, v * v))(*torch.linalg.eigh(${symmetricTorch}))`,
  }),
  functionCase({
    name: "eigvalsh",
    args: [floats([3, 3], small)],
    of: (x) => eigvalsh(spread(x)),
    torch: `torch.linalg.eigvalsh(${symmetricTorch})`,
  }),
  functionCase({ name: "svd", args: [floats([3, 3], small)], of: (x) => svd(spread(x)) }),
  functionCase({
    name: "svd",
    note: "tall, whatever the signs",
    args: [floats([4, 2], small)],
    of: (x) => {
      const { u, s, v } = svd(tall(x))
      return { s, u: square(u), v: square(v) }
    },
    torch: `(lambda u, s, v: (s, u * u, (v * v).mT))(*torch.linalg.svd(${tallTorch}, full_matrices=False))`,
  }),
  functionCase({
    name: "svd",
    note: "wide",
    args: [floats([2, 4], small)],
    of: (x) => svd(wide(x)),
  }),
  functionCase({
    name: "pinv",
    args: [floats([4, 2], small)],
    of: (x) => pinv(tall(x)),
    torch: `torch.linalg.pinv(${tallTorch})`,
  }),
  functionCase({
    name: "pinv",
    note: "wide",
    args: [floats([4, 2], small)],
    of: (x) => pinv(swapAxes(tall(x), 0, 1)),
    torch: `torch.linalg.pinv(${tallTorch}.mT)`,
  }),
  functionCase({
    name: "matrixRank",
    args: [floats([3, 3], small)],
    of: (x) => matrixRank(regular(x)),
    exact: () => [[3]],
    orders: 0,
    torch: `torch.linalg.matrix_rank(${regularTorch}).to(torch.int32)`,
  }),
  functionCase({
    name: "lstsq",
    args: [floats([4, 2], small), floats([4, 3])],
    of: (x, b) => lstsq(tall(x), b),
    torch: `(lambda m: (lambda x: (x, ((m @ x - b) ** 2).sum(0), torch.tensor(2, dtype=torch.int32), torch.linalg.svdvals(m)))(torch.linalg.pinv(m) @ b))(${tallTorch})`,
  }),
  functionCase({
    name: "lstsq",
    note: "a vector, more unknowns than equations",
    args: [floats([4, 2], small), floats([2])],
    of: (x, b) => lstsq(swapAxes(tall(x), 0, 1), b).x,
    torch: `torch.linalg.pinv(${tallTorch}.mT) @ b`,
  }),
  functionCase({
    name: "norm",
    args: [floats([2, 3])],
    of: (x) => norm(x),
    exact: (x) => [[Math.hypot(...x.data)]],
    torch: "torch.linalg.norm(a)",
  }),
  functionCase({
    name: "norm",
    note: "p = 3, of rows",
    args: [floats([2, 3], values.awayFrom([0], 0.1))],
    of: (x) => norm(x, { ord: 3, axis: 1, keepDims: true }),
    exact: (x) => [[0, 1].map((i) => Math.cbrt(sumOf(3, (j) => Math.abs(at(x, i, j)) ** 3)))],
    torch: "torch.linalg.vector_norm(a, 3, dim=1, keepdim=True)",
  }),
  functionCase({
    name: "norm",
    note: "of vectors, 1 and the largest and smallest",
    args: [floats([2, 3], values.awayFrom([0], 0.1))],
    of: (x) => [
      norm(x, { ord: 1, axis: 0 }),
      norm(x, { ord: Infinity, axis: -1 }),
      norm(x, { ord: -Infinity, axis: -1 }),
    ],
    exact: (x) => [
      [0, 1, 2].map((j) => Math.abs(at(x, 0, j)) + Math.abs(at(x, 1, j))),
      [0, 1].map((i) => Math.max(...[0, 1, 2].map((j) => Math.abs(at(x, i, j))))),
      [0, 1].map((i) => Math.min(...[0, 1, 2].map((j) => Math.abs(at(x, i, j))))),
    ],
    torch:
      "(torch.linalg.vector_norm(a, 1, dim=0), torch.linalg.vector_norm(a, float('inf'), dim=-1), torch.linalg.vector_norm(a, -float('inf'), dim=-1))",
  }),
  functionCase({
    name: "norm",
    note: "of matrices",
    args: [floats([4, 2], small)],
    of: (x) => {
      const m = tall(x)
      return [
        norm(m, { ord: "fro" }),
        norm(m, { ord: "nuc" }),
        norm(m, { ord: 2 }),
        norm(m, { ord: -2 }),
        norm(m, { ord: 1 }),
        norm(m, { ord: -1, axis: [1, 0] }),
        norm(m, { ord: Infinity }),
        norm(m, { ord: -Infinity }),
      ]
    },
    torch: `(lambda m: tuple(torch.linalg.matrix_norm(m, o, dim=d) for o, d in [("fro", (0, 1)), ("nuc", (0, 1)), (2, (0, 1)), (-2, (0, 1)), (1, (0, 1)), (-1, (1, 0)), (float("inf"), (0, 1)), (-float("inf"), (0, 1))]))(${tallTorch})`,
  }),
  functionCase({
    name: "kron",
    args: [floats([2, 3]), floats([2, 2])],
    of: (x, y) => kron(x, y),
    exact: (x, y) => [
      [0, 1, 2, 3].flatMap((i) =>
        [0, 1, 2, 3, 4, 5].map((j) => at(x, Math.floor(i / 2), Math.floor(j / 2)) * at(y, i % 2, j % 2)),
      ),
    ],
    torch: "torch.kron(a, b)",
  }),
  functionCase({
    name: "cross",
    args: [floats([2, 3]), floats([3])],
    of: (x, y) => cross(x, y),
    exact: (x, y) => [
      [0, 1].flatMap((r) =>
        [0, 1, 2].map((k) => {
          const [i, j] = [(k + 1) % 3, (k + 2) % 3]
          return at(x, r, i) * at(y, j) - at(x, r, j) * at(y, i)
        }),
      ),
    ],
    torch: "torch.linalg.cross(a, b.expand(2, 3))",
  }),
  functionCase({
    name: "vdot",
    args: [floats([2, 3]), floats([6])],
    of: (x, y) => vdot(x, y),
    exact: (x, y) => [[sumOf(6, (k) => (x.data[k] ?? 0) * (y.data[k] ?? 0))]],
    torch: "torch.dot(a.reshape(-1), b)",
  }),
  functionCase({
    name: "inner",
    args: [floats([2, 3]), floats([4, 3])],
    of: (x, y) => inner(x, y),
    exact: (x, y) => [[0, 1].flatMap((i) => [0, 1, 2, 3].map((j) => sumOf(3, (k) => at(x, i, k) * at(y, j, k))))],
    torch: "torch.inner(a, b)",
  }),
  functionCase({
    name: "tensordot",
    args: [floats([2, 3, 4]), floats([3, 4, 2])],
    of: (x, y) => tensordot(x, y),
    torch: "torch.tensordot(a, b, 2)",
  }),
  functionCase({
    name: "tensordot",
    note: "by name",
    args: [floats([2, 3, 4]), floats([4, 3, 5])],
    of: (x, y) =>
      tensordot(x, y, {
        axes: [
          [1, -1],
          [1, 0],
        ],
      }),
    torch: "torch.tensordot(a, b, ([1, 2], [1, 0]))",
  }),
]
