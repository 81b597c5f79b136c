import { cast, jit, mul, sub, type Tensor, tensor, tree } from "cotangent"
import {
  adam,
  addDecayedWeights,
  applyUpdates,
  chain,
  clipByGlobalNorm,
  globalNorm,
  type Opaque,
  opaque,
  scale,
  sgd,
  type Transformation,
  transformationMonoid,
} from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"

// Numbers between 2^-6 and 2^6 in size with few bits: what a formula does to them is rounding, never underflow.
const number = fc
  .tuple(fc.integer({ min: -64, max: 64 }), fc.integer({ min: 0, max: 6 }))
  .map(([n, p]) => (n + 0.5) / 2 ** p)
const share = fc.integer({ min: 1, max: 99 }).map((n) => n / 100)
const vector = fc.array(number, { minLength: 1, maxLength: 5 })
const f64 = (values: readonly number[]): Tensor<[number], "f64"> =>
  tensor(Float64Array.from(values), { shape: [values.length] })
const f32 = (values: readonly number[]): Tensor<[number], "f32"> =>
  tensor(Float32Array.from(values), { shape: [values.length] })

/** A quadratic bowl sum(a (w - c)^2) / 2 in each coordinate, and where the walk begins. */
const bowl = fc.array(fc.tuple(number.map(Math.abs), number, number), { minLength: 1, maxLength: 4 })
type Bowl = readonly (readonly [a: number, c: number, start: number])[]

/** Five steps down the bowl; the parameters after each. */
function walk(optimiser: Transformation<Opaque>, sides: Bowl): readonly (readonly number[])[] {
  const [a, c] = [f64(sides.map(([x]) => x)), f64(sides.map(([, x]) => x))]
  let params = { w: f64(sides.map(([, , x]) => x)) }
  let state = optimiser.init(params)
  return Array.from({ length: 5 }, () => {
    const [updates, next] = optimiser.update({ w: mul(a, sub(params.w, c)) }, state, params)
    state = next
    params = applyUpdates(params, updates)
    return [...params.w.dataSync()]
  })
}

/** The same by a rule for one coordinate, in JavaScript's own arithmetic. */
const byHand = (
  sides: Bowl,
  rule: () => (gradient: number, step: number) => number,
): readonly (readonly number[])[] => {
  const paths = sides.map(([a, c, start]) => {
    const update = rule()
    let w = start
    return Array.from({ length: 5 }, (_, k) => {
      w += update(a * (w - c), k + 1)
      return w
    })
  })
  return Array.from({ length: 5 }, (_, k) => paths.map((path) => path[k] ?? Number.NaN))
}

function expectNear(found: readonly (readonly number[])[], wanted: readonly (readonly number[])[], relative: number) {
  const size = Math.max(1, ...wanted.flat().map(Math.abs))
  expect(found.length).toBe(wanted.length)
  found.flat().forEach((x, k) => {
    expect(Math.abs(x - (wanted.flat()[k] ?? Number.NaN)), `${x} and ${wanted.flat()[k]}`).toBeLessThanOrEqual(
      relative * size,
    )
  })
}

describe("the formulas, five steps in float64", () => {
  test("adam", () => {
    fc.assert(
      fc.property(bowl, share, share, share, (sides, learningRate, beta1, beta2) => {
        const epsilon = 1e-6
        const wanted = byHand(sides, () => {
          let [m, v] = [0, 0]
          return (g, t) => {
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g * g
            return (-learningRate * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon)
          }
        })
        expectNear(walk(opaque(adam({ learningRate, beta1, beta2, epsilon })), sides), wanted, 1e-12)
      }),
      { numRuns: 100 },
    )
  })

  test("sgd", () => {
    fc.assert(
      fc.property(bowl, share, (sides, rate) => {
        const learningRate = rate / 64
        expectNear(
          walk(opaque(sgd({ learningRate })), sides),
          byHand(sides, () => (g) => -learningRate * g),
          1e-12,
        )
      }),
      { numRuns: 100 },
    )
  })

  test.each([false, true])("sgd with momentum, nesterov %s", (nesterov) => {
    fc.assert(
      fc.property(bowl, share, share, (sides, rate, momentum) => {
        const learningRate = rate / 64
        const wanted = byHand(sides, () => {
          let v = 0
          return (g) => {
            v = momentum * v + g
            return -learningRate * (nesterov ? g + momentum * v : v)
          }
        })
        expectNear(walk(opaque(sgd({ learningRate, momentum, nesterov })), sides), wanted, 1e-12)
      }),
      { numRuns: 100 },
    )
  })
})

