/** argmax and argmin as two folds: NaN, signed zeros, ties, infinities and no elements at all, in every dtype. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Element } from "../../src/autodiff/dtype.ts"
import { inputsOf, mapLoop } from "../../src/autodiff/program/loop/loop.ts"
import { fold, load, type Scalar, unary } from "../../src/autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../src/autodiff/program/loop/walk.ts"
import { splitWinners } from "../../src/backend/compile/winners.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { contents } from "./wasm-random-loops.ts"
import { runWasm } from "./wasm-run.ts"

const isPaired = (n: Scalar): boolean => nodesOf(n).some((x) => x.op === "fold" && x.monoid.startsWith("arg"))

describe("positions of the best", () => {
  it("are those of the fold of pairs, along rows and columns", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Element>("f32", "i32", "u32", "bool", "f64"),
        fc.constantFrom("argmax" as const, "argmin" as const),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        fc.boolean(),
        fc.nat(),
        (dtype, monoid, size, others, rows, special, seed) => {
          const shape = rows ? [others, size] : [size, others]
          const [x] = inputsOf([{ dtype, shape }])
          const at = (i: Scalar, k: Scalar): Scalar => load(x!, rows ? [i, k] : [k, i])
          const loop = mapLoop([x!], [others], (i) => fold(monoid, size, (k) => [at(i, k), k], 1))
          expect(isPaired(splitWinners(loop.bodies[0]!))).toBe(false)
          const values = contents({ dtype, shape }, seed, special)
          expect(runWasm(loop, [values])).toEqual(kernelOf(loop).run([values]))
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 500) },
    )
  })
  it("stay pairs where the value is wanted, or would be computed twice", () => {
    const [x] = inputsOf([{ dtype: "f32", shape: [9] }])
    const value = fold("argmax", 9, (k) => [load(x!, [k]), k], 0)
    const computed = fold("argmax", 9, (k) => [unary("exp", load(x!, [k])), k], 1)
    for (const n of [value, computed]) expect(splitWinners(n)).toBe(n)
  })
})
