import { add, type Float, grad, jit, mul, random, type Scalar, sum, type Tensor, tensor, tree, vmap } from "cotangent"
import { adaTam, applyUpdates, type Opaque, opaque, type Transformation, tam, tamMetrics } from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Matrix } from "./by-hand.ts"
import { f32, f64, gradients, granularity } from "./given.ts"

const numbers = (x: unknown): readonly number[] => tree.leaves(x).flatMap((leaf) => [...leaf.dataSync()].map(Number))
const near = (found: readonly number[], wanted: readonly number[], relative: number) => {
  const size = Math.max(1, ...wanted.map(Math.abs))
  expect(found.length).toBe(wanted.length)
  found.forEach((x, k) => {
    expect(Math.abs(x - (wanted[k] ?? Number.NaN))).toBeLessThanOrEqual(relative * size)
  })
}

const optimiser: fc.Arbitrary<Transformation<Opaque>> = fc.oneof(
  granularity.map((of) => opaque(tam({ learningRate: 0.125, granularity: of }))),
  granularity.map((of) => opaque(adaTam({ learningRate: 0.125, granularity: of }))),
)

test("dampings do not know how large gradients are", () => {
  fc.assert(
    fc.property(gradients(4), granularity, fc.integer({ min: -20, max: 20 }), (given, of, power) => {
      const [plain, scaled] = [1, 2 ** power].map((factor) => {
        const torque = tam({ learningRate: 1, granularity: of })
        const trees = given.map((matrices) => matrices.map(f64))
        let state = torque.init(trees[0] ?? [])
        for (const grads of trees)
          state = torque.update(
            tree.map((g) => mul(g, factor), grads),
            state,
            grads,
          )[1]
        return numbers([state.smoothed, state.cosine])
      })
      // Powers of two round nothing.
      expect(scaled).toEqual(plain)
    }),
    { numRuns: 150 },
  )
})

test("f32 follows f64", () => {
  fc.assert(
    fc.property(gradients(5), granularity, (given, of) => {
      const torque = tam({ learningRate: 0.5, granularity: of })
      const [single, double] = [f32, f64].map((as: (m: Matrix) => Tensor<[number, number], Float>) => {
        let state = torque.init((given[0] ?? []).map((m) => as(m)))
        return given.flatMap((matrices) => {
          const grads = matrices.map((m) => as(m))
          const [updates, next] = torque.update(grads, state, grads)
          // A cosine jumps where the momentum passes 0: 0.45 - 0.9 * 0.5 is 0 in one precision, and has a sign in another.
          const [momenta, before, added] = [next.velocity, state.velocity, grads].map(numbers)
          fc.pre(
            (momenta ?? []).every((m, k) => {
              const terms = Math.abs(before?.[k] ?? 0) + Math.abs(added?.[k] ?? 0)
              return terms === 0 || Math.abs(m) > 1e-5 * terms
            }),
          )
          state = next
          return numbers(updates)
        })
      })
      near(single ?? [], double ?? [], 32 * 2 ** -23)
    }),
    { numRuns: 100 },
  )
})

