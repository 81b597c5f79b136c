import { mul, random, tensor, tree } from "cotangent"
import { adaTam, applyUpdates, scaleByTam, sgd, tam, tamMetrics } from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { f64, number, share } from "./given.ts"

const damping = (smoothed: unknown): number => (1 + Number(tree.leaves(smoothed)[0]?.dataSync()[0] ?? Number.NaN)) / 2
const close = (found: number, wanted: number, size: number) =>
  expect(Math.abs(found - wanted), `${found}, not ${wanted}`).toBeLessThanOrEqual(1e-12 * Math.max(1, size))

const gradient = fc
  .array(number, { minLength: 2, maxLength: 4 })
  .map((row) => ({ w: f64([row]), size: Math.max(...row.map(Math.abs)) }))

describe("a steady gradient", () => {
  // s is 0 at the first step and 1 ever after: ŝ = 1 - γ^(t-1), d = 1 - γ^(t-1) / 2.
  test("brings the damping to 1 as γ^(t-1) / 2, and the momentum to SGD's by a known gap", () => {
    fc.assert(
      fc.property(gradient, share, share, (g, momentum, smoothing) => {
        const torque = scaleByTam({ momentum, smoothing, epsilon: 0 })
        const grads = { w: g.w }
        let state = torque.init(grads)
        let heavy = 0
        for (let t = 1; t <= 40; t++) {
          const [direction, next] = torque.update(grads, state, grads)
          state = next
          heavy = momentum * heavy + 1
          close(damping(state.smoothed), 1 - smoothing ** (t - 1) / 2, 1)
          // The sum over k of momentum^(t-k) smoothing^(k-1) / 2.
          const gap =
            momentum === smoothing
              ? (t * momentum ** (t - 1)) / 2
              : (momentum ** t - smoothing ** t) / (momentum - smoothing) / 2
          direction.w.dataSync().forEach((m, k) => {
            close(m, (heavy - gap) * (g.w.dataSync()[k] ?? Number.NaN), heavy * g.size)
          })
        }
      }),
      { numRuns: 100 },
    )
  })

  test("ends in SGD's steps: after 400 they are equal to the last digits", () => {
    const grads = { w: f64([[3, -1]]) }
    const [torque, heavy] = [tam({ learningRate: 0.1 }), sgd({ learningRate: 0.1, momentum: 0.9 })]
    let [a, b] = [torque.init(grads), heavy.init(grads)]
    let steps = [Number.NaN, Number.NaN]
    for (let t = 0; t < 400; t++) {
      const [u, nextA] = torque.update(grads, a, grads)
      const [v, nextB] = heavy.update(grads, b, grads)
      ;[a, b] = [nextA, nextB]
      steps = [...u.w.dataSync()].map((x, k) => x / (v.w.dataSync()[k] ?? Number.NaN))
    }
    // epsilon is added to a damping of 1.
    for (const ratio of steps) close(ratio, 1 + 1e-8, 1)
  })
})

