import { type Tensor, tensor, tree } from "cotangent"
import { adaTam, adaTamW, type Granularity, opaque, scaleByTam, tam, tamMetrics } from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, expectTypeOf, test } from "vitest"
import { type Matrix, tamByHand } from "./by-hand.ts"
import { f64, gradients, granularity, number, share } from "./given.ts"

const numbers = (x: unknown): readonly number[] => tree.leaves(x).flatMap((leaf) => [...leaf.dataSync()].map(Number))

function expectNear(found: readonly number[], wanted: readonly number[], relative = 1e-12) {
  const size = Math.max(1, ...wanted.map(Math.abs))
  expect(found.length).toBe(wanted.length)
  found.forEach((x, k) => {
    expect(Math.abs(x - (wanted[k] ?? Number.NaN)), `${x}, not ${wanted[k]}`).toBeLessThanOrEqual(relative * size)
  })
}

const settings = fc.record({ momentum: share, smoothing: share, epsilon: fc.constantFrom(1e-8, 0.25), granularity })

describe("five steps in float64", () => {
  test("scaleByTam: momentum, damping and cosine at every granularity", () => {
    fc.assert(
      fc.property(gradients(5), settings, (given, options) => {
        const transformation = scaleByTam(options)
        const trees = given.map((matrices) => matrices.map(f64))
        let state = transformation.init(trees[0] ?? [])
        const wanted = tamByHand(given, options)
        trees.forEach((grads, k) => {
          const [direction, next] = transformation.update(grads, state, grads)
          state = next
          const { momenta = [], damping = [], cosine = Number.NaN } = wanted[k] ?? {}
          expectNear(numbers(direction), momenta.flat(2))
          const metrics = tamMetrics(state)
          const elements = damping.flat(2)
          const mean =
            options.granularity === "tensor"
              ? damping.reduce((sum, m) => sum + (m[0]?.[0] ?? Number.NaN), 0) / damping.length
              : elements.reduce((a, b) => a + b, 0) / elements.length
          // The metrics are f32.
          expectNear([metrics.damping.itemSync(), metrics.cosine.itemSync()], [mean, cosine], 1e-6)
        })
        expect(numbers(state.count)).toEqual([5])
      }),
      { numRuns: 300 },
    )
  })

  test("a single tensor: the model's cosine is the tensor's", () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 5, maxLength: 5 }), share, (given, smoothing) => {
        const [first, second] = (["model", "tensor"] as const).map((of) => {
          const transformation = opaque(scaleByTam({ smoothing, granularity: of }))
          let state = transformation.init({ w: f64([[0, 0]]) })
          return given.flatMap((x) => {
            const grads = { w: f64([[x, 1]]) }
            const [direction, next] = transformation.update(grads, state, grads)
            state = next
            return numbers(direction)
          })
        })
        expect(first).toEqual(second)
      }),
    )
  })

  const adaByHand = (
    given: readonly (readonly Matrix[])[],
    options: { beta2: number; epsilon: number },
    torque: Parameters<typeof tamByHand>[1],
  ) => {
    let variance = (given[0] ?? []).flat(2).map(() => 0)
    return tamByHand(given, torque).map(({ momenta }, k) => {
      const g = (given[k] ?? []).flat(2)
      variance = variance.map((v, i) => options.beta2 * v + (1 - options.beta2) * (g[i] ?? Number.NaN) ** 2)
      return momenta.flat(2).map((m, i) => m / (Math.sqrt(variance[i] ?? Number.NaN) + options.epsilon))
    })
  }

  test("adaTam: no factor 1 - beta1, and no correction of either moment", () => {
    fc.assert(
      fc.property(
        gradients(5),
        settings,
        share,
        share,
        (given, { momentum: beta1, ...others }, beta2, learningRate) => {
          const optimiser = adaTam({ learningRate, beta1, beta2, ...others })
          const trees = given.map((matrices) => matrices.map(f64))
          let state = optimiser.init(trees[0] ?? [])
          const wanted = adaByHand(given, { beta2, ...others }, { momentum: beta1, ...others })
          trees.forEach((grads, k) => {
            const [updates, next] = optimiser.update(grads, state, grads)
            state = next
            expectNear(
              numbers(updates),
              (wanted[k] ?? []).map((x) => -learningRate * x),
            )
          })
        },
      ),
      { numRuns: 200 },
    )
  })

  test("adaTamW also takes learningRate * weightDecay * params off those that decay", () => {
    fc.assert(
      fc.property(gradients(2), share, share, (given, learningRate, weightDecay) => {
        const trees = given.map((matrices) => ({ w: f64(matrices[0] ?? []), bias: f64(matrices[0] ?? []) }))
        const params = trees[1] ?? { w: f64([]), bias: f64([]) }
        const plain = adaTam({ learningRate })
        const decoupled = adaTamW({ learningRate, weightDecay, mask: (path) => !path.endsWith("bias") })
        const grads = trees[0] ?? params
        const [without] = plain.update(grads, plain.init(params), params)
        const [updates] = decoupled.update(grads, decoupled.init(params), params)
        expectNear(numbers(updates.bias), numbers(without.bias))
        const p = numbers(params.w)
        expectNear(
          numbers(updates.w),
          numbers(without.w).map((u, k) => u - learningRate * weightDecay * (p[k] ?? Number.NaN)),
        )
      }),
      { numRuns: 50 },
    )
  })
})