describe("adam", () => {
  test("keeps the digits of f32 in its first steps: one of size learningRate against the gradient's sign", () => {
    fc.assert(
      fc.property(vector, (gradient) => {
        const optimiser = adam({ learningRate: 0.5, epsilon: 0 })
        const params = { w: f32(gradient.map(() => 0)) }
        const [{ w }] = optimiser.update({ w: f32(gradient) }, optimiser.init(params), params)
        w.dataSync().forEach((x, k) => {
          expect(Math.abs(x + 0.5 * Math.sign(gradient[k] ?? 0))).toBeLessThanOrEqual(0.5 * 4 * 2 ** -23)
        })
      }),
      { numRuns: 200 },
    )
  })

  test("asks a schedule with the number of steps taken before", () => {
    const rate = sgd({ learningRate: (step) => cast(step, "f32") })
    const params = { w: tensor([0]) }
    let state = rate.init(params)
    const seen = Array.from({ length: 3 }, () => {
      const [updates, next] = rate.update({ w: tensor([1]) }, state, params)
      state = next
      return updates.w.arraySync()[0]
    })
    expect(seen).toEqual([-0, -1, -2])
  })

  test("does the same inside jit, on a tree with two dtypes and an empty node", () => {
    const optimiser = chain(clipByGlobalNorm(1), adam({ learningRate: 0.1 }), addDecayedWeights(-0.01))
    const params = { w: tensor([1, -2]), deep: [f64([3]), undefined] as const }
    const grads = { w: tensor([0.5, 0.25]), deep: [f64([-4]), undefined] as const }
    const step = (p: typeof params, g: typeof params, s: ReturnType<typeof start>) => {
      const [updates, state] = optimiser.update(g, s, p)
      return [applyUpdates(p, updates), state] as const
    }
    const start = () => optimiser.init(params)
    const fast = jit(step)
    let [eager, compiled] = [[params, start()] as const, [params, start()] as const]
    for (let k = 0; k < 3; k++) {
      eager = step(eager[0], grads, eager[1])
      compiled = fast(compiled[0], grads, compiled[1])
    }
    const numbers = (x: unknown) => tree.leaves(x).map((leaf) => [leaf.dtype, ...leaf.dataSync()])
    const [found, wanted] = [numbers(compiled), numbers(eager)]
    expect(found.map(([dtype]) => dtype)).toEqual(wanted.map(([dtype]) => dtype))
    found.flat().forEach((x, k) => {
      const other = wanted.flat()[k]
      if (typeof x === "number" && typeof other === "number") expect(x).toBeCloseTo(other, 6)
    })
  })
})

describe("clipByGlobalNorm", () => {
  const clipped = (norm: number, grads: { readonly a: Tensor<[number], "f32">; readonly b: Tensor<[number], "f64"> }) =>
    clipByGlobalNorm(norm).update(grads, {}, grads)[0]
  const both = fc.tuple(vector, vector).map(([a, b]) => ({ a: f32(a), b: f64(b) }))

  test("never lengthens, keeps the direction, is idempotent, and leaves the short alone", () => {
    fc.assert(
      fc.property(both, share, (grads, norm) => {
        const before = globalNorm(grads).itemSync()
        const once = clipped(norm, grads)
        const after = globalNorm(once).itemSync()
        expect(after).toBeLessThanOrEqual(Math.min(before, norm) * (1 + 1e-6))
        if (before <= norm) expect(once.b.dataSync()).toEqual(grads.b.dataSync())
        const shrunk = Math.min(1, norm / before)
        once.b.dataSync().forEach((x, k) => {
          expect(x / shrunk).toBeCloseTo(grads.b.dataSync()[k] ?? Number.NaN, 4)
        })
        const twice = clipped(norm, once)
        twice.a.dataSync().forEach((x, k) => {
          expect(x).toBeCloseTo(once.a.dataSync()[k] ?? Number.NaN, 5)
        })
      }),
      { numRuns: 200 },
    )
  })

  test("zero gradients stay zero and NaN stays visible", () => {
    expect(clipped(1, { a: f32([0, 0]), b: f64([0]) }).a.arraySync()).toEqual([0, 0])
    expect(clipped(1, { a: f32([Number.NaN, 1]), b: f64([0]) }).a.arraySync()[0]).toBeNaN()
  })
})

describe("chain", () => {
  const part: fc.Arbitrary<Transformation<Opaque>> = fc.oneof(
    share.map((learningRate) => opaque(adam({ learningRate }))),
    fc.tuple(share, share).map(([learningRate, momentum]) => opaque(sgd({ learningRate, momentum }))),
    share.map((norm) => opaque(clipByGlobalNorm(norm))),
    number.map((factor) => opaque(scale(factor))),
    share.map((decay) => opaque(addDecayedWeights(decay))),
  )

  test("is associative, and exactly so", () => {
    fc.assert(
      fc.property(bowl, part, part, part, (sides, a, b, c) => {
        const flat = walk(opaque(chain(a, b, c)), sides)
        expect(walk(opaque(chain(chain(a, b), c)), sides)).toEqual(flat)
        expect(walk(opaque(chain(a, chain(b, c))), sides)).toEqual(flat)
      }),
      { numRuns: 100 },
    )
  })

  test("with the empty transformation is a monoid", () => {
    const { concat, empty } = transformationMonoid
    fc.assert(
      fc.property(bowl, part, part, (sides, a, b) => {
        expect(walk(concat(a, empty), sides)).toEqual(walk(a, sides))
        expect(walk(concat(empty, a), sides)).toEqual(walk(a, sides))
        expect(walk(concat(a, b), sides)).toEqual(walk(opaque(chain(a, b)), sides))
      }),
      { numRuns: 100 },
    )
  })

  test("the state is the tuple of the parts' states", () => {
    const optimiser = chain(clipByGlobalNorm(1), adam({ learningRate: 1 }))
    const [first, second] = optimiser.init({ w: tensor([1, 2]) })
    expect(first).toEqual({})
    expect(second.mean.w.arraySync()).toEqual([0, 0])
    expect(second.count.dtype).toBe("i32")
  })
})

test("a zero gradient leaves plain descent where it is", () => {
  fc.assert(
    fc.property(vector, share, (start, learningRate) => {
      const params = { w: f32(start) }
      const optimiser = sgd({ learningRate })
      const [updates] = optimiser.update({ w: f32(start.map(() => 0)) }, optimiser.init(params), params)
      expect(applyUpdates(params, updates).w.dataSync()).toEqual(params.w.dataSync())
    }),
    { numRuns: 100 },
  )
})
