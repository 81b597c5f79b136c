/** Elements moved about: triangles, diagonals, rolls, repetitions, grids. */
import {
  cast,
  diag,
  diagonal,
  eye,
  fullLike,
  indices,
  meshgrid,
  moveAxis,
  mul,
  ravelMultiIndex,
  repeat,
  roll,
  rot90,
  split,
  tile,
  trace,
  tri,
  tril,
  triu,
  unravelIndex,
} from "cotangent"
import { type FunctionCase, floats, functionCase, integers, type Plain } from "../case.ts"

const at = (x: Plain, k: number): number => x.data[k] ?? 0
const masked = (x: Plain, columns: number, keep: (row: number, column: number) => boolean): readonly number[] =>
  x.data.map((value, k) => {
    const rows = x.shape.at(-2) ?? 1
    return keep(Math.floor(k / columns) % rows, k % columns) ? value : 0
  })

export const arranging: readonly FunctionCase[] = [
  functionCase({
    name: "tril",
    args: [floats([2, 3, 4])],
    of: (x) => tril(x),
    exact: (x) => [masked(x, 4, (r, c) => c <= r)],
    torch: "torch.tril(a)",
  }),
  functionCase({
    name: "tril",
    note: "with k",
    args: [floats([3, 4])],
    of: (x) => tril(x, { k: -1 }),
    exact: (x) => [masked(x, 4, (r, c) => c <= r - 1)],
    torch: "torch.tril(a, -1)",
  }),
  functionCase({
    name: "triu",
    args: [floats([4, 3])],
    of: (x) => triu(x, { k: 1 }),
    exact: (x) => [masked(x, 3, (r, c) => c >= r + 1)],
    torch: "torch.triu(a, 1)",
  }),
  functionCase({
    name: "tri",
    args: [floats([3, 4])],
    of: (x) => mul(x, tri(3, { columns: 4, k: 1 })),
    exact: (x) => [masked(x, 4, (r, c) => c <= r + 1)],
  }),
  functionCase({
    name: "eye",
    args: [floats([3, 4])],
    of: (x) => mul(x, eye(3, { columns: 4, k: 1 })),
    exact: (x) => [masked(x, 4, (r, c) => c === r + 1)],
  }),
  functionCase({
    name: "diag",
    note: "a vector",
    args: [floats([3])],
    of: (x) => [diag(x), diag(x, { k: 1 }), diag(x, { k: -2 })],
    exact: (x) => {
      const made = (size: number, k: number): readonly number[] =>
        Array.from({ length: size * size }, (_, n) => {
          const [row, column] = [Math.floor(n / size), n % size]
          return column - row === k ? at(x, Math.min(row, column)) : 0
        })
      return [made(3, 0), made(4, 1), made(5, -2)]
    },
    torch: "(torch.diag(a), torch.diag(a, 1), torch.diag(a, -2))",
  }),
  functionCase({
    name: "diag",
    note: "a matrix",
    args: [floats([3, 4])],
    of: (x) => [diag(x), diag(x, { k: 2 }), diag(x, { k: -1 })],
    exact: (x) => [
      [at(x, 0), at(x, 5), at(x, 10)],
      [at(x, 2), at(x, 7)],
      [at(x, 4), at(x, 9)],
    ],
    torch: "(torch.diag(a), torch.diag(a, 2), torch.diag(a, -1))",
  }),
  functionCase({
    name: "diagonal",
    args: [floats([2, 3, 4])],
    of: (x) => [diagonal(x), diagonal(x, { axis1: 2, axis2: 1, offset: -1 })],
    exact: (x) => [
      [0, 1, 2, 3].flatMap((c) => [at(x, c), at(x, 12 + 4 + c)]),
      // x[a, j, j + 1] as [a, j]: on axes (2, 1) the row is the last axis.
      [0, 1].flatMap((a) => [0, 1, 2].map((j) => at(x, a * 12 + j * 4 + j + 1))),
    ],
    torch: "(torch.diagonal(a), torch.diagonal(a, -1, 2, 1))",
  }),
  functionCase({
    name: "trace",
    args: [floats([3, 4])],
    of: (x) => [trace(x), trace(x, { offset: 1 })],
    exact: (x) => [[at(x, 0) + at(x, 5) + at(x, 10)], [at(x, 1) + at(x, 6) + at(x, 11)]],
    torch: "(torch.diagonal(a).sum(), torch.diagonal(a, 1).sum())",
  }),
  functionCase({
    name: "roll",
    args: [floats([3, 4])],
    of: (x) => [roll(x, 5), roll(x, -1, { axis: 1 }), roll(x, [1, 2], { axis: [0, -1] })],
    exact: (x) => [
      x.data.map((_, k) => at(x, (k + 7) % 12)),
      x.data.map((_, k) => at(x, Math.floor(k / 4) * 4 + ((k + 1) % 4))),
      x.data.map((_, k) => at(x, ((Math.floor(k / 4) + 2) % 3) * 4 + ((k + 2) % 4))),
    ],
    torch: "(torch.roll(a, 5), torch.roll(a, -1, 1), torch.roll(a, (1, 2), (0, 1)))",
  }),
  functionCase({
    name: "repeat",
    args: [floats([2, 3])],
    of: (x) => [repeat(x, 2), repeat(x, 3, { axis: 0 }), repeat(x, 2, { axis: -1 })],
    exact: (x) => [
      x.data.flatMap((v) => [v, v]),
      [0, 1].flatMap((r) => [0, 1, 2].flatMap(() => x.data.slice(r * 3, r * 3 + 3))),
      x.data.flatMap((v) => [v, v]),
    ],
    torch: "(torch.repeat_interleave(a, 2), torch.repeat_interleave(a, 3, 0), torch.repeat_interleave(a, 2, 1))",
  }),
  functionCase({
    name: "tile",
    args: [floats([2, 3])],
    of: (x) => [tile(x, 2), tile(x, [2, 1, 1])],
    exact: (x) => [[0, 1].flatMap((r) => [0, 1].flatMap(() => x.data.slice(r * 3, r * 3 + 3))), [...x.data, ...x.data]],
    torch: "(torch.tile(a, (2,)), torch.tile(a, (2, 1, 1)))",
  }),
  functionCase({
    name: "moveAxis",
    args: [floats([2, 3, 4])],
    of: (x) => [moveAxis(x, 0, -1), moveAxis(x, 2, 0)],
    torch: "(torch.movedim(a, 0, -1), torch.movedim(a, 2, 0))",
  }),
  functionCase({
    name: "rot90",
    args: [floats([2, 3, 4])],
    of: (x) => [rot90(x), rot90(x, 2), rot90(x, -1, { axes: [1, 2] }), rot90(x, 5, { axes: [2, 0] })],
    torch: "(torch.rot90(a), torch.rot90(a, 2), torch.rot90(a, -1, (1, 2)), torch.rot90(a, 5, (2, 0)))",
  }),
  functionCase({
    name: "meshgrid",
    args: [floats([3]), floats([2])],
    of: (x, y) => [...meshgrid([x, y]), ...meshgrid([x, y], { indexing: "ij" })],
    exact: (x, y) => [
      [...x.data, ...x.data],
      y.data.flatMap((v) => [v, v, v]),
      x.data.flatMap((v) => [v, v]),
      [...y.data, ...y.data, ...y.data],
    ],
    torch: "(*torch.meshgrid(a, b, indexing='xy'), *torch.meshgrid(a, b, indexing='ij'))",
  }),
  functionCase({
    name: "indices",
    args: [floats([2])],
    of: () => indices([2, 3]),
    orders: 0,
    exact: () => [[0, 0, 0, 1, 1, 1, 0, 1, 2, 0, 1, 2]],
  }),
  functionCase({
    name: "unravelIndex",
    args: [integers([6], 0, 23)],
    of: (i) => [...unravelIndex(i, [2, 3, 4])],
    exact: (i) => [
      i.data.map((k) => Math.floor(k / 12)),
      i.data.map((k) => Math.floor(k / 4) % 3),
      i.data.map((k) => k % 4),
    ],
  }),
  functionCase({
    name: "ravelMultiIndex",
    args: [integers([9], -1, 2), integers([9], -1, 3)],
    of: (i, j) => ravelMultiIndex([i, j], [2, 3]),
    exact: (i, j) => [i.data.map((r, k) => (r >= 0 && r < 2 && at(j, k) >= 0 && at(j, k) < 3 ? 3 * r + at(j, k) : -1))],
  }),
  functionCase({
    name: "split",
    note: "at cuts",
    args: [floats([2, 7])],
    of: (x) => [...split(x, [2, 5], { axis: 1 })],
    exact: (x) =>
      [
        [0, 2],
        [2, 5],
        [5, 7],
      ].map(([from = 0, to = 0]) => [0, 7].flatMap((row) => x.data.slice(row + from, row + to))),
    torch: "torch.tensor_split(a, (2, 5), 1)",
  }),
  functionCase({
    name: "fullLike",
    args: [floats([2, 2])],
    of: (x) => [fullLike(x, 7), fullLike(cast(x, "i32"), true, { dtype: "bool" })],
    orders: 0,
    exact: () => [
      [7, 7, 7, 7],
      [1, 1, 1, 1],
    ],
  }),
]
