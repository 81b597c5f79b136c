import { add, cast, jit, mul, sum, tensor, vmap, zeros } from "cotangent"
import * as optim from "cotangent/optim"
import {
  adam,
  addDecayedWeights,
  applyUpdates,
  chain,
  clipByGlobalNorm,
  globalNorm,
  injectHyperparameters,
  inspect,
  opaque,
  type Rate,
  scale,
  scaleByAdam,
  sgd,
} from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anyPart } from "../composition/parts.ts"
import { contents, element, runs, share } from "../model.ts"

const f64 = (xs: readonly number[]) => ({ w: tensor(Float64Array.from(xs), { shape: [3] }) })
const vector = fc.array(element, { minLength: 3, maxLength: 3 })
const rates = fc.record({ learningRate: share, beta1: share, beta2: share, epsilon: share })

describe("injectHyperparameters", () => {
  test("in float64 is the transformation with the numbers, bit for bit, eager and compiled", () => {
    fc.assert(
      fc.property(vector, fc.array(vector, { minLength: 3, maxLength: 3 }), rates, (start, grads, options) => {
        const [plain, injected] = [adam(options), injectHyperparameters(adam)(options)]
        const params = f64(start)
        let [a, b, c] = [plain.init(params), injected.init(params), injected.init(params)]
        const step = jit((g: typeof params, s: typeof c) => injected.update(g, s, params), { donate: [1] })
        for (const g of grads.map(f64)) {
          const [wanted, next] = plain.update(g, a, params)
          const [found, after] = injected.update(g, b, params)
          const [compiled, last] = step(g, c)
          a = next
          b = after
          c = last
          expect(found.w.arraySync()).toEqual(wanted.w.arraySync())
          expect(compiled.w.arraySync()).toEqual(wanted.w.arraySync())
        }
        expect(b.hyperparameters.beta1.itemSync()).toBe(options.beta1)
        expect(b.hyperparameters.learningRate.dtype).toBe("f64")
      }),
      { numRuns: 40 },
    )
  })

  test("does so for other factories: options in one object", () => {
    const factories = [
      [(o: { learningRate: Rate }) => opaque(sgd(o)), { learningRate: 0.3 }],
      [(o: { learningRate: Rate; momentum: number }) => opaque(sgd(o)), { learningRate: 0.3, momentum: 0.7 }],
      [
        (o: { norm: number; factor: number }) => opaque(chain(clipByGlobalNorm(o.norm), scale(o.factor))),
        { norm: 0.3, factor: 0.1 },
      ],
      [(o: { decay: number }) => opaque(addDecayedWeights(o.decay)), { decay: 0.3 }],
    ] as const
    const params = f64([1, -2, 3])
    const updates = (t: optim.Transformation<optim.Opaque>): unknown => {
      const [first, state] = t.update(f64([4, 5, -6]), t.init(params), params)
      return [first.w.arraySync(), t.update(f64([0.1, 0.2, 0.3]), state, params)[0].w.arraySync()]
    }
    const [[a, ao], [b, bo], [c, co], [d, dO]] = factories
    expect(updates(opaque(injectHyperparameters(a)(ao)))).toEqual(updates(a(ao)))
    expect(updates(opaque(injectHyperparameters(b)(bo)))).toEqual(updates(b(bo)))
    expect(updates(opaque(injectHyperparameters(c)(co)))).toEqual(updates(c(co)))
    expect(updates(opaque(injectHyperparameters(d)(dO)))).toEqual(updates(d(dO)))
  })

  test("what is set between two steps holds from the next one on, and nothing is traced again", () => {
    const optimiser = injectHyperparameters((o: { learningRate: Rate }) => sgd(o))({ learningRate: 1 })
    const params = { w: tensor([2]) }
    let [state, traced] = [optimiser.init(params), 0]
    const step = jit((g: typeof params, s: typeof state) => {
      traced++
      return optimiser.update(g, s, params)
    })
    const seen = [1, 0.5, 0.25].map((learningRate) => {
      state = { ...state, hyperparameters: { learningRate: tensor(learningRate) } }
      const [updates, next] = step(params, state)
      state = next
      return updates.w.arraySync()[0]
    })
    expect(seen).toEqual([-2, -1, -0.5])
    expect(traced).toBe(1)
  })

  test("schedules are evaluated into the state, where they can be logged", () => {
    const optimiser = injectHyperparameters(adam)({ learningRate: (step) => add(cast(step, "f32"), 1), beta1: 0.5 })
    const params = { w: tensor([2]) }
    let state = optimiser.init(params)
    const rates = Array.from({ length: 3 }, () => {
      state = optimiser.update(params, state, params)[1]
      return state.hyperparameters.learningRate.itemSync()
    })
    expect(rates).toEqual([1, 2, 3])
    expect(state.count.itemSync()).toBe(3)
  })

  test("static options stay as they are", () => {
    const decay = (o: {
      readonly decay: optim.Hyperparameter
      readonly mask: (path: string) => boolean
      readonly steps: number
    }) => optim.accumulate(addDecayedWeights(o.decay, { mask: o.mask }), o.steps)
    const optimiser = injectHyperparameters(decay, { static: ["mask", "steps"] })({
      decay: 0.5,
      mask: (path) => path.endsWith("a"),
      steps: 2,
    })
    const params = { a: tensor([2]), b: tensor([2]) }
    const still = { a: zeros([1]), b: zeros([1]) }
    const state = optimiser.init(params)
    expect(Object.keys(state.hyperparameters)).toEqual(["decay"])
    const [updates] = optimiser.update(still, optimiser.update(still, state, params)[1], params)
    expect([updates.a.arraySync(), updates.b.arraySync()]).toEqual([[1], [0]])
  })

  test("an ensemble over learning rates is one vmap", () => {
    const optimiser = injectHyperparameters(adam)({ learningRate: 0 })
    const step = (learningRate: optim.Hyperparameter) => {
      const params = { w: tensor([1, -2]) }
      const state = optimiser.init(params)
      const set = {
        ...state,
        hyperparameters: { learningRate: typeof learningRate === "number" ? tensor(learningRate) : learningRate },
      }
      return applyUpdates(params, optimiser.update(params, set, params)[0]).w
    }
    const found = vmap(step)(tensor([0.5, 0.25])).arraySync()
    expect(found).toEqual([0.5, 0.25].map((rate) => step(rate).arraySync()))
  })
})

