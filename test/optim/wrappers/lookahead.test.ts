import { mul, sub, tensor } from "cotangent"
import { applyUpdates, lookahead, opaque, sgd } from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anyPart } from "../composition/parts.ts"
import { contents, element, runs, share, walk } from "../model.ts"

describe("lookahead", () => {
  test("at rate 1 is the transformation itself, exactly", () => {
    fc.assert(
      fc.property(runs(4), anyPart, fc.integer({ min: 1, max: 3 }), (given, t, every) => {
        const found = walk(opaque(lookahead(t, { every, rate: 1 })), given)
        expect(contents(found.updates)).toEqual(contents(walk(t, given).updates))
      }),
      { numRuns: 40 },
    )
  })

  test("is algorithm 1 of the paper: seven steps down a bowl in float64", () => {
    const side = fc.tuple(
      element.map((x) => Math.abs(x) / 64),
      element,
      element,
    )
    fc.assert(
      fc.property(side, share, share, fc.integer({ min: 1, max: 4 }), ([a, c, start], learningRate, rate, every) => {
        const optimiser = lookahead(sgd({ learningRate }), { every, rate })
        let params = { w: tensor([start], { dtype: "f64" }) }
        let state = optimiser.init(params)
        let [slow, fast] = [start, start]
        for (let k = 1; k <= 7; k++) {
          const [updates, next] = optimiser.update({ w: mul(sub(params.w, c), a) }, state, params)
          state = next
          params = applyUpdates(params, updates)
          fast -= learningRate * a * (fast - c)
          if (k % every === 0) {
            slow += rate * (fast - slow)
            fast = slow
            // To the last bit: what is saved as the slow weights is what training goes on from.
            expect(state.slow.w.arraySync()).toEqual(params.w.arraySync())
          }
          const size = Math.max(1, Math.abs(start), Math.abs(c))
          expect(Math.abs((params.w.arraySync()[0] ?? Number.NaN) - fast)).toBeLessThanOrEqual(1e-14 * size)
          expect(Math.abs((state.slow.w.arraySync()[0] ?? Number.NaN) - slow)).toBeLessThanOrEqual(1e-14 * size)
        }
      }),
      { numRuns: 60 },
    )
  })

  test("at rate 0 comes back to where it began", () => {
    const optimiser = lookahead(sgd({ learningRate: 0.5 }), { every: 2, rate: 0 })
    let params = { w: tensor([1, 2]) }
    let state = optimiser.init(params)
    for (let k = 0; k < 4; k++) {
      const [updates, next] = optimiser.update(params, state, params)
      state = next
      params = applyUpdates(params, updates)
    }
    expect(params.w.arraySync()).toEqual([1, 2])
  })
})
