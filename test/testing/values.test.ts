/** What `values` draws: every kind keeps its promise while it shrinks too, and its distribution is shown. */
import { setEngine, sum, tensor } from "cotangent"
import { axesOf, expectClose, shapes, tensors, type Values, values } from "cotangent/testing"
import fc from "fast-check"
import { afterEach, beforeAll, describe, expect, it } from "vitest"

beforeAll(() => setEngine("wasm"))
afterEach(() => fc.resetConfigureGlobal())

const drawn = (v: Values, count = 20, runs = 500): readonly number[] =>
  fc.sample(fc.noBias(v(count)), { numRuns: runs, seed: 1 }).flat()
const share = (xs: readonly number[], holds: (x: number) => boolean): number => xs.filter(holds).length / xs.length

const promises: Readonly<Record<string, readonly [Values, (row: readonly number[]) => boolean]>> = {
  exact: [values.exact(), (row) => row.every((x) => Math.abs(x) <= 8 && Number.isInteger(x * 4))],
  between: [values.between(-3, 0.7), (row) => row.every((x) => x >= -3 && x <= 0.7)],
  positive: [values.positive({ min: 0.5 }), (row) => row.every((x) => x >= 0.5)],
  awayFrom: [values.awayFrom([0, 1], 0.1), (row) => row.every((x) => Math.abs(x) >= 0.1 && Math.abs(x - 1) >= 0.1)],
  distinct: [
    values.distinct({ gap: 0.1 }),
    (row) => row.every((x, k) => row.every((y, j) => j === k || Math.abs(x - y) >= 0.1)),
  ],
  simplex: [
    values.simplex({ min: 0.01 }),
    (row) => row.every((x) => x >= 0.01) && row.reduce((a, b) => Math.fround(a + b)) === 1,
  ],
  "finite adversarial": [
    values.adversarial({ nan: false, infinite: false }),
    (row) => row.every((x) => Number.isFinite(x) && Math.fround(x) === x),
  ],
}

describe("values", () => {
  it.each(Object.entries(promises))("%s keeps its promise, drawn and shrunk", (_, [v, keeps]) => {
    // A failing property visits what is shrunk; each visit must keep the promise.
    const broken: (readonly number[])[] = []
    for (const seed of [1, 2, 3])
      fc.check(
        fc.property(v(6), (row) => {
          if (!keeps(row)) broken.push(row)
          return row.length < 6 || (row[2] ?? 0) === (row[3] ?? 0)
        }),
        { seed },
      )
    fc.assert(fc.property(v(6), keeps))
    expect(broken).toEqual([])
  })
  it("logNormal lies in 1e-3..1e3 for more than 95%, where fc.float has 6%", () => {
    const middle = (x: number): boolean => Math.abs(x) >= 1e-3 && Math.abs(x) <= 1e3
    expect(share(drawn(values.logNormal()), middle)).toBeGreaterThan(0.95)
    const bits = fc.sample(fc.noBias(fc.float({ noNaN: true, noDefaultInfinity: true })), { numRuns: 5000, seed: 1 })
    expect(share(bits, middle)).toBeLessThan(0.1)
    const logs = drawn(values.logNormal()).map((x) => Math.log(Math.abs(x)))
    const mean = logs.reduce((a, b) => a + b) / logs.length
    expect(Math.abs(mean)).toBeLessThan(0.05)
    expect(Math.sqrt(logs.reduce((a, x) => a + (x - mean) ** 2, 0) / logs.length)).toBeCloseTo(1, 1)
  })
  it("exact sums are exact", () => {
    const xs = tensors({ shape: [64], values: values.exact() })
    fc.assert(
      fc.property(xs, (x) =>
        expectClose(
          sum(x),
          [...x.dataSync()].reduce((a, b) => a + b),
          { ulps: 0 },
        ),
      ),
    )
  })
  it("adversarial has everything that it names, in every dtype", () => {
    const xs = drawn(values.adversarial())
    const kinds = [
      Number.isNaN,
      (x: number) => Object.is(x, -0),
      (x: number) => x === Number.POSITIVE_INFINITY,
      (x: number) => x !== 0 && Math.abs(x) < 2 ** -126,
      (x: number) => Math.abs(x) > 1e38 && Number.isFinite(x),
      (x: number) => Math.abs(x) >= 2 ** 20 && Math.log2(Math.abs(x)) % 1 === 0,
    ]
    for (const kind of kinds) expect(share(xs, kind)).toBeGreaterThan(0.01)
    const ties = xs.filter((x, k) => x !== xs[k + 1] && Math.abs(x - (xs[k + 1] ?? 0)) <= Math.abs(x) * 2 ** -23)
    expect(ties.length / xs.length).toBeGreaterThan(0.02)
    const ints = fc.sample(tensors({ shape: [20], dtype: "i32", values: values.adversarial() }), 100)
    expect(ints.some((t) => t.dataSync().includes(-(2 ** 31)))).toBe(true)
  })
  it("the distributions, as fc.statistics shows them", () => {
    const lines: string[] = []
    const bucket = (row: readonly number[]): string => {
      const size = Math.abs(row[0] ?? 0)
      if (!Number.isFinite(size)) return "not finite"
      return size === 0 ? "0" : size < 1e-3 ? "below 1e-3" : size <= 1e3 ? "1e-3 .. 1e3" : "above 1e3"
    }
    for (const [name, v] of Object.entries({
      exact: values.exact(),
      logNormal: values.logNormal(),
      adversarial: values.adversarial(),
    })) {
      lines.push(name)
      fc.statistics(v(1), bucket, { numRuns: 10_000, seed: 1, logger: (line) => lines.push(line) })
    }
    console.log(lines.join("\n"))
    expect(lines.filter((line) => line.startsWith("1e-3 .. 1e3")).length).toBe(3)
  })
})

describe("axes and sizes", () => {
  it("axes are valid for sum, and come as numbers of both signs, lists and undefined", () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(axesOf([2, 3, 1]), (axis) => {
        seen.add(axis === undefined ? "all" : typeof axis === "object" ? "list" : axis < 0 ? "back" : "front")
        if (axis !== undefined)
          expectClose(
            sum(
              sum(
                tensor([
                  [[1], [2], [3]],
                  [[4], [5], [6]],
                ]),
                { axis },
              ),
            ),
            21,
          )
      }),
    )
    expect([...seen].toSorted()).toEqual(["all", "back", "front", "list"])
  })
  it("the size of fast-check scales what is not given", () => {
    const largest = (size?: fc.SizeForArbitrary): number =>
      Math.max(...fc.sample(shapes(size === undefined ? {} : { size }), { numRuns: 300, seed: 1 }).flat())
    expect([largest("xsmall"), largest(), largest("+1"), largest("large")]).toEqual([2, 4, 8, 16])
    fc.configureGlobal({ baseSize: "medium" })
    expect(largest()).toBe(8)
  })
  it("large tensors that fail shrink within a time limit, and say that they were interrupted or end", () => {
    const xs = tensors({ shape: [200, 50], values: values.logNormal() })
    const start = performance.now()
    const found = fc.check(
      fc.property(xs, (x) => !x.dataSync().some((v) => v > 2)),
      { interruptAfterTimeLimit: 1000, seed: 1 },
    )
    expect(found.failed).toBe(true)
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
