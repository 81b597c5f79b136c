/** einsum beside plain loops, over random terms; and the order in which many operands meet. */
import { einsum, einsumPath, zeros } from "cotangent"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { contractionOrder } from "../../src/autodiff/functions/contraction/order.ts"
import { typeOf } from "../../src/autodiff/program/type.ts"
import { fromNumbers } from "../../src/autodiff/tensor.ts"
import type { Value } from "../../src/autodiff/value.ts"
import { indices, read } from "../autodiff/truths/plain.ts"

const loose: (pattern: string, ...operands: readonly Value[]) => Value = typed(einsum)
const names = ["a", "b", "c", "d"]
const sizes = new Map(names.map((name, k) => [name, k + 1]))
const sized = (term: readonly string[]): readonly number[] => term.map((name) => sizes.get(name) ?? 1)
const terms = fc
  .array(fc.array(fc.constantFrom(...names), { maxLength: 3 }), { minLength: 1, maxLength: 5 })
  .chain((inputs) =>
    fc.record({ inputs: fc.constant(inputs), output: fc.shuffledSubarray([...new Set(inputs.flat())]) }),
  )

describe("einsum", () => {
  it("is the plain loop over all names", () => {
    fc.assert(
      fc.property(terms, fc.boolean(), fc.integer({ min: 0, max: 1000 }), ({ inputs, output }, letters, seed) => {
        // Small whole numbers, which no order of summation rounds.
        const operands = inputs.map((term, k) => {
          const shape = sized(term)
          const count = shape.reduce((x, y) => x * y, 1)
          return { shape, data: Array.from({ length: count }, (_, i) => ((i * 7 + seed + k * 3) % 5) - 2) }
        })
        const pattern = letters
          ? `${inputs.map((t) => t.join("")).join(",")}->${output.join("")}`
          : `${inputs.map((t) => t.join(" ")).join(" , ")} -> ${output.join(" ")}`
        const found = loose(
          pattern,
          ...operands.map((x) => fromNumbers(typeOf("f32", x.shape), Float32Array.from(x.data))),
        )
        const used = [...new Set(inputs.flat())]
        const summed = used.filter((name) => !output.includes(name))
        const wanted = indices(sized(output)).map((i) =>
          indices(sized(summed)).reduce((total, k) => {
            const at = (name: string): number => i[output.indexOf(name)] ?? k[summed.indexOf(name)] ?? 0
            return total + operands.reduce((p, x, n) => p * read(x, (inputs[n] ?? []).map(at)), 1)
          }, 0),
        )
        expect(found.shape).toEqual(sized(output))
        expect([...found.dataSync()].map((x) => x + 0)).toEqual(wanted.map((x) => x + 0))
      }),
      { numRuns: 200 },
    )
  })

  it("contracts a chain in its cheapest order, and more than eight operands greedily", () => {
    const path = einsumPath("i j, j k, k l -> i l", zeros([2, 100]), zeros([100, 50]), zeros([50, 3]))
    expect(path.cost).toBe(2 * 100 * 50 + 2 * 50 * 3)
    expect(path.naive).toBe(2 * 100 * 50 * 3)
    const other = einsumPath("i j, j k, k l -> i l", zeros([100, 50]), zeros([50, 100]), zeros([100, 1]))
    expect(other.steps.map((s) => s.operands)).toEqual([
      [1, 2],
      [0, 1],
    ])
    expect(other.cost).toBe(50 * 100 + 100 * 50)
    const chain = Array.from({ length: 10 }, (_, k) => [`n${k}`, `n${k + 1}`])
    const steps = contractionOrder(chain, ["n0", "n10"], new Map(chain.flat().map((n, k) => [n, 2 + (k % 3)])))
    expect(steps.length).toBe(9)
    expect(Math.max(...steps.map((s) => s.cost))).toBeLessThanOrEqual(64)
  })

  it("never costs more than meeting from left to right", () => {
    fc.assert(
      fc.property(terms, ({ inputs, output }) => {
        const volume = (term: readonly string[]): number => sized([...new Set(term)]).reduce((x, y) => x * y, 1)
        let [sofar, left] = [inputs[0] ?? [], inputs.length === 1 ? volume(inputs[0] ?? []) : 0]
        for (let k = 1; k < inputs.length; k++) {
          const both = [...sofar, ...(inputs[k] ?? [])]
          left += volume(both)
          const later = new Set([...inputs.slice(k + 1).flat(), ...output])
          sofar = [...new Set(both)].filter((n) => later.has(n))
        }
        const single = inputs.reduce((sum, term) => sum + volume(term), 0)
        const cost = contractionOrder(inputs, output, sizes).reduce((sum, s) => sum + s.cost, 0)
        // What one operand sums alone is counted as well.
        expect(cost).toBeLessThanOrEqual(left + single)
      }),
    )
  })
})