describe("inspect", () => {
  test("passes every update on, and has measured the last one", () => {
    fc.assert(
      fc.property(runs(3), anyPart, ({ start, grads }, t) => {
        const watched = chain(
          t,
          inspect((updates, params) => ({ norm: globalNorm(updates), size: globalNorm(params) })),
        )
        let [state, plain] = [watched.init(start), t.init(start)]
        for (const g of grads) {
          const [updates, next] = watched.update(g, state, start)
          const [wanted, after] = t.update(g, plain, start)
          state = next
          plain = after
          expect(contents(updates)).toEqual(contents(wanted))
          const { norm, size } = state[1].value
          expect([norm.itemSync(), size.itemSync()]).toEqual([
            globalNorm(wanted).itemSync(),
            globalNorm(start).itemSync(),
          ])
        }
      }),
      { numRuns: 20 },
    )
  })
  test("may be written for one type of parameters", () => {
    const watch = inspect((u: { w: ReturnType<typeof f64>["w"] }) => sum(mul(u.w, u.w)))
    const params = f64([1, 2, 3])
    expect(watch.update(params, watch.init(params), params)[1].value.itemSync()).toBe(14)
    expect(watch.init(params).value.itemSync()).toBe(0)
  })
  test("leaves the parameters to their owner, also where the measure hands them on", () => {
    const params = { w: tensor([1, 2]) }
    const watch = inspect((_: typeof params, p: typeof params) => p)
    jit((s: ReturnType<typeof watch.init<typeof params>>) => watch.update(params, s, params), { donate: [0] })(
      watch.init(params),
    )
    expect(params.w.arraySync()).toEqual([1, 2])
  })
  test("its state has one structure from the start, so a compiled step stays compiled", () => {
    const given = { w: tensor([1, 2]) }
    const watch = chain(
      scaleByAdam(),
      inspect((u) => globalNorm(u)),
    )
    let [state, traced] = [watch.init(given), 0]
    const step = jit((s: typeof state) => {
      traced++
      return watch.update(given, s, given)[1]
    })
    for (let k = 0; k < 3; k++) state = step(state)
    expect(traced).toBe(1)
  })
})
