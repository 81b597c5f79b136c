import { cast, jit, makeProgram, mul, tensor, tree } from "cotangent"
import { accumulate, adam, applyUpdates, opaque, scaleByLearningRate } from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anyPart } from "../composition/parts.ts"
import { contents, element, type Model, runs, walk, walkCompiled } from "../model.ts"

const steps = fc.integer({ min: 1, max: 4 })
/** Whole numbers: their means over powers of two are exact. */
const whole = fc.integer({ min: -8, max: 8 })
const zero = (x: Model): boolean => tree.leaves(x).every((leaf) => leaf.dataSync().every((y) => Number(y) === 0))

describe("accumulate", () => {
  test("over one gradient is the transformation itself", () => {
    fc.assert(
      fc.property(runs(3), anyPart, (given, t) => {
        const found = walk(opaque(accumulate(t, 1)), given)
        expect(contents(found.updates)).toEqual(contents(walk(t, given).updates))
      }),
      { numRuns: 30 },
    )
  })

  test("of equal gradients takes their step, exactly, and none in between", () => {
    fc.assert(
      fc.property(
        runs(2, element),
        anyPart,
        steps,
        fc.constantFrom(walk, walkCompiled),
        ({ start, grads }, t, n, go) => {
          const repeated = grads.flatMap((g) => Array.from({ length: n }, () => g))
          const found = go(opaque(accumulate(t, n)), { start, grads: repeated }).updates
          const wanted = go(t, { start, grads }).updates
          found.forEach((update, k) => {
            if ((k + 1) % n === 0) expect(contents(update)).toEqual(contents(wanted[(k + 1) / n - 1]))
            else expect(zero(update)).toBe(true)
          })
        },
      ),
      { numRuns: 40 },
    )
  })

  test.each([2, 4])("of %i gradients takes one step of their mean, exactly where the mean is", (n) => {
    fc.assert(
      fc.property(
        runs(
          2 * n,
          whole.map((x) => x * 12),
        ),
        anyPart,
        ({ start, grads }, t) => {
          // Multiples of 12 have exact running means over 1, 2, 3 and 4.
          const halves = [grads.slice(0, n), grads.slice(n)]
          const divided = halves.map(([first = start, ...others]) =>
            tree.map(
              (x) => mul(x, 1 / n),
              others.reduce((sum, g) => applyUpdates(sum, g), first),
            ),
          )
          const found = walk(opaque(accumulate(t, n)), { start, grads }).updates
          const wanted = walk(t, { start, grads: divided }).updates
          expect(contents([found[n - 1], found[2 * n - 1]])).toEqual(contents(wanted))
        },
      ),
      { numRuns: 30 },
    )
  })

  test("keeps the state inside until its turn, whose schedules count its own steps", () => {
    const optimiser = accumulate(
      scaleByLearningRate((step) => cast(step, "f32")),
      3,
    )
    const params = { w: tensor([1]) }
    let state = optimiser.init(params)
    const seen = Array.from({ length: 9 }, () => {
      const [updates, next] = optimiser.update(params, state, params)
      state = next
      return [state.count.itemSync(), state.inner.count.itemSync(), Math.abs(updates.w.arraySync()[0] ?? Number.NaN)]
    })
    expect(seen).toEqual([
      [1, 0, 0],
      [2, 0, 0],
      [0, 1, 0],
      [1, 1, 0],
      [2, 1, 0],
      [0, 2, 1],
      [1, 2, 0],
      [2, 2, 0],
      [0, 3, 2],
    ])
  })

  test("is one program for all steps, in which the transformation stands in a branch", () => {
    const optimiser = accumulate(adam({ learningRate: 0.1 }), 3)
    const params = { w: tensor([1, 2]) }
    let [state, traced] = [optimiser.init(params), 0]
    const step = jit((g: typeof params, s: typeof state, p: typeof params) => {
      traced++
      return optimiser.update(g, s, p)
    })
    for (let k = 0; k < 7; k++) state = step(params, state, params)[1]
    expect(traced).toBe(1)
    const program = String(
      makeProgram((g: typeof params, s: typeof state) => optimiser.update(g, s, params))(params, state),
    )
    const [outside = ""] = program.split(/\bcond\b/)
    expect(program).toContain("sqrt")
    expect(outside).not.toContain("sqrt")
  })
})
