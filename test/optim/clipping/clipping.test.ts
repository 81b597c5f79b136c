import { type Tensor, tensor, tree } from "cotangent"
import {
  adaptiveClip,
  clip,
  clipByGlobalNorm,
  clipByNorm,
  globalNorm,
  type NoState,
  type Transformation,
} from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Model, runs, share } from "../model.ts"

const run = runs(1)
const numbers = (x: unknown): readonly number[] => tree.leaves(x).flatMap((leaf) => [...leaf.dataSync()])
const lengthOf = (x: unknown): number => Math.hypot(...numbers(x))
const on = (t: Transformation<NoState>, grads: Model, params: Model): Model => t.update(grads, {}, params)[0]
const f32 = (values: readonly number[]): Tensor<[number], "f32"> =>
  tensor(Float32Array.from(values), { shape: [values.length] })
/** Rounding of sums of a few dozen squares in f32. */
const slack = 1 + 2 ** -20

describe.each([
  ["clipByGlobalNorm", clipByGlobalNorm, (x: Model) => [x] as readonly unknown[]],
  ["clipByNorm", clipByNorm, (x: Model) => tree.leaves(x) as readonly unknown[]],
] as const)("%s", (_, clipped, vectors) => {
  test("is never longer than the norm or than before, and keeps the direction", () => {
    fc.assert(
      fc.property(run, share, ({ start, grads: [grads = start] }, norm) => {
        const after = vectors(on(clipped(norm), grads, start))
        vectors(grads).forEach((before, k) => {
          const shrunk = Math.min(1, norm / lengthOf(before))
          expect(lengthOf(after[k])).toBeLessThanOrEqual(Math.min(norm, lengthOf(before)) * slack)
          numbers(before).forEach((x, i) => {
            expect(Math.abs((numbers(after[k])[i] ?? Number.NaN) - x * shrunk)).toBeLessThanOrEqual(
              Math.abs(x * shrunk) * (slack - 1),
            )
          })
        })
      }),
      { numRuns: 60 },
    )
  })
  test("is idempotent, up to rounding", () => {
    fc.assert(
      fc.property(run, share, ({ start, grads: [grads = start] }, norm) => {
        const once = on(clipped(norm), grads, start)
        const [first, second] = [numbers(once), numbers(on(clipped(norm), once, start))]
        second.forEach((x, k) => {
          expect(Math.abs(x - (first[k] ?? Number.NaN))).toBeLessThanOrEqual(Math.abs(x) * (slack - 1))
        })
      }),
      { numRuns: 60 },
    )
  })
})

describe("clipByGlobalNorm", () => {
  test("of a model in f64 has the norm to 15 digits", () => {
    const grads = { a: tensor([3, 0.1], { dtype: "f64" }), b: tensor([4], { dtype: "f64" }) }
    expect(Math.abs(lengthOf(clipByGlobalNorm(0.3).update(grads, {}, grads)[0]) - 0.3)).toBeLessThanOrEqual(1e-16)
  })
  test("shortens all leaves by one factor", () => {
    const grads = { a: f32([3]), b: f32([4]) }
    expect(numbers(clipByGlobalNorm(2.5).update(grads, {}, grads)[0])).toEqual([1.5, 2])
    expect(globalNorm(grads).itemSync()).toBe(5)
  })
})

describe("clip", () => {
  test("holds each element between the limits and is idempotent, exactly", () => {
    fc.assert(
      fc.property(run, share, ({ start, grads: [grads = start] }, limit) => {
        const once = on(clip(limit), grads, start)
        const held = tree.leaves(grads).flatMap((leaf) => {
          const high = leaf.dtype === "f32" ? Math.fround(limit) : limit
          return [...leaf.dataSync()].map((x) => Math.min(Math.max(x, -high), high))
        })
        expect(numbers(once)).toEqual(held)
        expect(numbers(on(clip(limit), once, start))).toEqual(held)
      }),
      { numRuns: 60 },
    )
  })
  test("takes a scalar tensor as its limit", () => {
    const grads = { a: f32([3, -3]), b: tensor([7], { dtype: "f64" }) }
    expect(numbers(clip(tensor(2)).update(grads, {}, grads)[0])).toEqual([2, -2, 2])
  })
})

