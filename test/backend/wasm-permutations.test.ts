/** Permutations of axes in squares of four by four: every rank, order and size, tails and slices included. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Element } from "../../src/autodiff/dtype.ts"
import { inputsOf, type MapLoop, mapLoop } from "../../src/autodiff/program/loop/loop.ts"
import { binary, load, type Scalar, unary } from "../../src/autodiff/program/loop/scalar.ts"
import { collapse } from "../../src/backend/compile/collapse.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { asPermutation } from "../../src/backend/wasm/emit/transposed.ts"
import { contents } from "./wasm-random-loops.ts"
import { runWasm } from "./wasm-run.ts"

/** out[i] = x[i permuted, each axis from `start` on], the operand longer than what is read of it. */
function permuted(
  dtype: Element,
  shape: readonly number[],
  order: readonly number[],
  start: readonly number[],
): MapLoop {
  const source = order.map((d, axis) => shape[d]! + start[axis]! * 2)
  const [x] = inputsOf([{ dtype, shape: source }])
  return mapLoop([x!], shape, (...i) =>
    load(
      x!,
      order.map((d, axis) => binary("add", i[d]!, start[axis]!)),
    ),
  )
}
const isFast = (loop: MapLoop): boolean => asPermutation(collapse(loop)) !== undefined

describe("permutations", () => {
  it("of every rank, order and size", () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(4, 8, 32, 33, 36, 67))
    let fast = 0
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 4 }).chain((rank) =>
          fc.record({
            shape: fc.array(size, { minLength: rank, maxLength: rank }),
            order: fc.shuffledSubarray([0, 1, 2, 3].slice(0, rank), { minLength: rank }),
            start: fc.array(fc.constantFrom(0, 0, 1, 3), { minLength: rank, maxLength: rank }),
          }),
        ),
        fc.constantFrom<Element>("f32", "i32", "u32", "bool", "f64"),
        fc.nat(),
        ({ shape, order, start }, dtype, seed) => {
          fc.pre(shape.reduce((p, n) => p * n, 1) < 40_000)
          const loop = permuted(dtype, shape, order, start)
          if (isFast(loop)) fast++
          const values = loop.inputs.map((x, k) => contents(x, seed + k, true))
          const [got, want] = [runWasm(loop, values)[0]!, kernelOf(loop).run(values)[0]!]
          for (let k = 0; k < want.length; k++)
            if (!Object.is(got[k], want[k])) expect.fail(`[${shape}] of [${order}]: ${k} is ${got[k]}, not ${want[k]}`)
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 400) },
    )
    expect(fast).toBeGreaterThan(100)
  })

  it("are those alone that move words along whole axes", () => {
    const plain = permuted("f32", [20, 30], [1, 0], [0, 0])
    expect(isFast(plain)).toBe(true)
    expect(isFast(permuted("f32", [20, 30], [0, 1], [0, 0]))).toBe(false)
    expect(isFast(permuted("f64", [20, 30], [1, 0], [0, 0]))).toBe(false)
    expect(isFast(permuted("f32", [20, 3], [1, 0], [0, 0]))).toBe(false)
    const [x] = plain.inputs
    const of = (make: (i: Scalar, j: Scalar) => Scalar): MapLoop => mapLoop([x!], [20, 30], (i, j) => make(i!, j!))
    expect(isFast(of((i, j) => unary("neg", load(x!, [j, i]))))).toBe(false)
    // Outside there is a stated value, which a square would not see.
    expect(isFast(of((i, j) => load(x!, [binary("add", j, 1), i])))).toBe(false)
  })
})
