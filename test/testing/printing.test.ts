/** Tensors print as the code that makes them again; matchers and reports say what is wrong. */
import { eye, full, random, setEngine, tensor, zeros } from "cotangent"
import { close, expectClose, matchers } from "cotangent/testing"
import "cotangent/testing/vitest"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"

beforeAll(() => setEngine("wasm"))

describe("counterexamples", () => {
  it("are code, in every dtype and shape", () => {
    const shown = [
      [tensor([[1, 0.5]]), "tensor([[1, 0.5]])"],
      [tensor(0.1), "tensor(0.1)"],
      [tensor([Number.NaN, Number.NEGATIVE_INFINITY, -0]), "tensor([NaN, -Infinity, -0])"],
      [tensor([1 / 3], { dtype: "f64" }), 'tensor([0.3333333333333333], { dtype: "f64" })'],
      [tensor([1, 2], { dtype: "i32" }), 'tensor([1, 2], { dtype: "i32" })'],
      [tensor([true, false]), "tensor([true, false])"],
      [zeros([0, 3]), "zeros([0, 3])"],
      [full([20, 20], 2.5), "full([20, 20], 2.5)"],
      [random.key(7), "random.key(7)"],
      [random.key(-7), "random.key(-7)"],
    ] as const
    for (const [t, text] of shown) expect(fc.stringify(t)).toBe(text)
    expect(fc.stringify({ a: [tensor([1])], b: tensor(2) })).toBe('{"a":[tensor([1])],"b":tensor(2)}')
    expect(fc.stringify(eye(20))).toMatch(
      /^tensor\(Object.assign\(new Float32Array\(400\), \{ 0: 1, 21: 1, .*399: 1 \}\), \{ shape: \[20, 20\] \}\)$/,
    )
    expect(fc.stringify(random.normal(random.key(0), [200]))).toMatch(/the first 12 of 200 elements/)
  })
  it("every single prints as a decimal that is that single again", () => {
    fc.assert(
      fc.property(fc.float({ noDefaultInfinity: true }), (x) => {
        const text = fc.stringify(tensor(x))
        return Object.is(Math.fround(Number(text.slice(7, -1))), x)
      }),
      { numRuns: 500 },
    )
  })
})

describe("close", () => {
  it("reports the worst of a whole tree, and is NumPy's allclose", () => {
    const report = close({ a: tensor([1, 2]), b: tensor([[3, 5]]) }, { a: [1, 2.5], b: [[3, 4]] })
    expect(report).toMatchObject({ close: false, failures: 2, of: 4 })
    expect(report.worst).toMatchObject({ path: "result.b", index: [0, 1], found: 5, expected: 4, error: 1 })
    // |found - expected| <= atol + rtol |expected|, the sum of both.
    expect(close([11.05], [10], { atol: 0.1, rtol: 0.1 }).close).toBe(true)
    expect(close([11.15], [10], { atol: 0.1, rtol: 0.1 }).close).toBe(false)
    expect(close([1], [1]).worst).toMatchObject({ ulps: 0, error: 0 })
    expect(close([Number.NaN], [1], { rtol: 1e9 }).worst?.error).toBe(Number.POSITIVE_INFINITY)
    expect(close(tensor([1]), tensor([1, 2]))).toMatchObject({ close: false, failures: 1, worst: undefined })
    const misspelt = { relative: 1, ulps: 3 }
    expect(() => expectClose(1, 2, misspelt)).toThrow(/no option "relative"/)
  })
})

describe("matchers", () => {
  it("hold, and fail with a sentence", () => {
    expect(tensor([1, 2])).toBeCloseTensor([1, 2.1], { rtol: 0.1 })
    expect(tensor([1, 2])).not.toBeCloseTensor([1, 2.1])
    expect({ w: tensor([1, 2]) }).toBeFiniteTensor()
    expect(tensor([[1, 2]])).toHaveShape([1, 2])
    expect(() => expect(tensor([1, 2])).toBeCloseTensor([1, 2.1])).toThrow(/result\[1\] is 2, expected 2.1/)
    expect(() => expect({ w: tensor([[1, Number.NaN]]) }).toBeFiniteTensor()).toThrow(/result\.w\[0, 1\] is NaN/)
    expect(() => expect(tensor([1])).toHaveShape([2])).toThrow(/the shape is \[1\], expected \[2\]/)
    expect(() => expect(3).toHaveShape([])).toThrow(/no tensor but number/)
    expect(matchers.toHaveShape(tensor(1), []).pass).toBe(true)
  })
})