describe("gradients against the momentum", () => {
  test("bring the damping to 0 as γ^(t-1) / 2 where each points against the momentum before it", () => {
    fc.assert(
      fc.property(gradient, share, share, (first, momentum, smoothing) => {
        const torque = scaleByTam({ momentum, smoothing, epsilon: 0 })
        let grads = { w: first.w }
        let state = torque.init(grads)
        for (let t = 1; t <= 40; t++) {
          const [direction, next] = torque.update(grads, state, grads)
          state = next
          close(damping(state.smoothed), smoothing ** (t - 1) / 2, 1)
          const m = [...direction.w.dataSync()]
          const length = Math.hypot(...m)
          if (length < 1e-9) return
          grads = { w: f64([m.map((x) => (-x / length) * first.size)]) }
        }
      }),
      { numRuns: 100 },
    )
  })

  // With d = γ^(t-1) / 2 and gradients ±g the momentum is ±(γ^t - (-β)^t) / 2(γ + β) g: it changes sign with the gradients
  // only where γ > β. At γ = β, the defaults, every second momentum is 0.
  test("which those that alternate in sign do where the smoothing is longer than the momentum", () => {
    fc.assert(
      fc.property(gradient, share, share, (g, one, other) => {
        const [momentum, smoothing] = [Math.min(one, other), Math.max(one, other)]
        fc.pre(smoothing - momentum > 0.05 && momentum > 0.05)
        const torque = scaleByTam({ momentum, smoothing, epsilon: 0 })
        let state = torque.init({ w: g.w })
        // Below that the rounding of 1 + ŝ decides about the sign.
        for (let t = 1; t <= 30 && smoothing ** t > 1e-6; t++) {
          const sign = t % 2 === 1 ? 1 : -1
          const grads = { w: mul(g.w, sign) }
          const [direction, next] = torque.update(grads, state, grads)
          state = next
          close(damping(state.smoothed), smoothing ** (t - 1) / 2, 1)
          const share = (smoothing ** t - (-momentum) ** t) / (2 * (smoothing + momentum))
          direction.w.dataSync().forEach((m, k) => {
            close(m, sign * share * (g.w.dataSync()[k] ?? Number.NaN), g.size)
          })
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe("noise", () => {
  test("keeps the damping at 1/2: given the past, s has mean 0 and variance 1 / n", () => {
    const [n, steps, smoothing] = [400, 25, 0.8]
    // ŝ is the sum of (1 - γ) γ^k s, whose terms are uncorrelated; the first s is 0.
    const variance =
      Array.from({ length: steps - 1 }, (_, k) => ((1 - smoothing) * smoothing ** k) ** 2).reduce((a, b) => a + b, 0) /
      n
    const error = Math.sqrt(variance) / 2
    const seen = Array.from({ length: 40 }, (_, seed) => {
      const torque = scaleByTam({ smoothing })
      const keys = random.split(random.key(seed), steps)
      let state = torque.init({ w: random.normal(random.key(0), [n]) })
      for (const key of keys) {
        const grads = { w: random.normal(key, [n]) }
        state = torque.update(grads, state, grads)[1]
      }
      return damping(state.smoothed)
    })
    for (const d of seen) expect(Math.abs(d - 0.5)).toBeLessThanOrEqual(4 * error)
    const mean = seen.reduce((a, b) => a + b, 0) / seen.length
    expect(Math.abs(mean - 0.5)).toBeLessThanOrEqual((4 * error) / Math.sqrt(seen.length))
    // Nor is it 1/2 for the reason that nothing is measured: the spread is as foretold, within 4 errors of a variance.
    const spread = seen.reduce((sum, d) => sum + (d - 0.5) ** 2, 0) / seen.length
    expect(Math.abs(spread / error ** 2 - 1)).toBeLessThanOrEqual(4 * Math.sqrt(2 / seen.length))
  })
})

describe("the element-wise form", () => {
  // By Cauchy and Schwarz the products of a column of n rows are at most 1 in sum of sizes.
  const rows = fc.integer({ min: 1, max: 40 })
  const columns = (n: number) =>
    fc.array(fc.array(fc.array(number, { minLength: 3, maxLength: 3 }), { minLength: n, maxLength: n }), {
      minLength: 2,
      maxLength: 6,
    })

  test("is damped by 1/2 give or take 1 / 2n on the mean of n rows", () => {
    fc.assert(
      fc.property(
        rows.chain((n) => fc.tuple(fc.constant(n), columns(n), share)),
        ([n, given, smoothing]) => {
          const torque = scaleByTam({ granularity: "element", smoothing })
          let state = torque.init({ w: f64(given[0] ?? []) })
          for (const matrix of given) {
            const grads = { w: f64(matrix) }
            state = torque.update(grads, state, grads)[1]
            const away = [...state.smoothed.w.dataSync()].map((s) => Math.abs(s) / 2)
            for (let column = 0; column < 3; column++) {
              const mean = away.filter((_, k) => k % 3 === column).reduce((a, b) => a + b, 0) / n
              expect(mean).toBeLessThanOrEqual((1 + 1e-12) / (2 * n))
            }
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  test("so its path is that of SGD with momentum at half the rate, within a bound that does not grow with n", () => {
    fc.assert(
      fc.property(
        rows.chain((n) => columns(n)),
        share,
        share,
        (given, momentum, smoothing) => {
          const start = { w: f64((given[0] ?? []).map((row) => row.map(() => 0))) }
          const torque = tam({ learningRate: 0.2, granularity: "element", momentum, smoothing, epsilon: 0 })
          const heavy = sgd({ learningRate: 0.1, momentum })
          let [p, q] = [start, start]
          let [a, b] = [torque.init(start), heavy.init(start)]
          let [carried, bound] = [0, 0]
          for (const matrix of given) {
            const grads = { w: f64(matrix) }
            const [u, nextA] = torque.update(grads, a, p)
            const [v, nextB] = heavy.update(grads, b, q)
            ;[p, q, a, b] = [applyUpdates(p, u), applyUpdates(q, v), nextA, nextB]
            // The sum of |d - 1/2| over a column is at most 1/2.
            carried = momentum * carried + Math.max(...matrix.flat().map(Math.abs)) / 2
            bound += 0.2 * carried
            const other = q.w.dataSync()
            for (let column = 0; column < 3; column++) {
              const apart = [...p.w.dataSync()]
                .map((x, k) => (k % 3 === column ? Math.abs(x - (other[k] ?? Number.NaN)) : 0))
                .reduce((sum, x) => sum + x, 0)
              expect(apart).toBeLessThanOrEqual(bound * (1 + 1e-12) + 1e-12)
            }
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})

test("adaTam's first step is 1/2 over the root of 1 - beta2 times the rate, in each coordinate", () => {
  fc.assert(
    fc.property(gradient, fc.constantFrom(0.9, 0.99, 0.999), share, (g, beta2, learningRate) => {
      const optimiser = adaTam({ learningRate, beta2, epsilon: 0 })
      const [updates] = optimiser.update({ w: g.w }, optimiser.init({ w: g.w }), { w: g.w })
      updates.w.dataSync().forEach((u, k) => {
        const wanted = (-learningRate * 0.5 * Math.sign(g.w.dataSync()[k] ?? 0)) / Math.sqrt(1 - beta2)
        close(u, wanted, Math.abs(wanted))
      })
    }),
    { numRuns: 100 },
  )
})

test("the effective rate is the learning rate of that step times the damping", () => {
  const optimiser = tam({ learningRate: 0.5 })
  const grads = { w: tensor([1, 2]) }
  const [, first] = optimiser.update(grads, optimiser.init(grads), grads)
  const [, second] = optimiser.update(grads, first, grads)
  const { damping: d, effectiveRate } = tamMetrics(second, { learningRate: 0.5 })
  expect(d.itemSync()).toBeCloseTo(0.55, 6)
  expect(effectiveRate.itemSync()).toBeCloseTo(0.275, 6)
  const asked = tamMetrics(second, { learningRate: (step) => tensor(step.itemSync() === 1 ? 4 : Number.NaN) })
  expect(asked.effectiveRate.itemSync()).toBeCloseTo(2.2, 5)
})