describe("the state", () => {
  const params = {
    w: tensor([
      [1, 2],
      [3, 4],
    ]),
    deep: [tensor(Float64Array.of(1)), undefined] as const,
  }

  test("is typed by granularity", () => {
    const model = tam({ learningRate: 1 }).init(params)
    expectTypeOf(model.smoothed).toEqualTypeOf<Tensor<readonly [], "f32" | "f64">>()
    const tensors = tam({ learningRate: 1, granularity: "tensor" }).init(params)
    expectTypeOf(tensors.smoothed.w).toEqualTypeOf<Tensor<readonly [], "f32">>()
    expectTypeOf(tensors.smoothed.deep[0]).toEqualTypeOf<Tensor<readonly [], "f64">>()
    const elements = tam({ learningRate: 1, granularity: "element" }).init(params)
    expectTypeOf(elements.smoothed).toEqualTypeOf<typeof params>()
    expectTypeOf(elements.velocity).toEqualTypeOf<typeof params>()
    const ada = adaTam({ learningRate: 1, granularity: "element" }).init(params)
    expectTypeOf(ada.variance).toEqualTypeOf<typeof params>()
    expect([model, tensors, elements].map((s) => tree.leaves(s.smoothed).map((x) => [x.dtype, ...x.shape]))).toEqual([
      [["f64"]],
      [["f32"], ["f64"]],
      [
        ["f32", 2, 2],
        ["f64", 1],
      ],
    ])
  })

  test("zero gradients: the momentum only fades, cosines count as 0 and nothing is NaN", () => {
    const zero = tree.map((x) => x, { w: tensor([0, 0]), b: tensor(0) })
    for (const of of ["model", "tensor", "element"] as const satisfies readonly Granularity[]) {
      const optimiser = opaque(adaTam({ learningRate: 1, granularity: of }))
      let state = optimiser.init(zero)
      for (let step = 0; step < 3; step++) {
        const [updates, next] = optimiser.update(zero, state, zero)
        state = next
        expect(numbers(updates).map(Math.abs)).toEqual([0, 0, 0])
      }
      expect(numbers(state).every(Number.isFinite)).toBe(true)
    }
  })
})

test("hyper-parameters out of their range are refused at the call", () => {
  expect(() => tam({ learningRate: 0.1, momentum: 1 })).toThrow(
    "scaleByTam: momentum is 1; it must be from 0 to below 1",
  )
  expect(() => tam({ learningRate: 0.1, smoothing: Number.NaN })).toThrow("scaleByTam: smoothing is NaN")
  expect(() => adaTam({ learningRate: 0.1, beta2: -1 })).toThrow("scaleByAdaTam: beta2 is -1")
  expect(() => adaTamW({ learningRate: 0.1, epsilon: -1 })).toThrow("scaleByAdaTam: epsilon is -1")
  expect(() => adaTam({ learningRate: -1 })).toThrow("adaTam: learningRate is -1")
})