describe("transforms", () => {
  test("jit with donation does what eager does, metrics included", () => {
    fc.assert(
      fc.property(gradients(3), granularity, (given, of) => {
        const torque = tam({ learningRate: 0.125, granularity: of })
        const trees = given.map((matrices) => matrices.map(f32))
        const fresh = () => (given[0] ?? []).map(f32)
        const start = () => [fresh(), torque.init(fresh())] as const
        const step = (at: ReturnType<typeof start>, grads: ReturnType<typeof fresh>) => {
          const [updates, state] = torque.update(grads, at[1], at[0])
          return [[applyUpdates(at[0], updates), state] as const, { ...tamMetrics(state) }] as const
        }
        const fast = jit(step, { donate: [0] })
        let [eager, compiled] = [start(), start()]
        for (const grads of trees) {
          const [a, seenA] = step(eager, grads)
          const [b, seenB] = fast(compiled, grads)
          ;[eager, compiled] = [a, b]
          near(numbers(seenB), numbers(seenA), 1e-6)
        }
        near(numbers(compiled), numbers(eager), 1e-6)
      }),
      { numRuns: 25 },
    )
  })

  test("vmap over learning rates, momenta and smoothings is the loop over them", () => {
    fc.assert(
      fc.property(gradients(3), granularity, fc.boolean(), (given, of, ada) => {
        const trees = given.map((matrices) => matrices.map(f32))
        const end = (learningRate: Scalar, momentum: Scalar, smoothing: Scalar) => {
          const torque = ada
            ? opaque(adaTam({ learningRate, beta1: momentum, smoothing, granularity: of }))
            : opaque(tam({ learningRate, momentum, smoothing, granularity: of }))
          let params = trees[0] ?? []
          let state = torque.init(params)
          for (const grads of trees) {
            const [updates, next] = torque.update(grads, state, params)
            state = next
            params = applyUpdates(params, updates)
          }
          return sum(tree.ravel(params)[0])
        }
        const many = [tensor([0.5, 0.25, 0.125]), tensor([0.9, 0.5, 0]), tensor([0.9, 0, 0.5])] as const
        const found = numbers(vmap(end)(...many))
        const wanted = [0, 1, 2].map((k) => {
          const [rate = 0, momentum = 0, smoothing = 0] = many.map((x) => x.dataSync()[k])
          return Number(end(tensor(rate), tensor(momentum), tensor(smoothing)).dataSync()[0])
        })
        near(found, wanted, 1e-5)
      }),
      { numRuns: 25 },
    )
  })

  test("a step can be differentiated, also from rest and through zero gradients", () => {
    fc.assert(
      fc.property(gradients(3), optimiser, (given, torque) => {
        const end = (factor: Scalar<"f64">) => {
          let params = (given[0] ?? []).map(f64)
          let state = torque.init(params)
          for (const matrices of given) {
            const grads = matrices.map((m) => mul(f64(m), factor))
            const [updates, next] = torque.update(grads, state, params)
            state = next
            params = applyUpdates(params, updates)
          }
          return params.reduce<Scalar<"f64">>((total, p) => add(total, sum(p)), tensor(0, { dtype: "f64" }))
        }
        expect(grad(end)(tensor(1, { dtype: "f64" })).itemSync()).not.toBeNaN()
      }),
      { numRuns: 50 },
    )
  })
})

test("a NaN among the gradients stays to be seen", () => {
  fc.assert(
    fc.property(optimiser, (torque) => {
      const start = { w: tensor([1, 2]) }
      const grads = { w: tensor([Number.NaN, 1]) }
      const [, state] = torque.update({ w: tensor([1, 1]) }, torque.init(start), start)
      const [updates, after] = torque.update(grads, state, start)
      expect(numbers(updates)[0]).toBeNaN()
      expect(tree.leaves(after).some((leaf) => numbers(leaf).some(Number.isNaN))).toBe(true)
    }),
  )
})

test("turning all coordinates turns the path: the model's cosine knows no axes", () => {
  const [n, steps] = [6, 4]
  const [q] = [random.orthogonal(random.key(3), n)]
  const torque = tam({ learningRate: 0.5 })
  const given = random.split(random.key(4), steps).map((key) => random.normal(key, [n]))
  const walk = (turn: (g: (typeof given)[number]) => (typeof given)[number]) => {
    let state = torque.init({ w: random.normal(random.key(0), [n]) })
    return given.map((g) => {
      const grads = { w: turn(g) }
      const [updates, next] = torque.update(grads, state, grads)
      state = next
      return updates.w
    })
  }
  const rotate = (x: (typeof given)[number]) => sum(mul(q, x), { axis: 1 })
  const [straight, turned] = [walk((g) => g), walk(rotate)]
  for (const [k, u] of straight.entries()) near(numbers(turned[k]), numbers(rotate(u)), 1e-5)
})
