/** Pooling against loops that are written out: values and gradients, also between equals and in the padding. */
import {
  avgPool1d,
  avgPool2d,
  avgPool3d,
  explain,
  type F32,
  grad,
  jit,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  mul,
  ones,
  setEngine,
  square,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "cotangent"
import { expectClose, laws, tensors, values } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "../autodiff/engines.ts"

type Image = F32<readonly [number, number, number, number]>
type Pair = readonly [number, number]
interface Windows {
  readonly window: Pair
  readonly stride: Pair
  readonly dilation: Pair
  readonly padding: readonly [Pair, Pair]
}
const sizes = (windows: Windows, [, , ...image]: readonly number[]): readonly number[] =>
  image.map((n, d) => {
    const [low, high] = windows.padding[d] ?? [0, 0]
    const span = (windows.dilation[d] ?? 1) * ((windows.window[d] ?? 1) - 1) + 1
    return Math.floor((low + n + high - span) / (windows.stride[d] ?? 1)) + 1
  })
/** For each window of each image and channel, row by row: where its cells are, -1 in the padding. */
function cells(windows: Windows, shape: readonly number[]): readonly (readonly number[])[] {
  const [batch = 0, channels = 0, height = 0, width = 0] = shape
  const [rows = 0, columns = 0] = sizes(windows, shape)
  const {
    window: [h, w],
    stride,
    dilation,
    padding: [[top], [left]],
  } = windows
  const out: number[][] = []
  for (let plane = 0; plane < batch * channels; plane++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const here: number[] = []
        for (let p = 0; p < h; p++)
          for (let q = 0; q < w; q++) {
            const [y, x] = [i * stride[0] + p * dilation[0] - top, j * stride[1] + q * dilation[1] - left]
            const inside = y >= 0 && y < height && x >= 0 && x < width
            here.push(inside ? (plane * height + y) * width + x : -1)
          }
        out.push(here)
      }
  return out
}
interface Pooled {
  readonly value: readonly number[]
  /** Of the sum of the results times `weights`. */
  readonly gradient: readonly number[]
}
function largest(windows: Windows, x: Image, weights: readonly number[]): Pooled {
  const data = x.dataSync()
  const gradient = Array.from(data, () => 0)
  const value = cells(windows, x.shape).map((here, k) => {
    let [best, at] = [Number.NEGATIVE_INFINITY, -1]
    for (const place of here) {
      const v = data[place] ?? Number.NEGATIVE_INFINITY
      if (v > best) [best, at] = [v, place]
    }
    if (at >= 0) gradient[at] = (gradient[at] ?? 0) + (weights[k] ?? 0)
    return best
  })
  return { value, gradient }
}
function average(windows: Windows, x: Image, weights: readonly number[], countPadding: boolean): Pooled {
  const data = x.dataSync()
  const gradient = Array.from(data, () => 0)
  const value = cells(windows, x.shape).map((here, k) => {
    const inside = here.filter((place) => place >= 0)
    const count = countPadding ? here.length : inside.length
    for (const place of inside) gradient[place] = (gradient[place] ?? 0) + (weights[k] ?? 0) / count
    return inside.reduce((total, place) => total + (data[place] ?? 0), 0) / count
  })
  return { value, gradient }
}

const upTo = (n: number, from = 1): fc.Arbitrary<Pair> =>
  fc.tuple(fc.integer({ min: from, max: n }), fc.integer({ min: from, max: n }))
/** Windows that fit, and an image of small whole numbers, among which are many equals. */
const drawn = fc
  .record({
    window: upTo(3),
    stride: upTo(3),
    dilation: upTo(2),
    padding: fc.tuple(upTo(2, 0), upTo(2, 0)),
    lead: upTo(2, 0),
    extra: upTo(4, 0),
  })
  .chain(({ lead, extra, ...windows }) => {
    const image = extra.map((more, d) => {
      const [low, high] = windows.padding[d] ?? [0, 0]
      const span = (windows.dilation[d] ?? 1) * ((windows.window[d] ?? 1) - 1) + 1
      return Math.max(1, span - low - high) + more
    })
    const shape: readonly number[] = [...lead, ...image]
    const x: fc.Arbitrary<Tensor> = tensors({ shape, values: values.exact({ max: 2, bits: 0 }) })
    return x.map((x) => ({ windows, x: x as Image }))
  })
const weightsOf = (count: number): readonly number[] => Array.from({ length: count }, (_, k) => 1 + (k % 7) / 4)
function agrees(windows: Windows, x: Image, pool: (x: Image) => Image, wanted: (weights: readonly number[]) => Pooled) {
  const found = pool(x)
  expect(found.shape).toEqual([...x.shape.slice(0, 2), ...sizes(windows, x.shape)])
  const count = found.shape.reduce((a, b) => a * b, 1)
  const { value, gradient } = wanted(weightsOf(count))
  // A window that is all padding: the mean of nothing is NaN, and 0 / 0 meets no cell of the image.
  expectClose([...found.dataSync()], value, { rtol: 1e-6 })
  const weights: Tensor = fromList(weightsOf(count), found.shape)
  const weighted = (v: Image) => sum(mul(pool(v), weights as Image))
  expectClose([...grad(weighted)(x).dataSync()], gradient, { rtol: 1e-6, atol: 1e-6 })
}
const fromList = (xs: readonly number[], shape: readonly number[]): Tensor => {
  const [rows = 1, ...rest] = shape
  const step = rest.reduce((a, b) => a * b, 1)
  const nested = (from: readonly number[], sizes: readonly number[]): unknown => {
    const [n, ...inner] = sizes
    if (n === undefined) return from[0]
    const size = inner.reduce((a, b) => a * b, 1)
    return Array.from({ length: n }, (_, k) => nested(from.slice(k * size, (k + 1) * size), inner))
  }
  return rows * step === 0 ? zeros(shape) : tensor(nested(xs, shape) as number[])
}
const run = { seed: 2, numRuns: 60 } as const

describe("on wasm", () => {
  beforeAll(() => setEngine("wasm"))

  it("maxPool2d is the loop over its windows; of equals the first takes the gradient", () => {
    fc.assert(
      fc.property(drawn, ({ windows, x }) =>
        agrees(
          windows,
          x,
          (v) => maxPool2d(v, windows),
          (weights) => largest(windows, x, weights),
        ),
      ),
      run,
    )
  })
  it.each([true, false])("avgPool2d is the loop over its windows, with countPadding %s", (countPadding) => {
    fc.assert(
      fc.property(drawn, ({ windows, x }) =>
        agrees(
          windows,
          x,
          (v) => avgPool2d(v, { ...windows, countPadding }),
          (weights) => average(windows, x, weights, countPadding),
        ),
      ),
      run,
    )
  })
  it("the other ranks are the same over axes of one cell", () => {
    fc.assert(
      fc.property(tensors({ shape: [2, 2, 7] }), fc.integer({ min: 1, max: 3 }), (x, window) => {
        for (const [flat, image] of [
          [maxPool1d(x, { window, padding: [[1, 1]] }), (v: Image) => maxPool2d(v, { window: [1, window], padding })],
          [avgPool1d(x, { window, padding: [[1, 1]] }), (v: Image) => avgPool2d(v, { window: [1, window], padding })],
        ] as const)
          expectClose([...flat.dataSync()], [...image(fromList([...x.dataSync()], [2, 2, 1, 7]) as Image).dataSync()], {
            ulps: 0,
          })
      }),
      run,
    )
    fc.assert(
      fc.property(tensors({ shape: [1, 2, 3, 4, 5] }), (x) => {
        const [deep, flat] = [{ window: [1, 2, 3] as const }, { window: [2, 3] as const }]
        const slices = fromList([...x.dataSync()], [1, 6, 4, 5]) as Image
        expectClose([...maxPool3d(x, deep).dataSync()], [...maxPool2d(slices, flat).dataSync()], { ulps: 0 })
        expectClose([...avgPool3d(x, deep).dataSync()], [...avgPool2d(slices, flat).dataSync()], { ulps: 1 })
      }),
      run,
    )
  })
  it("the mean is linear, and moves with its image", () => {
    const xs = tensors({ shape: [2, 1, 5, 6] })
    const f = (x: F32<[2, 1, 5, 6]>) => avgPool2d(x, { window: 3, stride: 1, padding: 1, countPadding: false })
    fc.assert(laws.linear(f, [xs]), run)
    fc.assert(laws.transpose(f, [xs]), run)
    fc.assert(
      laws.transpose((x: F32<[2, 1, 5, 6]>) => maxPool2d(x, { window: 3, stride: 2 }), [xs]),
      run,
    )
  })
  it("whole numbers have a largest too", () => {
    const x = tensor([[[5, -7, 3, 3]]], { dtype: "i32" })
    expect(maxPool1d(x, { window: 2, stride: 1 }).arraySync()).toEqual([[[5, 3, 3]]])
    expect(maxPool1d(x, { window: 1, padding: [[1, 0]] }).arraySync()).toEqual([[[-(2 ** 31), 5, -7, 3, 3]]])
  })
  it("nothing gives nothing", () => {
    expect(maxPool2d(zeros([0, 3, 4, 4]), { window: 2 }).shape).toEqual([0, 3, 2, 2])
    expect(avgPool2d(zeros([2, 0, 4, 4]), { window: 2 }).shape).toEqual([2, 0, 2, 2])
    const f = (x: F32<[0, 3, 4, 4]>) => sum(maxPool2d(x, { window: 2 }))
    expect(grad(f)(zeros([0, 3, 4, 4])).shape).toEqual([0, 3, 4, 4])
  })
  it("the gradient of a maximum is one kernel that keeps nothing but the image and the result", () => {
    const f = (x: F32<[2, 3, 8, 8]>) => sum(square(maxPool2d(x, { window: 2 })))
    const text = explain(grad(f))(ones([2, 3, 8, 8]))
    // A choice written out, one number for each cell of each window, would be another 1,536 bytes; it is a scatter instead.
    expect(text).toMatch(/total: 1 kernel, 3,072 bytes/)
    expect(text).toMatch(/memory: no temporaries/)
  })
  it("refuses windows that do not fit, and none", () => {
    const wide: readonly number[] = [1, 1, 2, 2]
    const image: Tensor = zeros(wide)
    expect(() => maxPool2d(image as Image, { window: 3 })).toThrow(/maxPool2d: /)
    expect(() => avgPool2d(zeros([1, 1, 2, 2]), {} as { readonly window: number })).toThrow(
      "avgPool2d: needs a window, as in avgPool2d(x, { window: 2 })",
    )
  })
})
const padding = [
  [0, 0],
  [1, 1],
] as const

describe.each(engines)("on $title", ({ choose }) => {
  beforeAll(choose)
  type Row = F32<[1, 1, 6]>
  const f = (x: Row) => maxPool1d(x, { window: 3 })
  const slope = jit(grad((x: Row) => sum(mul(f(x), tensor([[[2, 3]]])))))

  it("the first of equals wins, a NaN wins over all, and padding over none", async () => {
    const equals = tensor([[[1, 4, 4, 7, 7, 7]]])
    expect(await f(equals).array()).toEqual([[[4, 7]]])
    expect(await slope(equals).array()).toEqual([[[0, 2, 0, 3, 0, 0]]])
    const odd = tensor([[[9, Number.NaN, 4, 1, Number.NaN, Number.NaN]]])
    expect(await f(odd).array()).toEqual([[[Number.NaN, Number.NaN]]])
    expect(await slope(odd).array()).toEqual([[[0, 2, 0, 0, 3, 0]]])
    const low = tensor([[[-3, -5]]])
    expect(await maxPool1d(low, { window: 2, padding: 1 }).array()).toEqual([[[-3, -5]]])
    expect(await maxPool1d(low, { window: 1, padding: 1 }).array()).toEqual([[[-Infinity, -3, -5, -Infinity]]])
    const floor = tensor([[[-Infinity, -Infinity, -Infinity, 0, -Infinity, 0]]])
    expect(await slope(floor).array()).toEqual([[[2, 0, 0, 3, 0, 0]]])
  })
  it("what overlaps adds up", async () => {
    const x = tensor([[[1, 5, 2, 5, 1]]])
    const overlapping = grad((v: F32<[1, 1, 5]>) => sum(maxPool1d(v, { window: 3, stride: 1 })))
    expect(await overlapping(x).array()).toEqual([[[0, 2, 0, 1, 0]]])
    const mean = grad((v: F32<[1, 1, 5]>) => sum(avgPool1d(v, { window: 4, stride: 1, padding: 1 })))
    expect(await mean(x).array()).toEqual([[[0.5, 0.75, 1, 0.75, 0.5]]])
  })
})
