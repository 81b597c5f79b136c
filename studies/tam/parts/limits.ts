/** What can be derived: dampings under gradients that are given, beside their closed forms. In float64. */
import { mul, random, type Tensor, tensor } from "cotangent"
import { adaTam, scaleByTam, sgd, tam } from "cotangent/optim"
import { mean } from "../../harness/statistics.ts"
import { cell, type Plan } from "../../harness/study.ts"
import { seedsOf } from "../seeds.ts"
import type { Settings } from "../settings.ts"
import { at, holdsIf } from "../verdicts.ts"

type Vector = Tensor<readonly [number], "f64">
const vector = (values: readonly number[]): Vector => tensor(Float64Array.from(values), { shape: [values.length] })

/** The damping after each gradient; the next one may depend on the momentum. */
export async function dampingsUnder(
  gradient: (step: number, momentum: Vector) => Vector,
  size: number,
  steps: number,
  options: { readonly momentum?: number; readonly smoothing?: number } = {},
): Promise<readonly number[]> {
  const torque = scaleByTam(options)
  let [momentum, state] = [vector(Array.from({ length: size }, () => 0)), torque.init({ w: vector([0]) })]
  state = torque.init({ w: momentum })
  const seen: number[] = []
  for (let step = 0; step < steps; step++) {
    const grads = { w: gradient(step, momentum) }
    const [direction, next] = torque.update(grads, state, grads)
    ;[momentum, state] = [direction.w, next]
    seen.push((1 + (await next.smoothed.item())) / 2)
  }
  return seen
}
const slope = vector([3, -1])
export const onSlope = (steps: number) => dampingsUnder(() => slope, 2, steps)
export const alternating = (steps: number, smoothing = 0.9) =>
  dampingsUnder((step) => mul(slope, step % 2 === 0 ? 1 : -1), 2, steps, { smoothing })
export const inNoise = (steps: number, seed: number, size = 1000) => {
  const key = random.key(seed)
  return dampingsUnder((step) => random.normal(random.foldIn(key, step), [size], { dtype: "f64" }), size, steps)
}

interface Limits {
  /** The largest distance of the damping from 1 - 0.9^(t-1) / 2, and the last step's length by SGDM's. */
  readonly steady: { readonly away: number; readonly ratio: number }
  /** The same from 0.9^(t-1) / 2, with each gradient against the momentum. */
  readonly against: number
  /** Dampings after 400 and 401 gradients that change sign. */
  readonly alternating: readonly { readonly smoothing: number; readonly last: readonly [number, number] }[]
  /** The last damping of each of some runs. */
  readonly noise: readonly number[]
  readonly firstStep: number
}
const noiseRuns = 40
const [noiseSteps, noiseSize] = [60, 1000]
const against: (step: number, momentum: Vector) => Vector = (step, m) => (step === 0 ? slope : mul(m, -1))

const worst = (dampings: readonly number[], wanted: (t: number) => number): number =>
  Math.max(...dampings.map((d, k) => Math.abs(d - wanted(k + 1))))

async function measure(seed: number): Promise<Limits> {
  const [turned, heavy] = [tam({ learningRate: 0.1 }), sgd({ learningRate: 0.1, momentum: 0.9 })]
  const grads = { w: slope }
  let [a, b] = [turned.init(grads), heavy.init(grads)]
  let ratio = Number.NaN
  for (let k = 0; k < 300; k++) {
    const [u, nextA] = turned.update(grads, a, grads)
    const [v, nextB] = heavy.update(grads, b, grads)
    ;[a, b] = [nextA, nextB]
    if (k === 299) ratio = at([...(await u.w.data())], 0) / at([...(await v.w.data())], 0)
  }
  const changing = await Promise.all(
    [0.5, 0.8, 0.9, 0.95].map(async (smoothing) => {
      const seen = await alternating(401, smoothing)
      return { smoothing, last: [at(seen, 399), at(seen, 400)] as const }
    }),
  )
  const noise: number[] = []
  for (const one of seedsOf(noiseRuns, seed)) noise.push(at(await inNoise(noiseSteps, one, noiseSize), noiseSteps - 1))
  const first = adaTam({ learningRate: 1 })
  const [step] = first.update(grads, first.init(grads), grads)
  return {
    steady: { away: worst(await onSlope(100), (t) => 1 - 0.9 ** (t - 1) / 2), ratio },
    against: worst(await dampingsUnder(against, 2, 100), (t) => 0.9 ** (t - 1) / 2),
    alternating: changing,
    noise,
    firstStep: Math.abs(at([...(await step.w.data())], 0)),
  }
}

