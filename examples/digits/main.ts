/**
 * Trains a classifier of handwritten digits: `npm start`. Ctrl-C saves; the next `npm start` goes on from there.
 *
 * The model, the loss, the step and the loop are here; reading the command line, the order of the data, progress,
 * checkpoints and the report are in the files beside.
 */
import { argmax, crossEntropy, type F32, jit, mean, mul, random, type Scalar, type Tensor, valueAndGrad } from "cotangent"
import { batched, linear, type ParamsOf, relu, sequential } from "cotangent/layers"
import { adam, applyUpdates } from "cotangent/optim"
import { batchesOf, type Digits, inChunks } from "./batches.ts"
import { type History, resumeOrStart } from "./checkpoint.ts"
import { runAsScript } from "./command-line.ts"
import type { Options } from "./options.ts"
import { type Progress, untilZero } from "./progress.ts"

const model = batched(sequential(linear(784, 256), relu, linear(256, 10)))
type Params = ParamsOf<typeof model>
type Images = F32<[number, 784]>
type Labels = Tensor<[number], "i32">

const loss = (params: Params, images: Images, labels: Labels): Scalar =>
  mean(crossEntropy(model.apply(params, images), labels))

/** The digit each image most likely shows. */
const classify = jit((params: Params, images: Images): Labels => argmax(model.apply(params, images), { axis: 1 }))

/** Trains until the last step or until `stop`; what it returns also says how far it came. */
export async function trainDigits(options: Options, { train, test }: Digits, progress: Progress, stop: AbortSignal) {
  const perEpoch = Math.ceil(train.count / options.batch)
  const total = options.epochs * perEpoch
  const optimiser = adam({ learningRate: (step) => mul(untilZero(step, total), 2e-3) })

  const start = (key = random.key(options.seed)) => {
    const params = model.init(key)
    return { params, optimiser: optimiser.init(params), key }
  }
  type State = ReturnType<typeof start>

  const step = jit(
    ({ params, optimiser: before, key }: State, images: Images, labels: Labels) => {
      const [value, gradient] = valueAndGrad(loss)(params, images, labels)
      const [updates, after] = optimiser.update(gradient, before, params)
      return [{ params: applyUpdates(params, updates), optimiser: after, key }, value] as const
    },
    { donate: [0] },
  )

  const checkpoint = await resumeOrStart(options, train, start())
  let { state, step: done } = checkpoint
  const history: History = checkpoint.history
  let value: Scalar
  progress.start(total, done)
  for await (const { images, labels } of batchesOf(train, options.batch, state.key, done)) {
    if (done === total || stop.aborted) break
    ;[state, value] = step(state, images, labels)
    history.losses.push(await value.item())
    done++
    if (done % perEpoch === 0) {
      const found = await inChunks(test, (some) => classify(state.params, some))
      history.accuracies.push(found.filter((digit, k) => digit === test.digits[k]).length / test.count)
      await checkpoint.save(state, done, history)
    }
    await progress.at(done, history)
  }
  progress.stop()
  if (done < total) await checkpoint.save(state, done, history)
  return { params: state.params, history, done, total, checkpoint, found: await inChunks(test, (some) => classify(state.params, some)) }
}

await runAsScript(import.meta.filename, trainDigits)
