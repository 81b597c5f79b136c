/** Elements by index, replaced and gathered; sorted and searched. */
import {
  add,
  argWhere,
  at,
  bincount,
  cast,
  digitize,
  dynamicSlice,
  dynamicUpdateSlice,
  greater,
  histogram,
  interp,
  isIn,
  less,
  linspace,
  nonzero,
  searchSorted,
  segmentMax,
  segmentMean,
  segmentMin,
  segmentProd,
  segmentSum,
  select,
  sort,
  square,
  topK,
  unique,
} from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase, integers, type Plain } from "../case.ts"

const get = (x: Plain, k: number): number => x.data[k] ?? 0
const distinct = values.distinct({ gap: 0.05 })
/** The rows of x [n, 2] of each of some segments. */
const bySegment = (x: Plain, ids: Plain, segments: number, f: (xs: readonly number[]) => number): readonly number[] =>
  Array.from({ length: segments }, (_, s) =>
    [0, 1].map((c) => f(ids.data.flatMap((id, p) => (id === s ? [get(x, 2 * p + c)] : [])))),
  ).flat()
const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)

export const indexing: readonly FunctionCase[] = [
  functionCase({
    name: "dynamicSlice",
    args: [floats([5, 4]), integers([], -1, 6)],
    of: (x, i) => dynamicSlice(x, [i, 1], [2, 3]),
    exact: (x, i) => {
      const from = Math.max(0, Math.min(3, get(i, 0)))
      return [[0, 1].flatMap((r) => [1, 2, 3].map((c) => get(x, (from + r) * 4 + c)))]
    },
  }),
  functionCase({
    name: "dynamicUpdateSlice",
    args: [floats([5]), floats([2]), integers([1], -1, 6)],
    of: (x, u, i) => dynamicUpdateSlice(x, u, i),
    exact: (x, u, i) => {
      const from = Math.max(0, Math.min(3, get(i, 0)))
      return [x.data.map((v, k) => (k >= from && k < from + 2 ? get(u, k - from) : v))]
    },
  }),
  functionCase({
    name: "at",
    note: "get",
    args: [floats([4, 3, 2]), integers([5], -1, 4)],
    of: (x, i) => [at(x, i, [1, 3], -1).get(), at(x, [1], i).get()],
    exact: (x, i) => [
      i.data.flatMap((r) => [1, 2].map((c) => (r >= 0 && r < 4 ? get(x, r * 6 + c * 2 + 1) : 0))),
      [1, 2, 3].flatMap((r) =>
        i.data.flatMap((c) => [0, 1].map((d) => (c >= 0 && c < 3 ? get(x, r * 6 + c * 2 + d) : 0))),
      ),
    ],
  }),
  functionCase({
    name: "at",
    note: "set at numbers and windows",
    args: [floats([3, 4]), floats([2])],
    of: (x, v) => [at(x, 1, [1, 3]).set(v), at(x, [0, 2], -1).set(v), at(x, 2).set(7)],
    exact: (x, v) => [
      x.data.map((w, k) => (k === 5 || k === 6 ? get(v, k - 5) : w)),
      x.data.map((w, k) => (k === 3 || k === 7 ? get(v, (k - 3) / 4) : w)),
      x.data.map((w, k) => (k >= 8 ? 7 : w)),
    ],
  }),
  functionCase({
    name: "at",
    note: "set at tensors",
    args: [floats([3, 4]), floats([6, 4]), integers([6], -1, 3)],
    of: (x, v, i) => at(x, i).set(v),
    exact: (x, v, i) => [
      x.data.map((w, k) => {
        const last = i.data.lastIndexOf(Math.floor(k / 4))
        return last < 0 ? w : get(v, last * 4 + (k % 4))
      }),
    ],
  }),
  functionCase({
    name: "at",
    note: "add at tensors of two axes",
    args: [floats([3, 2, 4]), floats([5, 2]), integers([5], -1, 3), integers([5], 0, 3)],
    of: (x, v, i, j) => at(x, i, [0], j).add(v),
    exact: (x, v, i, j) => [
      x.data.map((w, k) => {
        const [r, m, c] = [Math.floor(k / 8), Math.floor(k / 4) % 2, k % 4]
        return w + total(i.data.map((a, p) => (a === r && get(j, p) === c ? get(v, 2 * p + m) : 0)))
      }),
    ],
  }),
  functionCase({
    name: "at",
    note: "multiply",
    args: [floats([3, 2]), floats([5, 2]), integers([5], 0, 3)],
    of: (x, v, i) => [at(x, i).multiply(v), at(x, 1).multiply(3)],
    exact: (x, v, i) => {
      const product = bySegment(v, i, 3, (xs) => xs.reduce((a, b) => a * b, 1))
      return [x.data.map((w, k) => w * (product[k] ?? 1)), x.data.map((w, k) => (k === 2 || k === 3 ? 3 * w : w))]
    },
  }),
  functionCase({
    name: "at",
    note: "max and min",
    args: [floats([3, 2], values.between(-0.05, 0.05)), floats([6, 2], values.awayFrom([0], 0.1)), integers([6], 0, 3)],
    of: (x, v, i) => [at(x, i).max(v), at(x, i).min(v)],
    exact: (x, v, i) => {
      const [most, least] = [bySegment(v, i, 3, (xs) => Math.max(...xs)), bySegment(v, i, 3, (xs) => Math.min(...xs))]
      return [x.data.map((w, k) => Math.max(w, most[k] ?? 0)), x.data.map((w, k) => Math.min(w, least[k] ?? 0))]
    },
  }),
  functionCase({
    name: "segmentSum",
    args: [floats([7, 2]), integers([7], -1, 3)],
    of: (x, ids) => segmentSum(x, ids, { segments: 4 }),
    exact: (x, ids) => [bySegment(x, ids, 4, total)],
  }),
  functionCase({
    name: "segmentMean",
    args: [floats([7, 2]), integers([7], -1, 3)],
    of: (x, ids) => segmentMean(x, ids, { segments: 4 }),
    exact: (x, ids) => [bySegment(x, ids, 4, (xs) => (xs.length === 0 ? 0 : total(xs) / xs.length))],
  }),
  functionCase({
    name: "segmentProd",
    args: [floats([7, 2]), integers([7], -1, 3)],
    of: (x, ids) => segmentProd(x, ids, { segments: 4 }),
    exact: (x, ids) => [bySegment(x, ids, 4, (xs) => xs.reduce((a, b) => a * b, 1))],
  }),
  functionCase({
    name: "segmentMax",
    args: [floats([7, 2], distinct), integers([7], 0, 1)],
    of: (x, ids) => segmentMax(x, ids, { segments: 2 }),
    exact: (x, ids) => [bySegment(x, ids, 2, (xs) => Math.max(...xs))],
  }),
  functionCase({
    name: "segmentMin",
    args: [floats([7, 2], distinct), integers([7], 0, 1)],
    of: (x, ids) => segmentMin(x, ids, { segments: 2 }),
    exact: (x, ids) => [bySegment(x, ids, 2, (xs) => Math.min(...xs))],
  }),
  functionCase({
    name: "select",
    args: [floats([3, 4], values.awayFrom([-1, 0.5], 0.05)), floats([4])],
    of: (x, y) => select([less(x, -1), greater(x, 0.5)], [y, square(x)], 3),
    exact: (x, y) => [x.data.map((v, k) => (v < -1 ? get(y, k % 4) : v > 0.5 ? v * v : 3))],
  }),
  functionCase({
    name: "searchSorted",
    args: [integers([12], -1, 5), integers([5], 0, 4)],
    of: (x, list) => [searchSorted(sort(list), x), searchSorted(sort(list), x, { side: "right" })],
    exact: (x, list) => [
      x.data.map((v) => list.data.filter((s) => s < v).length),
      x.data.map((v) => list.data.filter((s) => s <= v).length),
    ],
    torch: "(torch.searchsorted(b.sort()[0], a), torch.searchsorted(b.sort()[0], a, right=True))",
  }),
  functionCase({
    name: "digitize",
    args: [floats([2, 4], distinct), floats([3], distinct)],
    of: (x, edges) => [digitize(x, sort(edges)), digitize(x, sort(edges), { right: true })],
    orders: 0,
    exact: (x, edges) => [
      x.data.map((v) => edges.data.filter((s) => s <= v).length),
      x.data.map((v) => edges.data.filter((s) => s < v).length),
    ],
  }),
  functionCase({
    name: "isIn",
    args: [integers([3, 4], 0, 9), integers([4], 0, 9)],
    of: (x, list) => cast(isIn(x, list), "i32"),
    exact: (x, list) => [x.data.map((v) => Number(list.data.includes(v)))],
    torch: "torch.isin(a, b).int()",
  }),
  functionCase({
    name: "interp",
    args: [
      floats([6], values.awayFrom([-1.5, -0.5, 0.5, 1.5], 0.06)),
      floats([4], values.between(-0.02, 0.02)),
      floats([4]),
    ],
    of: (x, d, fp) => {
      const xp = add(d, linspace(-1.5, 1.5, 4))
      return [interp(x, xp, fp), interp(x, xp, fp, { left: -9, right: 9 })]
    },
    exact: (x, d, fp) => {
      const xp = d.data.map((v, k) => v + k - 1.5)
      const line = (v: number, low: number, high: number): number => {
        const k = xp.filter((p) => p <= v).length
        if (k === 0) return low
        if (k === 4) return high
        const [a, b] = [xp[k - 1] ?? 0, xp[k] ?? 0]
        return get(fp, k - 1) + ((v - a) / (b - a)) * (get(fp, k) - get(fp, k - 1))
      }
      return [x.data.map((v) => line(v, get(fp, 0), get(fp, 3))), x.data.map((v) => line(v, -9, 9))]
    },
  }),
  functionCase({
    name: "bincount",
    args: [integers([9], -1, 5), floats([9])],
    of: (x, w) => [bincount(x, { length: 4 }), bincount(x, { length: 4, weights: w })],
    exact: (x, w) => [
      [0, 1, 2, 3].map((b) => x.data.filter((v) => v === b).length),
      [0, 1, 2, 3].map((b) => total(x.data.map((v, k) => (v === b ? get(w, k) : 0)))),
    ],
  }),
  functionCase({
    name: "histogram",
    args: [floats([12], values.awayFrom([-1, -0.5, 0, 0.5, 1], 0.02)), floats([12])],
    of: (x, w) => histogram(x, { bins: 4, range: [-1, 1], weights: w }),
    exact: (x, w) => [
      [0, 1, 2, 3].map((b) => total(x.data.map((v, k) => (Math.floor((v + 1) * 2) === b ? get(w, k) : 0)))),
      [-1, -0.5, 0, 0.5, 1],
    ],
  }),
  functionCase({
    name: "unique",
    args: [integers([2, 5], 0, 4)],
    of: (x) => unique(x, { size: 6, fill: -7 }),
    exact: (x) => {
      const all = [...new Set(x.data)].sort((a, b) => a - b)
      const padded = (xs: readonly number[], by: number): readonly number[] => [
        ...xs,
        ...Array<number>(6 - xs.length).fill(by),
      ]
      const first = all.map((v) => x.data.indexOf(v))
      return [
        padded(all, -7),
        padded(first, first[0] ?? 0),
        x.data.map((v) => all.indexOf(v)),
        padded(
          all.map((v) => x.data.filter((w) => w === v).length),
          0,
        ),
        [all.length],
      ]
    },
  }),
  functionCase({
    name: "unique",
    note: "of floats",
    args: [floats([5], distinct)],
    of: (x) => unique(x, { size: 3 }).values,
    exact: (x) => [[...x.data].sort((a, b) => a - b).slice(0, 3)],
  }),
  functionCase({
    name: "nonzero",
    args: [integers([3, 4], 0, 1)],
    of: (x) => [...nonzero(x, { size: 12, fill: -1 })],
    exact: (x) => {
      const places = x.data.flatMap((v, k) => (v === 0 ? [] : [k]))
      const padded = (f: (k: number) => number): readonly number[] =>
        Array.from({ length: 12 }, (_, n) => (n < places.length ? f(places[n] ?? 0) : -1))
      return [padded((k) => Math.floor(k / 4)), padded((k) => k % 4)]
    },
  }),
  functionCase({
    name: "argWhere",
    args: [integers([3, 4], 0, 1)],
    of: (x) => argWhere(x, { size: 3 }),
    exact: (x) => {
      const places = x.data.flatMap((v, k) => (v === 0 ? [] : [k]))
      return [
        [0, 1, 2].flatMap((n) =>
          n < places.length ? [Math.floor((places[n] ?? 0) / 4), (places[n] ?? 0) % 4] : [0, 0],
        ),
      ]
    },
  }),
  functionCase({
    name: "topK",
    note: "along another axis",
    args: [floats([5, 2], distinct)],
    of: (x) => topK(x, 2, { axis: 0 }),
    torch: "tuple(torch.topk(a, 2, 0))",
  }),
]
