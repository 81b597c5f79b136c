/** Every meaning against what it is meant to mean. */
import { setEngine } from "cotangent"
import { expectClose } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { isFloat } from "../../src/autodiff/dtype.ts"
import { bind } from "../../src/autodiff/interpreter.ts"
import { fromNumbers } from "../../src/autodiff/tensor.ts"
import { casesOf, names, operandsOf, typesOf } from "./cases.ts"
import { truths } from "./truths.ts"

beforeAll(() => setEngine("reference"))
const isTold = (name: string): name is keyof typeof truths => name in truths

describe("every primitive computes what plain loops do", () => {
  it("but for three, whose words the tests of keys and random numbers know", () => {
    expect(names.filter((n) => !isTold(n))).toEqual(["keyToWords", "threefry", "wordsToKey"])
  })
  it.each(names.filter(isTold))("%s", (name) => {
    for (const c of casesOf(name))
      fc.assert(
        fc.property(operandsOf(c), (numbers) => {
          const types = typesOf(c)
          const results = bind(
            c.operation,
            types.map((t, k) => fromNumbers(t, numbers[k] ?? new Float32Array(0))),
          )
          const plain = types.map((t, k) => ({ shape: t.shape, data: [...(numbers[k] ?? [])] }))
          const wanted = truths[name](plain, c.operation.params)
          expect(results.map((y) => y.shape)).toEqual(wanted.map((w) => w.shape))
          results.forEach((y, r) => {
            const [found, expected] = [y.dataSync(), wanted[r]?.data ?? []]
            if (isFloat(y.dtype)) expectClose(found, Float32Array.from(expected), { rtol: 1e-6, atol: 1e-6 })
            else expect([...found]).toEqual(y.dtype === "u32" ? expected.map((x) => x >>> 0) : expected)
          })
        }),
        { numRuns: 10 },
      )
  })
})