describe("adaptiveClip", () => {
  /** Unit by unit in JavaScript's own arithmetic: `unitOf` says to which unit the element at a place belongs. */
  const byHand = (
    grads: readonly number[],
    params: readonly number[],
    unitOf: (k: number) => number,
    ratio: number,
    epsilon = 1e-3,
  ): readonly number[] =>
    grads.map((g, k) => {
      const unit = (xs: readonly number[]) => Math.hypot(...xs.filter((_, i) => unitOf(i) === unitOf(k)))
      const longest = ratio * Math.max(unit(params), epsilon)
      return unit(grads) > longest ? (g * longest) / unit(grads) : g
    })
  const values = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 24, maxLength: 24 })

  test.each([
    ["a vector is one unit", [24], () => 0],
    ["a matrix [in, out] has its columns", [6, 4], (k: number) => k % 4],
    ["a kernel [out, in, h, w] has its outputs", [4, 3, 1, 2], (k: number) => Math.floor(k / 6)],
    ["a kernel [out, in, w] has its outputs", [4, 3, 2], (k: number) => Math.floor(k / 6)],
  ] as const)("%s", (_, shape, unitOf) => {
    fc.assert(
      fc.property(values, values, share, (g, p, ratio) => {
        const of = (xs: readonly number[]) => ({ w: tensor(Float64Array.from(xs), { shape: [...shape] }) })
        const found = numbers(adaptiveClip(ratio).update(of(g), {}, of(p))[0])
        byHand(g, p, unitOf, ratio).forEach((x, k) => {
          expect(Math.abs((found[k] ?? Number.NaN) - x)).toBeLessThanOrEqual(1e-14)
        })
      }),
      { numRuns: 40 },
    )
  })
  test("parameters of zero count as epsilon", () => {
    const [updates] = adaptiveClip(0.5, { epsilon: 0.25 }).update({ w: f32([3, 4]) }, {}, { w: f32([0, 0]) })
    expect(numbers(updates)).toEqual([0.075, 0.1].map(Math.fround))
  })
  test("a scalar is a unit", () => {
    expect(numbers(adaptiveClip(0.5).update({ w: tensor(8) }, {}, { w: tensor(-4) })[0])).toEqual([2])
  })
})

describe("what is not finite", () => {
  const [nan, inf] = [Number.NaN, Number.POSITIVE_INFINITY]
  const one = (t: Transformation<NoState>, ...values: readonly number[]) =>
    numbers(t.update({ w: f32(values) }, {}, { w: f32(values.map(() => 1)) })[0])

  test("clip: NaN stays NaN, an infinity becomes the limit", () => {
    expect(one(clip(1), nan, inf, -inf, 0.5)).toEqual([nan, 1, -1, 0.5])
  })
  test.each([
    ["clipByNorm", clipByNorm(1)],
    ["clipByGlobalNorm", clipByGlobalNorm(1)],
    ["adaptiveClip", adaptiveClip(1)],
  ] as const)("%s: a NaN makes its unit NaN, an infinity is NaN itself and its neighbours 0", (_, t) => {
    expect(one(t, nan, 0.25)).toEqual([nan, nan])
    expect(one(t, inf, 0.25)).toEqual([nan, 0])
    expect(one(t, 3e38, 3e38)).toEqual([0, 0])
    expect(one(t, 0, 0)).toEqual([0, 0])
  })
  test("a NaN reaches other leaves under clipByGlobalNorm alone", () => {
    const grads = { a: f32([nan]), b: f32([0.5]) }
    expect(numbers(clipByNorm(1).update(grads, {}, grads)[0])).toEqual([nan, 0.5])
    expect(numbers(clipByGlobalNorm(1).update(grads, {}, grads)[0])).toEqual([nan, nan])
  })
})
