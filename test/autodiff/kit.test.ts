/** The kit is tried itself: what it must refuse, and what it must draw. */
import {
  add,
  cos,
  customJvp,
  customVjp,
  exp,
  less,
  mul,
  random,
  type Scalar,
  setEngine,
  sin,
  sum,
  type Tensor,
  tensor,
  where,
  whileLoop,
} from "cotangent"
import {
  broadcastable,
  checkGrads,
  expectClose,
  keys,
  programs,
  shapes,
  tensors,
  ulpsBetween,
  values,
} from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"

beforeAll(() => setEngine("wasm"))
type Vector = Tensor<[2], "f32">
const x = (): Vector => tensor([0.5, -1.25])

describe("checkGrads", () => {
  it("accepts right derivatives of trees, of mixed dtypes and of both orders", () => {
    const f = (p: { w: Vector; n: Tensor<[2], "i32"> }, y: Scalar): Scalar => sum(mul(sin(mul(p.w, y)), exp(p.w)))
    checkGrads(f, [{ w: x(), n: tensor([1, 2], { dtype: "i32" }) }, tensor(0.75)])
    checkGrads((v: Tensor<[1], "f64">) => mul(v, mul(v, v)), [tensor([1.5], { dtype: "f64" })], { order: 3 })
    checkGrads(
      (v: Scalar) =>
        whileLoop(
          (s: Scalar) => less(s, 10),
          (s) => mul(s, s),
          v,
        ),
      [tensor(2.5)],
      { modes: ["fwd"] },
    )
  })
  const wrong = customJvp(
    (v: Vector) => sin(v),
    ([v], [t]) => [sin(v), mul(1.001, mul(cos(v), t))],
  )
  it("catches a derivative that is off by a thousandth, and says where", () => {
    expect(() => checkGrads(wrong, [x()])).toThrow(
      /jvp, result 0, in the direction of argument\[0\]: the derivative is .* differences in float64 give .*direction \[/,
    )
    expect(() => checkGrads(wrong, [x()], { modes: ["rev"] })).toThrow(/vjp in the direction of argument/)
    expect(() => checkGrads(wrong, [x()], { tolerance: 1e-4 })).toThrow(/jvp/)
    checkGrads(wrong, [x()], { tolerance: 0.01 })
    expect(() => checkGrads((p: { a: Scalar; b: Vector }) => add(p.a, wrong(p.b)), [{ a: tensor(1), b: x() }])).toThrow(
      /argument\[0\]\.b/,
    )
  })
  it("catches a pullback that is not the transpose of the jvp, and a wrong second derivative", () => {
    const scaled = customVjp((v: Vector) => sin(v), {
      forward: (v) => [sin(v), v],
      backward: (v, ct) => [mul(ct, mul(1.01, cos(v)))],
    })
    expect(() => checkGrads(scaled, [x()], { modes: ["rev"] })).toThrow(/vjp/)
    // Right to the first order; the rule's own derivative is not that of cos.
    const flat = customJvp(
      (v: Vector) => cos(v),
      ([v], [t]) => [cos(v), mul(-0.9, mul(sin(v), t))],
    )
    const second = customJvp(
      (v: Vector) => sin(v),
      ([v], [t]) => [sin(v), mul(flat(v), t)],
    )
    checkGrads(second, [x()], { order: 1 })
    expect(() => checkGrads(second, [x()], { order: 2 })).toThrow(/of the (pullback|jvp)/)
  })
  it("catches NaN", () => {
    const f = (v: Vector): Scalar => sum(where(less(v, 0), 0, mul(v, customNaN(v))))
    expect(() => checkGrads(f, [x()])).toThrow(/NaN/)
  })
  const customNaN = customJvp(
    (v: Vector) => v,
    ([v], [t]) => [v, mul(t, Number.NaN)],
  )
})

describe("expectClose", () => {
  it("counts ulps, and counts absolute and relative bounds as alternatives", () => {
    const one = 1 + 2 ** -23
    expectClose(tensor(one), 1, { ulps: 1 })
    expect(() => expectClose(tensor(one), 1, { ulps: 0 })).toThrow(/1 ulps \(f32\)/)
    expectClose([1e-9, 100.001], [0, 100], { atol: 1e-8, rtol: 1e-4 })
    expect(() => expectClose([1e-7], [0], { atol: 1e-8, rtol: 1 })).toThrow(/allowed atol 1e-8 \+ rtol 1/)
  })
  it("names the worst element by its index, with both values", () => {
    expect(() =>
      expectClose(
        tensor([
          [1, 2],
          [3, 4.5],
        ]),
        [
          [1, 2.1],
          [3, 4],
        ],
      ),
    ).toThrow(/result\[1, 1\] is 4\.5, expected 4: .*2 of 4 elements/)
    expect(() => expectClose({ a: tensor([1, 2]) }, { a: [1, 3] })).toThrow(/result\.a\[1\] is 2, expected 3/)
    expect(() => expectClose([tensor(1), tensor([5, 6])], [1, [5, 7]])).toThrow(/result\[1\]\[1\] is 6/)
  })
  it("refuses other shapes and structures", () => {
    expect(() => expectClose(tensor([1, 2]), [[1, 2]])).toThrow(/has shape \[2\], expected \[1, 2\]/)
    expect(() => expectClose({ a: tensor(1) }, { b: tensor(1) })).toThrow(/\{ a \}, expected \{ b \}/)
    expect(() => expectClose(tensor(1), undefined)).toThrow(/expected absent/)
    expect(() => expectClose([1, 2, 3], [1, 2])).toThrow(/shape/)
  })
  it("takes NaN for NaN and infinities for themselves alone", () => {
    expectClose([Number.NaN, Number.POSITIVE_INFINITY, -0], [Number.NaN, Number.POSITIVE_INFINITY, 0], { ulps: 0 })
    expect(() => expectClose([Number.NaN], [1], { atol: 1e9 })).toThrow(/NaN/)
    expect(() => expectClose([1e30], [Number.POSITIVE_INFINITY], { rtol: 1, atol: 1e38 })).toThrow()
    expect(() => expectClose([Number.POSITIVE_INFINITY], [1], { rtol: 10 })).toThrow()
  })
  it("measures ulps across zero and between formats", () => {
    expect(ulpsBetween(2 ** -149, -(2 ** -149))).toBe(2)
    expect(ulpsBetween(1, 1 + 2 ** -52, "f64")).toBe(1)
    expect(ulpsBetween(Number.NaN, 1)).toBe(Number.POSITIVE_INFINITY)
    fc.assert(
      fc.property(
        fc.float({ noNaN: true }),
        fc.float({ noNaN: true }),
        (a, b) => ulpsBetween(a, b) === ulpsBetween(b, a),
      ),
    )
  })
})

describe("arbitraries", () => {
  it("shapes keep to their limits and reach them", () => {
    const drawn = fc.sample(shapes({ maxRank: 3, maxSize: 5, maxElements: 20, minSize: 0 }), 500)
    expect(
      drawn.every((s) => s.length <= 3 && s.every((n) => n >= 0 && n <= 5) && s.reduce((a, b) => a * b, 1) <= 20),
    ).toBe(true)
    for (const rank of [0, 1, 2, 3]) expect(drawn.some((s) => s.length === rank)).toBe(true)
    expect(drawn.some((s) => s.includes(0))).toBe(true)
  })
  it("broadcastable shapes broadcast, and do not all agree", () => {
    fc.assert(
      fc.property(broadcastable(3), ([a = [], b = [], c = []]) => {
        const all = add(add(tensors1(a), tensors1(b)), tensors1(c))
        expect(all.shape.length).toBe(Math.max(a.length, b.length, c.length))
      }),
    )
    const drawn = fc.sample(broadcastable(2), 300)
    expect(drawn.filter(([a, b]) => `${a}` !== `${b}`).length).toBeGreaterThan(60)
  })
  const tensors1 = (shape: number[]): Tensor => fc.sample(tensors({ shape: fc.constant(shape) }), 1)[0] ?? tensor(0)
  it("exact values make exact sums: the order of addition does not matter", () => {
    const xs = tensors({ shape: [3], values: values.exact() })
    fc.assert(fc.property(xs, xs, xs, (a, b, c) => expectClose(add(add(a, b), c), add(a, add(b, c)), { ulps: 0 })))
    fc.assert(
      fc.property(xs, xs, xs, (a, b, c) => expectClose(mul(a, add(b, c)), add(mul(a, b), mul(a, c)), { ulps: 0 })),
    )
  })
  it("values keep their promises", () => {
    const sample = (v: ReturnType<typeof values.exact>): readonly number[] => fc.sample(v(8), 200).flat()
    expect(
      sample(values.awayFrom([0, 1], 0.25)).every(
        (v) => Math.abs(v) >= 0.249 && Math.abs(v - 1) >= 0.249 && Math.abs(v) <= 2,
      ),
    ).toBe(true)
    const logs = sample(values.logNormal()).map((v) => Math.log(Math.abs(v)))
    expect(logs.every(Number.isFinite)).toBe(true)
    expect(sample(values.logNormal()).some((v) => v < 0)).toBe(true)
    expect(
      fc
        .sample(fc.noBias(values.logNormal()(8)), 200)
        .flat()
        .filter((v) => Math.abs(v) > 0.05 && Math.abs(v) < 20).length,
    ).toBeGreaterThan(1500)
    for (const row of fc.sample(values.distinct({ gap: 0.1 })(20), 100)) {
      const sorted = row.toSorted((a, b) => a - b)
      expect(Math.min(...sorted.slice(1).map((v, i) => v - (sorted[i] ?? 0)))).toBeGreaterThanOrEqual(0.0999)
    }
    expect(() => values.distinct({ gap: 1 })(20)).toThrow(/do not fit/)
    expect(() => values.awayFrom([0], 5)).toThrow(/nothing in/)
  })
  it("tensors have the dtype asked for and print in counterexamples; keys are keys", () => {
    for (const dtype of ["f32", "f64", "i32", "u32", "bool"] as const) {
      const [t] = fc.sample(tensors({ shape: [2, 2], dtype, values: values.between(0, 3) }), 1)
      expect([t?.dtype, t?.shape]).toEqual([dtype, [2, 2]])
    }
    expect(fc.stringify(tensor([1, 2]))).toMatch(/1.*2/)
    expect(fc.sample(keys(), 1)[0]?.dtype).toBe("key")
    expect(random.bits(fc.sample(keys(), 1)[0] ?? random.key(0), [1]).dtype).toBe("u32")
  })
  it("programs reach every kind of step, differentiate, and print as Programs", () => {
    const drawn = fc.sample(programs({ depth: 8 }), { numRuns: 400, seed: 1 })
    const seen = new Set(drawn.flatMap((p) => p.steps))
    expect(seen.size).toBeGreaterThanOrEqual(65)
    expect(String(drawn[0])).toMatch(/f\(.*\n/)
    expect(String(drawn[0])).not.toMatch(/cannot be traced/)
    expect(
      fc
        .sample(programs({ control: false, without: ["sin"] }), 200)
        .flatMap((p) => p.steps)
        .some((s) => s === "scan" || s === "sin"),
    ).toBe(false)
  })
})
