import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { numbers, whole } from "../../bench/harness/data.ts"
import { packed, unpacked } from "../../bench/harness/protocol.ts"
import { difference, least, median } from "../../bench/harness/statistics.ts"

const times = fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 30 })

describe("statistics", () => {
  it("takes the middle of the samples, in any order", () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    fc.assert(
      fc.property(times, (samples) => {
        const middle = median(samples)
        expect(samples.filter((s) => s < middle).length).toBeLessThanOrEqual(samples.length / 2)
        expect(samples.filter((s) => s > middle).length).toBeLessThanOrEqual(samples.length / 2)
        expect(median([...samples].reverse())).toBe(middle)
      }),
    )
  })

  it("finds the least of more samples than a call takes arguments", () => {
    fc.assert(
      fc.property(times, (samples) => {
        expect(least(samples)).toBe(Math.min(...samples))
      }),
    )
    expect(least(new Array<number>(500_000).fill(2).with(400_000, 1))).toBe(1)
  })
})

describe("difference", () => {
  const vector = (...values: readonly number[]) => Float32Array.from(values)

  it("is relative to the largest magnitude of each result, and the worst of all", () => {
    expect(difference([vector(1, 100)], [vector(2, 100)])).toBeCloseTo(0.01)
    expect(difference([vector(100), vector(1)], [vector(100), vector(2)])).toBeCloseTo(0.5)
    expect(difference([vector(1, 2)], [vector(1, 2)])).toBe(0)
  })

  it("is never small where a result is missing, of another size, not a number, or something beside nothing", () => {
    const infinite: readonly (readonly [readonly Float32Array[], readonly Float32Array[]])[] = [
      [[vector(1)], []],
      [[vector(1)], [vector(1, 2)]],
      [[vector(Number.NaN, 1)], [vector(1, 1)]],
      [[vector(1, 1)], [vector(1, Number.NaN)]],
      [[vector(1)], [vector(0)]],
    ]
    for (const [a, b] of infinite) expect(difference(a, b)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe("operands", () => {
  // The same numbers come out of torch/rows.py: a change on one side alone would compare different problems.
  it("have the bits that PyTorch's side has", () => {
    expect([...numbers(1, 3)]).toEqual([0.4913616180419922, 0.19669127464294434, -0.769755482673645])
    expect([...whole(2, 4, 10)]).toEqual([2, 5, 6, 8])
  })

  it("fill the range evenly", () => {
    const values = numbers(5, 10_000, 4)
    expect(Math.abs(values.reduce((sum, x) => sum + x, 0) / values.length)).toBeLessThan(0.1)
    expect(Math.max(...values)).toBeGreaterThan(3.99)
    expect(Math.min(...values)).toBeLessThan(-3.99)
  })

  it("go through the protocol unchanged", () => {
    const values = numbers(7, 1001).subarray(1)
    expect(unpacked(packed(values))).toEqual(Float32Array.from(values))
  })
})