export const limits = (_: Settings, seed: number): Plan => {
  const whole = cell("limits", () => measure(seed), { cost: 200 })
  return {
    cells: [whole],
    report: (resultOf) => {
      const found = resultOf(whole)
      // ŝ is a sum of uncorrelated terms (1 - γ) γ^k s of variance ((1 - γ) γ^k)² / n; the first s is 0.
      const variance = Array.from({ length: noiseSteps - 1 }, (_, k) => (0.1 * 0.9 ** k) ** 2).reduce(
        (x, y) => x + y,
        0,
      )
      const error = Math.sqrt(variance / noiseSize) / 2
      const noise = { mean: mean(found.noise), away: Math.max(...found.noise.map((d) => Math.abs(d - 0.5))) }
      const fading = found.alternating.filter(({ smoothing }) => smoothing >= 0.9)
      const lasting = found.alternating.filter(({ smoothing }) => smoothing < 0.9)
      const derived = { required: true } as const
      return {
        claims: [
          {
            id: "limit-steady",
            statement:
              "Under a steady gradient the damping is 1 - gamma^(t-1) / 2 and goes to 1, and steps become those of SGDM [derived]",
            ours: `at most ${found.steady.away.toExponential(1)} away in 100 steps; the 300th step is ${found.steady.ratio.toFixed(6)} of SGDM's`,
            verdict: holdsIf(found.steady.away < 1e-12 && Math.abs(found.steady.ratio - 1) < 1e-6),
            ...derived,
          },
          {
            id: "limit-against",
            statement: "Under gradients against the momentum it is gamma^(t-1) / 2 and goes to 0 [derived]",
            ours: `at most ${found.against.toExponential(1)} away in 100 steps`,
            verdict: holdsIf(found.against < 1e-12),
            ...derived,
          },
          {
            id: "limit-alternating",
            statement: "Under a gradient that changes sign at each step it goes to 0 where gamma >= beta [derived]",
            ours: fading.map(({ smoothing, last }) => `gamma ${smoothing}: ${at(last, 1).toExponential(1)}`).join(", "),
            verdict: holdsIf(fading.every(({ last }) => Math.max(...last) < 1e-6)),
            ...derived,
            remark: "beta 0.9, after 401 steps",
          },
          {
            id: "limit-alternating-short",
            statement:
              "With gamma < beta it does not: the momentum's sign outlives the gradient's, and the damping swings between gamma / (1 + gamma) and 1 / (1 + gamma) [derived]",
            ours: lasting
              .map(({ smoothing, last }) => `gamma ${smoothing}: ${last.map((d) => d.toFixed(6)).join(" and ")}`)
              .join("; "),
            verdict: holdsIf(
              lasting.every(({ smoothing, last }) => {
                const swing = [Math.min(...last) - smoothing / (1 + smoothing), Math.max(...last) - 1 / (1 + smoothing)]
                return swing.every((x) => Math.abs(x) < 1e-6)
              }),
            ),
            ...derived,
            remark: "beta 0.9: oscillation alone does not bring the damping to 0",
          },
          {
            id: "limit-noise",
            statement:
              "In isotropic noise of n dimensions it is 1/2, with the standard error that follows from a variance 1/n of the cosine [derived]",
            ours: `mean ${noise.mean.toFixed(5)} of ${noiseRuns} runs, at most ${(noise.away / error).toFixed(2)} standard errors away`,
            verdict: holdsIf(
              noise.away <= 4 * error && Math.abs(noise.mean - 0.5) <= (4 * error) / Math.sqrt(noiseRuns),
            ),
            ...derived,
            remark: `n = ${noiseSize}, ${noiseSteps} steps, standard error ${error.toFixed(5)}`,
          },
          {
            id: "ada-tam-first-step",
            statement:
              "AdaTAM's first step is 1/2 over the root of 1 - beta2 times the rate, 15.81 at the defaults [derived: no bias correction]",
            ours: found.firstStep.toFixed(3),
            verdict: holdsIf(Math.abs(found.firstStep - 0.5 / Math.sqrt(0.001)) < 1e-3),
            ...derived,
          },
        ],
        figures: [],
      }
    },
  }
}
