/**
 * Trains a classifier of handwritten digits: `npm start`. Ctrl-C saves, and the next `npm start` goes on from there.
 *
 * Model, loss, step and loop are here. The command line, the order of the data, progress, checkpoints and the report are
 * in the files beside.
 */
import {
  argmax,
  cast,
  crossEntropy,
  div,
  type F32,
  jit,
  mean,
  mul,
  random,
  type Scalar,
  sub,
  type Tensor,
  valueAndGrad,
} from "cotangent"
import { batched, linear, type ParamsOf, relu, sequential } from "cotangent/layers"
import { adam, applyUpdates } from "cotangent/optim"
import { type Digits, inChunks, shuffled } from "./batches.ts"
import { resumeOrStart } from "./checkpoint.ts"
import { runAsScript } from "./command-line.ts"
import type { Options } from "./options.ts"
import type { Progress } from "./progress.ts"
import { accuracyOf } from "./report.ts"

const model = batched(sequential(linear(784, 256), relu, linear(256, 10)))
type Params = ParamsOf<typeof model>
type Images = F32<[number, 784]>
type Labels = Tensor<[number], "i32">

const loss = (params: Params, images: Images, labels: Labels): Scalar =>
  mean(crossEntropy(model.apply(params, images), labels))

/** The digit that each image most likely shows. */
const classify = jit((params: Params, images: Images): Labels => argmax(model.apply(params, images), { axis: 1 }))

/** Trains to the last step, or until `stop`. */
export async function trainDigits(options: Options, { train, test }: Digits, progress: Progress, stop: AbortSignal) {
  const perEpoch = Math.ceil(train.count / options.batch)
  const total = options.epochs * perEpoch
  // The rate falls in a straight line to zero: the last steps average out the noise of the batches.
  const optimiser = adam({ learningRate: (step) => mul(sub(1, div(cast(step, "f32"), total)), 2e-3) })

  const key = random.key(options.seed)
  const params = model.init(key)
  const start = { params, optimiser: optimiser.init(params), key }
  // Donated state is overwritten in place: a step allocates no second copy of parameters and moments.
  const step = jit(
    (state: typeof start, images: Images, labels: Labels) => {
      const [value, gradient] = valueAndGrad(loss)(state.params, images, labels)
      const [updates, next] = optimiser.update(gradient, state.optimiser, state.params)
      return [{ ...state, params: applyUpdates(state.params, updates), optimiser: next }, value] as const
    },
    { donate: [0] },
  )

  const { from, history, save } = await resumeOrStart(options, train, start)
  let { state, done } = from
  const found = () => inChunks(test, (images) => classify(state.params, images))
  const batchAt = shuffled(train, options.batch)
  progress.start(total, done)
  while (done < total && !stop.aborted) {
    const { images, labels } = await batchAt(state.key, done)
    const [next, value] = step(state, images, labels)
    state = next
    done++
    history.losses.push(await value.item())
    if (done % perEpoch === 0) {
      history.accuracies.push(accuracyOf(test, await found()))
      await save(state, done)
    }
    await progress.at(done, history)
  }
  if (done % perEpoch !== 0) await save(state, done)
  return { params: state.params, history, done, total, found }
}

runAsScript(import.meta.url, trainDigits)
