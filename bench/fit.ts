/**
 * What `fit` costs beside the plain jitted loop: `npx tsx bench/fit.ts`. A perceptron of 784, 128 and 10, adam, the same batches
 * and keys. Runs take turns; each begins afresh, and its first steps, in which it compiles, are not timed. The plain loop reads
 * its loss at every step, as `fit` does; the last column is one that reads nothing.
 */
import {
  add,
  crossEntropy,
  type F32,
  jit,
  matmul,
  mean,
  mul,
  random,
  relu,
  type Tensor,
  valueAndGrad,
  zeros,
} from "cotangent"
import { batches } from "cotangent/io"
import { adam, applyUpdates, fit } from "cotangent/optim"
import { median } from "./harness/statistics.ts"

const [forX, forY, forHidden, forOut] = random.split(random.key(0), 4)
const data = { x: random.normal(forX, [2560, 784]), y: random.randint(forY, [2560], { high: 10 }) }
const start = {
  hidden: { weight: random.normal(forHidden, [784, 128]), bias: zeros([128]) },
  out: { weight: random.normal(forOut, [128, 10]), bias: zeros([10]) },
}
type Params = typeof start
interface Batch {
  readonly x: F32<readonly [number, 784]>
  readonly y: Tensor<readonly [number], "i32">
}
const loss = ({ hidden, out }: Params, { x, y }: Batch) =>
  mean(crossEntropy(add(matmul(relu(add(matmul(x, hidden.weight), hidden.bias)), out.weight), out.bias), y))
const optimiser = adam({ learningRate: 1e-3 })
const key = random.key(1)
const [warm, steps, rounds] = [100, 400, 9]

/** Milliseconds of a step. */
type Run = (size: number) => Promise<number>
const plain =
  (reads: boolean): Run =>
  async (size) => {
    const { at } = batches(data, { size })
    const [orderKey] = random.split(key, 2)
    const step = jit(
      (run: { readonly params: Params; readonly state: ReturnType<typeof optimiser.init<Params>> }, batch: Batch) => {
        const [value, gradient] = valueAndGrad((p: Params) => loss(p, batch))(run.params)
        const [updates, state] = optimiser.update(gradient, run.state, run.params)
        return [{ params: applyUpdates(run.params, updates), state }, value] as const
      },
      { donate: [0] },
    )
    const params = copyOf(start)
    let run = { params, state: optimiser.init(params) }
    let begun = 0
    for (let k = 0; k < steps; k++) {
      const [next, value] = step(run, at(orderKey, k))
      run = next
      if (reads) await value.item()
      if (k + 1 === warm) begun = performance.now()
    }
    await run.params.out.bias.data()
    return (performance.now() - begun) / (steps - warm)
  }
const fitted: Run = async (size) => {
  let begun = 0
  const update = ({ step }: { readonly step: number }): void => {
    if (step === warm) begun = performance.now()
  }
  await fit({
    params: start,
    loss,
    optimiser,
    batches: batches(data, { size }),
    steps,
    key,
    progress: { update, notice: console.error, end: () => undefined },
  })
  return (performance.now() - begun) / (steps - warm)
}
const copyOf = ({ hidden, out }: Params): Params => ({
  hidden: { weight: mul(hidden.weight, 1), bias: mul(hidden.bias, 1) },
  out: { weight: mul(out.weight, 1), bias: mul(out.bias, 1) },
})

const runs: readonly Run[] = [fitted, plain(true), plain(false)]
console.log("| batch | `fit` | plain loop, reads its loss | ratio (median; least, most) | plain loop, reads nothing |")
console.log("|---|---|---|---|---|")
for (const size of [32, 256]) {
  const times: number[][] = runs.map(() => [])
  for (let round = 0; round < rounds; round++) for (const [k, run] of runs.entries()) times[k]?.push(await run(size))
  const [ours = [], reading = [], silent = []] = times
  const ratios = ours.map((t, k) => t / (reading[k] ?? Number.NaN))
  const us = (ms: number): string => `${(1000 * ms).toFixed(0)} us`
  console.log(
    `| ${size} | ${us(median(ours))} | ${us(median(reading))} | ${median(ratios).toFixed(3)}; ${Math.min(...ratios).toFixed(3)}, ${Math.max(...ratios).toFixed(3)} | ${us(median(silent))} |`,
  )
}
