/** Resizing against its definition in doubles, on what is known, and what it keeps. */
import {
  arange,
  avgPool2d,
  type F32,
  flip,
  full,
  grad,
  mul,
  resize,
  setEngine,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "cotangent"
import { close, expectClose, laws, tensors } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "../autodiff/engines.ts"

type Method = "nearest" | "linear" | "cubic"
const methods = ["nearest", "linear", "cubic"] as const
const run = { seed: 5, numRuns: 60 } as const
const kernels = {
  linear: (t: number) => Math.max(0, 1 - t),
  // Keys, with a = -1/2.
  cubic: (t: number) =>
    t < 1 ? 1.5 * t ** 3 - 2.5 * t ** 2 + 1 : t < 2 ? -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2 : 0,
} as const
/** What each of `to` cells takes from each of `from`. */
function weightsOf(from: number, to: number, method: Method, antialias: boolean): readonly (readonly number[])[] {
  return Array.from({ length: to }, (_, i) => {
    const middle = ((i + 0.5) * from) / to
    if (method === "nearest") {
      const nearest = Math.min(from - 1, Math.floor(((2 * i + 1) * from) / (2 * to)))
      return Array.from({ length: from }, (_, j) => Number(j === nearest))
    }
    const wide = antialias ? Math.max(1, from / to) : 1
    const raw = Array.from({ length: from }, (_, j) => kernels[method](Math.abs(middle - j - 0.5) / wide))
    const total = raw.reduce((a, b) => a + b, 0)
    return raw.map((w) => w / total)
  })
}
const applied = (weights: readonly (readonly number[])[], xs: readonly number[]): readonly number[] =>
  weights.map((row) => row.reduce((total, w, j) => total + w * (xs[j] ?? 0), 0))
const transposed = (rows: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] ?? 0))

const size = fc.integer({ min: 1, max: 9 })
const how = fc.record({ method: fc.constantFrom(...methods), antialias: fc.boolean() })
/** A matrix, and what to make of it. */
const drawn = fc.tuple(size, size, size, size, how).chain(([a, b, c, d, options]) => {
  const shape: readonly number[] = [a, b]
  const x: fc.Arbitrary<Tensor<readonly number[], "f32">> = tensors({ shape })
  return x.map((x) => ({ x, to: [c, d] as readonly number[], options }))
})

