import { jit, tensor, tree } from "cotangent"
import { averageParams, chain, ema, opaque, polyak, scaleByAdam } from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { contents, distance, element, runs, share, walk } from "../model.ts"

const series = fc.array(element, { minLength: 1, maxLength: 6 })
const f64 = (x: number) => ({ w: tensor([x], { dtype: "f64" }) })
const value = (x: ReturnType<typeof f64>): number => x.w.arraySync()[0] ?? Number.NaN

describe("ema of updates", () => {
  test.each([true, false])("against its formula in float64, debias %s", (debias) => {
    fc.assert(
      fc.property(series, share, (xs, decay) => {
        const average = ema(decay, { debias })
        let state = average.init(f64(0))
        let m = 0
        xs.forEach((x, k) => {
          const [updates, next] = average.update(f64(x), state, f64(0))
          state = next
          m = decay * m + (1 - decay) * x
          const wanted = debias ? m / (1 - decay ** (k + 1)) : m
          // Next to 0 the sum cancels: beside the largest number that went in.
          expect(Math.abs(value(updates) - wanted)).toBeLessThanOrEqual(1e-14 * Math.max(...xs.map(Math.abs)))
        })
      }),
      { numRuns: 100 },
    )
  })
  test("with the bias taken off gives equal updates back", () => {
    fc.assert(
      fc.property(runs(1), share, ({ start, grads: [grads = start] }, decay) => {
        const { updates } = walk(opaque(ema(decay)), { start, grads: [grads, grads, grads] })
        expect(distance(updates, [grads, grads, grads])).toBeLessThanOrEqual(8)
      }),
      { numRuns: 40 },
    )
  })
  test("is the mean of Adam: their states agree exactly", () => {
    fc.assert(
      fc.property(runs(3), share, ({ start, grads }, decay) => {
        let [mean, adam] = [ema(decay).init(start), scaleByAdam({ beta1: decay }).init(start)]
        for (const g of grads) {
          mean = ema(decay).update(g, mean, start)[1]
          adam = scaleByAdam({ beta1: decay }).update(g, adam, start)[1]
        }
        expect(contents(mean.mean)).toEqual(contents(adam.mean))
      }),
      { numRuns: 20 },
    )
  })
  test("with decay 0 changes nothing", () => {
    fc.assert(
      fc.property(runs(2), (given) => {
        expect(contents(walk(opaque(chain(ema(0))), given).updates)).toEqual(contents(given.grads))
      }),
      { numRuns: 10 },
    )
  })
})

describe("averages of parameters", () => {
  test("averageParams against its formula in float64", () => {
    fc.assert(
      fc.property(series, share, ([first = 0, ...xs], decay) => {
        const { init, update } = averageParams(decay)
        const state = xs.reduce((s, x) => update(f64(x), s), init(f64(first)))
        const wanted = xs.reduce((a, x) => decay * a + (1 - decay) * x, first)
        expect(Math.abs(value(state.average) - wanted)).toBeLessThanOrEqual(
          1e-14 * Math.max(...[first, ...xs].map(Math.abs)),
        )
        expect(state.count.itemSync()).toBe(1 + xs.length)
      }),
      { numRuns: 100 },
    )
  })
  test("polyak is the mean", () => {
    fc.assert(
      fc.property(series, ([first = 0, ...xs]) => {
        const { init, update } = polyak()
        const state = xs.reduce((s, x) => update(f64(x), s), init(f64(first)))
        const wanted = [first, ...xs].reduce((sum, x) => sum + x) / (1 + xs.length)
        expect(Math.abs(value(state.average) - wanted)).toBeLessThanOrEqual(
          1e-14 * Math.max(...[first, ...xs].map(Math.abs)),
        )
      }),
      { numRuns: 100 },
    )
  })
  test.each([
    ["averageParams", averageParams(0.9999)],
    ["polyak", polyak()],
  ])("%s stays at equal parameters to the last bit, also in f32 and compiled with donation", (_, { init, update }) => {
    fc.assert(
      fc.property(runs(1), ({ start }) => {
        const step = jit((p: typeof start, s: ReturnType<typeof init<typeof start>>) => update(p, s), { donate: [1] })
        let state = init(start)
        for (let k = 0; k < 5; k++) state = step(start, state)
        expect(contents(state.average)).toEqual(contents(start))
        expect(tree.equalStructure(state.average, start)).toBe(true)
      }),
      { numRuns: 10 },
    )
  })
})
