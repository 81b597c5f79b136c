/** Indexing where it is out of range, names one place twice or finds nothing: stated in the docs, the same on every engine. */
import {
  arange,
  argsort,
  at,
  dynamicSlice,
  type F32,
  geomspace,
  grad,
  histogram,
  interp,
  isIn,
  jit,
  logspace,
  scatterAdd,
  searchSorted,
  segmentMax,
  segmentMean,
  segmentMin,
  segmentProd,
  sort,
  sum,
  tensor,
  topK,
  unique,
  zeros,
} from "cotangent"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "../autodiff/engines.ts"

const options = { dtype: "i32" } as const

describe.each(engines)("on $title", ({ choose }) => {
  beforeAll(choose)

  it("at: of several writes to one place the last stays, and it alone has a gradient; outside is dropped", async () => {
    const [x, rows] = [zeros([4]), tensor([2, 0, 2, 9, -1], options)]
    const values = tensor([1, 2, 3, 4, 5])
    const put = (v: F32<[5]>): F32<[4]> => at(x, rows).set(v)
    expect(await put(values).array()).toEqual([2, 0, 3, 0])
    expect(await jit(put)(values).array()).toEqual([2, 0, 3, 0])
    expect(await grad((v: F32<[5]>) => sum(put(v)))(values).array()).toEqual([0, 1, 1, 0, 0])
    expect(await at(x, rows).add(values).array()).toEqual([2, 0, 4, 0])
    expect(await at(x, rows).get().array()).toEqual([0, 0, 0, 0, 0])
    expect(await scatterAdd(x, rows, values).array()).toEqual([2, 0, 4, 0])
  })
  it("dynamicSlice clamps its starts", async () => {
    expect(await dynamicSlice(arange(5), [9], [2]).array()).toEqual([3, 4])
    expect(await dynamicSlice(arange(5), [-1], [2]).array()).toEqual([0, 1])
  })
  it("segments: empty ones, ties, NaN and factors of 0", async () => {
    const [x, ids] = [tensor([3, 3, 1]), tensor([0, 0, 2], options)]
    const segments = { segments: 3 } as const
    expect(await segmentMax(x, ids, segments).array()).toEqual([3, -Infinity, 1])
    expect(await segmentMin(x, ids, segments).array()).toEqual([3, Infinity, 1])
    expect(await segmentMean(x, ids, segments).array()).toEqual([3, 0, 1])
    expect(await grad((v: F32<[3]>) => sum(segmentMax(v, ids, { segments: 1 })))(x).array()).toEqual([1, 0, 0])
    expect(await segmentMax(tensor([1, Number.NaN, 2]), ids, { segments: 1 }).array()).toEqual([Number.NaN])
    const zero = tensor([2, 0, 5])
    const product = (v: F32<[3]>) => sum(segmentProd(v, tensor([0, 0, 0], options), { segments: 1 }))
    expect(await grad(product)(zero).array()).toEqual([0, 10, 0])
  })
  it("sorting keeps equals in their order, rising and falling", async () => {
    const x = tensor([2, 1, 2, Number.NaN, 1])
    expect(await argsort(x).array()).toEqual([1, 4, 0, 2, 3])
    expect(await argsort(x, { descending: true }).array()).toEqual([3, 0, 2, 1, 4])
    expect(await sort(x, { descending: true }).array()).toEqual([Number.NaN, 2, 2, 1, 1])
    expect(await topK(tensor([1, 5, 5]), 2).indices.array()).toEqual([1, 2])
  })
  it("searching: NaN is the largest, nothing sorted holds nothing", async () => {
    const sorted = tensor([1, 2, Number.NaN])
    expect(await searchSorted(sorted, tensor([Number.NaN, 3, 0])).array()).toEqual([2, 2, 0])
    expect(await searchSorted(sorted, tensor([Number.NaN]), { side: "right" }).array()).toEqual([3])
    expect(await searchSorted(zeros([0]), tensor([1, 2])).array()).toEqual([0, 0])
    expect(await isIn(tensor([Number.NaN, 1]), tensor([Number.NaN, 1])).array()).toEqual([false, true])
  })
  it("interp is constant outside and jumps where xp stands still", async () => {
    const points = [tensor([0, 1, 1, 2]), tensor([0, 10, 20, 30])] as const
    expect(await interp(tensor([-5, 0.5, 1, 1.5, 9]), ...points).array()).toEqual([0, 5, 20, 25, 30])
    expect(await interp(tensor([3]), tensor([1]), tensor([7])).array()).toEqual([7])
  })
  it("histogram holds both ends, and drops what is outside and NaN", async () => {
    const x = tensor([0, 0.5, 1, -1, 2, Number.NaN])
    expect(await histogram(x, { bins: 2, range: [0, 1] }).counts.array()).toEqual([1, 2])
    expect(await histogram(tensor([3, 3]), { bins: 1 }).edges.array()).toEqual([2.5, 3.5])
  })
  it("unique tells how many there are where the bound is too small", async () => {
    const { values, inverse, found } = unique(tensor([5, 1, Number.NaN, 3, Number.NaN]), { size: 2 })
    expect(await values.array()).toEqual([1, 3])
    expect(await found.item()).toBe(4)
    expect(await inverse.array()).toEqual([2, 0, 3, 1, 3])
  })
})

it("powers are rounded once", async () => {
  expect(await logspace(-1, 2, 4).array()).toEqual([0.1, 1, 10, 100].map(Math.fround))
  expect(await geomspace(-1, -8, 4).array()).toEqual([-1, -2, -4, -8])
})