describe("on wasm", () => {
  beforeAll(() => setEngine("wasm"))

  it("is its definition, axis by axis, and its gradient the transpose", () => {
    fc.assert(
      fc.property(drawn, ({ x, to, options }) => {
        const [rows = [], columns = []] = x.shape.map((n, d) =>
          weightsOf(n, to[d] ?? 0, options.method, options.antialias),
        )
        const image = fromRows([...x.dataSync()], x.shape)
        const high = transposed(transposed(image).map((column) => applied(rows, column)))
        const wanted = high.flatMap((row) => applied(columns, row))
        // The weights of the cubic go below 0, by up to an eighth.
        expectClose([...resize(x, to, options).dataSync()], wanted, { atol: 1e-5 })
        const slope = grad((v: typeof x) => sum(mul(resize(v, to, options), resize(v, to, options))))(x)
        const doubled = fromRows(
          wanted.map((v) => 2 * v),
          to,
        )
        const back = transposed(transposed(doubled).map((column) => applied(transposed(rows), column)))
        const gradient = back.flatMap((row) => applied(transposed(columns), row))
        expectClose([...slope.dataSync()], gradient, { rtol: 1e-5, atol: 1e-4 })
      }),
      run,
    )
  })
  it("keeps what is constant", () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: -40, max: 40 }), ({ x, to, options }, c) => {
        expectClose(resize(full(x.shape, c / 4), to, options), full(to, c / 4), { ulps: 4 })
      }),
      run,
    )
  })
  it("does nothing to a size that stays, and mirrors where it is given a mirror", () => {
    fc.assert(
      fc.property(drawn, ({ x, to, options }) => {
        expectClose(resize(x, x.shape, options), x, { ulps: 0 })
        // Between two cells the nearest is the later one, which is none of a mirror's.
        if (options.method === "nearest") return
        expectClose(resize(flip(x), to, options), flip(resize(x, to, options)), { atol: 1e-5 })
      }),
      run,
    )
  })
  it.each(["linear", "cubic"] as const)("%s keeps straight lines inside, and cubic parabolas too", (method) => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 14 }), fc.integer({ min: 6, max: 40 }), (from, to) => {
        const bend = method === "cubic" ? 0.5 : 0
        const f = (t: number): number => bend * t * t - 2 * t + 1
        const x = tensor(Array.from({ length: from }, (_, j) => f(j)))
        const found = resize(x, [to], { method, antialias: false }).dataSync()
        const reach = method === "cubic" ? 2 : 1
        let compared = 0
        found.forEach((v: number, i: number) => {
          const t = ((i + 0.5) * from) / to - 0.5
          if (t < reach - 1 || t > from - reach) return
          compared++
          expectClose(v, f(t), { atol: 2e-4 })
        })
        expect(compared).toBeGreaterThan(0)
      }),
      run,
    )
  })
  it("larger by whole factors and averaged by area is the same: every image by nearest, its mean by linear", () => {
    fc.assert(
      fc.property(
        fc.tuple(size, size).chain(([h, w]) => tensors({ shape: [1, 1, h, w] })),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (x, p, q) => {
          const to = [1, 1, x.shape[2] * p, x.shape[3] * q] as const
          const larger = resize(x, to, { method: "nearest" })
          expectClose(avgPool2d(larger, { window: [p, q] }), x, { ulps: 2 })
          expectClose(resize(larger, x.shape, { method: "nearest" }), x, { ulps: 0 })
          const mean = (y: Tensor): number => [...y.dataSync()].reduce((a: number, b) => a + b, 0) / (p * q)
          expectClose(mean(resize(x, to)), mean(x) * p * q, { atol: 1e-4 })
        },
      ),
      run,
    )
  })
  it.each(methods)("%s is linear, and its transpose is its derivative's", (method) => {
    const shapes: readonly (readonly [to: readonly number[], antialias: boolean])[] = [
      [[3, 9], true],
      [[5, 2], false],
      [[10, 4], true],
    ]
    for (const [to, antialias] of shapes) {
      const f = (x: F32<[5, 4]>) => resize(x, to, { method, antialias })
      const few = { ...run, numRuns: 10 } as const
      fc.assert(laws.linear(f, [tensors({ shape: [5, 4] })]), few)
      fc.assert(laws.transpose(f, [tensors({ shape: [5, 4] })]), few)
      fc.assert(laws.vmapIsLoop(f, [tensors({ shape: [5, 4] })]), few)
    }
  })
  it("the definition above would see another cubic, and another middle", () => {
    const x = tensor([1, 5, 2, 7, 0, 3])
    const found = [...resize(x, [11], { method: "cubic" }).dataSync()]
    const xs = [...x.dataSync()]
    expect(close(found, applied(weightsOf(6, 11, "cubic", true), xs), { atol: 1e-5 }).close).toBe(true)
    expect(close(found, applied(weightsOf(6, 11, "linear", true), xs), { atol: 1e-2 }).close).toBe(false)
    const corners = Array.from({ length: 11 }, (_, i) => i / 2)
    const aligned = corners.map((t) => (xs[Math.floor(t)] ?? 0) * (1 - (t % 1)) + (xs[Math.ceil(t)] ?? 0) * (t % 1))
    expect(close([...resize(x, [11]).dataSync()], aligned, { atol: 1e-2 }).close).toBe(false)
  })
  it("shrinks to nothing, and refuses to grow from it", () => {
    for (const method of methods) {
      expect(resize(zeros([3, 2]), [0, 4], { method }).shape).toEqual([0, 4])
      expect(resize(zeros([0, 2]), [0, 4], { method }).shape).toEqual([0, 4])
      expect(() => resize(zeros([0, 2]), [3, 2], { method })).toThrow("resize: axis 0 of [0, 2] is empty")
    }
  })
  it("refuses other ranks, methods and options", () => {
    const wide: number[] = [2]
    expect(() => resize(zeros([2, 2]), wide as [number, number])).toThrow(/resize: ranks differ/)
    const method: string = "lanczos3"
    expect(() => resize(zeros([2]), [3], { method: method as Method })).toThrow(
      'resize: method is "nearest", "linear" or "cubic", got "lanczos3"',
    )
    // @ts-expect-error
    expect(() => resize(zeros([2]), [3], { alignCorners: true })).toThrow(/there is no option "alignCorners"/)
  })
})
const fromRows = (xs: readonly number[], [rows = 0, columns = 0]: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: rows }, (_, i) => xs.slice(i * columns, (i + 1) * columns))

describe.each(engines)("on $title", ({ choose }) => {
  beforeAll(choose)
  it("known answers", async () => {
    const x = tensor([0, 4, 8, 20])
    const near = async (to: number, options: { readonly method?: Method; readonly antialias?: boolean }) =>
      resize(x, [to], options).array()
    expect(await near(8, { method: "nearest" })).toEqual([0, 0, 4, 4, 8, 8, 20, 20])
    // The middles of two cells are 1 and 3, each on an edge: the later cell.
    expect(await near(2, { method: "nearest" })).toEqual([4, 20])
    expect(await near(3, { method: "nearest" })).toEqual([0, 8, 20])
    expect(await near(8, {})).toEqual([0, 1, 3, 5, 7, 11, 17, 20])
    expect(await near(2, { antialias: false })).toEqual([2, 14])
    // Triangles twice as wide: 3/4, 3/4 and 1/4 of the cells, over their sum.
    expectClose(await near(2, {}), [(0.75 * 4 + 0.25 * 8) / 1.75, (0.25 * 4 + 0.75 * 28) / 1.75], { rtol: 1e-6 })
    // Half way: (-1, 9, 9, -1) / 16.
    expectClose(await near(1, { method: "cubic", antialias: false }), [(9 * 12 - 20) / 16], { rtol: 1e-6 })
  })
  it("nearest finds its cells where their products overflow 32 bits", async () => {
    const [from, to] = [44100, 48000]
    const found = await resize(arange(from, { dtype: "f32" }), [to], { method: "nearest" }).array()
    expect(found).toEqual(Array.from({ length: to }, (_, k) => Math.floor(((k + 0.5) * from) / to)))
  })
  it("the gradient of nearest counts who reads a cell", async () => {
    for (const [to, wanted] of [
      [8, [2, 2, 2, 2]],
      [2, [0, 1, 0, 1]],
      // The second and the fifth of 6 read where two cells meet, and take the later one.
      [6, [1, 2, 1, 2]],
    ] as const) {
      const f = (v: F32<[4]>) => sum(resize(v, [to], { method: "nearest" }))
      expect(await grad(f)(tensor([0, 4, 8, 20])).array()).toEqual(wanted)
    }
  })
})
