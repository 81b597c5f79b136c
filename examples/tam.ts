// What torque-aware momentum sees: its damping under gradients that agree with the momentum, that are noise, and that
// change sign at every step. The steady ones are taken in whole, noise by half, and the last ones hardly at all.
import { mul, neg, random, type Tensor } from "cotangent"
import { tam, tamMetrics } from "cotangent/optim"

type Vector = Tensor<[1000], "f32">
const slope: Vector = random.normal(random.key(0), [1000])
const uphill: Vector = neg(slope)

const scenes: readonly (readonly [name: string, gradient: (step: number) => Vector])[] = [
  ["straight slope", () => slope],
  ["noise", (step) => random.normal(random.key(step), [1000])],
  ["oscillation", (step) => (step % 2 === 0 ? slope : uphill)],
]
const optimiser = tam({ learningRate: 0.1 })

for (const [name, gradient] of scenes) {
  let state = optimiser.init({ w: mul(slope, 0) })
  const row: string[] = []
  for (let step = 0; step < 50; step++) {
    const grads = { w: gradient(step) }
    state = optimiser.update(grads, state, grads)[1]
    if (step % 7 === 0) row.push((await tamMetrics(state).damping.item()).toFixed(3))
  }
  const { effectiveRate } = tamMetrics(state, { learningRate: 0.1 })
  console.log(
    `${name.padEnd(15)} damping ${row.join("  ")}   effective rate ${(await effectiveRate.item()).toFixed(3)}`,
  )
}
