import { typed } from "../../autodiff/boundary.ts"
import { CotangentError } from "../../autodiff/errors.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { split } from "../../autodiff/functions/random/index.ts"
import { typeOf } from "../../autodiff/program/type.ts"
import { fromNumbers } from "../../autodiff/tensor.ts"
import { flatten } from "../../autodiff/tree.ts"
import type { Tensor } from "../../autodiff/types/tensor.ts"
import type { StateFor, StateOf } from "../transformation.ts"
import { culpritOf } from "./culprit.ts"
import { evaluated, wrong } from "./given.ts"
import type { BatchSource, FitOptions, Fitted } from "./options.ts"
import { historyOf, newRecord, type RunRecord, recordJson, recordOf } from "./record.ts"
import { type Options, settingsOf } from "./settings.ts"
import { type Carried, compiledStep, type StepFunctions, type StepNumbers } from "./step.ts"

/** How many losses the progress line takes the mean of. */
const recent = 50
/** Milliseconds of computing after which signals and timers get their turn. */
const patience = 20

/**
 * Trains: takes batches in their order, steps along the gradient of the loss, measures, saves, and goes on where an earlier run
 * was cut off, to the very bits that it would have reached. Everything in a step is one compiled call over state in place.
 * The plain loop does the same in six lines without saving, stopping and looking for what went wrong; see the guide.
 *
 * A step whose loss or gradient is not finite changes nothing: the run is saved and ends with an error that names the leaf,
 * the operation that made the first NaN, and your line.
 *
 * @param options `params`, `loss(params, batch, { key, step, state })`, `optimiser`, `batches` (of cotangent/io, or a function
 * of key and step), `key`, and `steps` or `epochs` are needed; the others are described with their types.
 * @throws CotangentError (`fit`) for options that do not go together; (`not-finite`) as said above. TreeError where
 * `checkpoints` holds a run of another model.
 * @example
 * ```ts
 * import { type F32, mean, random, square, sub, sum, mul } from "cotangent"
 * import { batches } from "cotangent/io"
 * import { adam, fit } from "cotangent/optim"
 * const x = random.normal(random.key(1), [256, 3])
 * const y = sum(x, { axis: 1 })
 * const { params, history } = await fit({
 *   params: { w: random.normal(random.key(2), [3]) },
 *   loss: ({ w }: { readonly w: F32<[3]> }, batch) => mean(square(sub(sum(mul(batch.x, w), { axis: 1 }), batch.y))),
 *   optimiser: adam({ learningRate: 0.1 }),
 *   batches: batches({ x, y }, { size: 32 }),
 *   epochs: 20,
 *   key: random.key(0),
 *   progress: false,
 * })
 * console.log(history.loss.length, await params.w.array())
 * ```
 */
export function fit<
  P,
  B,
  F extends StateOf,
  S = undefined,
  M extends string = never,
  K extends string = never,
  E extends string = never,
>(options: FitOptions<P, B, F, S, M, K, E>): Promise<Fitted<P, StateFor<F, P>, S, M | K, E>> {
  return typed(run(typed(options)))
}

async function run(options: Options): Promise<Fitted<unknown, unknown, unknown, string, string>> {
  const { total, evaluateEvery, progress } = settingsOf(options)
  const { params, optimiser, batches, state, key, evaluate, earlyStop, checkpoints, signal } = options
  const functions: StepFunctions = {
    loss: options.loss,
    optimiser: { update: (grads, before, p) => typed<StepFunctions["optimiser"]>(optimiser).update(grads, before, p) },
    metrics: options.metrics,
  }
  const [orderKey, stepKey] = split(key, 2)
  // Copies: the steps write over what they carry, and the caller's tensors stay the caller's.
  let carried: Carried = await copied({
    params,
    optimiser: typed<(p: unknown) => unknown>(optimiser.init)(params),
    state,
  })
  let best: unknown = earlyStop === undefined ? undefined : await copied(params)
  let record = newRecord()
  let step = 0
  const found = await checkpoints?.load({ ...carried, best, key }, progress.notice)
  if (found !== undefined && checkpoints !== undefined) {
    const { step: at, record: json } = metadataOf(checkpoints.place, found.metadata)
    const [asked, kept] = await Promise.all([wordsOf(key), wordsOf(found.tree.key)])
    if (asked !== kept)
      throw wrong(`${checkpoints.place} holds a run that began with another key; give that key, or name another place`)
    if (at > total)
      throw wrong(
        `${checkpoints.place} holds a run of ${at} steps, and ${total} are asked for; ask for more, or name another place`,
      )
    carried = { params: found.tree.params, optimiser: found.tree.optimiser, state: found.tree.state }
    best = found.tree.best
    record = recordOf(checkpoints.place, json)
    step = at
  }
  let saved = found === undefined ? -1 : step
  const save = async (): Promise<void> => {
    if (checkpoints === undefined || saved === step) return
    await checkpoints.save(step, { tree: { ...carried, best, key }, metadata: { step, record: recordJson(record) } })
    saved = step
  }
  const give = (stopped: "finished" | "early" | "aborted") => ({
    ...carried,
    history: historyOf(record),
    step,
    stopped,
    best: record.best === undefined ? undefined : { params: best, ...record.best },
  })
  const over = (): boolean => earlyStop !== undefined && record.worse >= earlyStop.patience

  const source = batchesOf(batches)
  const batchAt = (k: number): Promise<unknown> => {
    const batch = Promise.resolve().then(() => source(orderKey, k))
    // Asked for a step ahead: it may fail while nobody waits for it yet.
    batch.catch(() => undefined)
    return batch
  }
  const compiled = compiledStep(functions)
  const pace = newPace(step)
  let next = step < total && !over() ? batchAt(step) : undefined
  try {
    while (step < total && !over()) {
      if (signal?.aborted === true) {
        await save()
        return give("aborted")
      }
      const batch = await next?.catch((error: unknown) => {
        throw new CotangentError("batch", `fit: the batch of step ${step} could not be had: ${messageOf(error)}`, {
          step,
          error,
        })
      })
      next = step + 1 < total ? batchAt(step + 1) : undefined
      const count = tensor(step, { dtype: "i32" })
      const [after, numbers] = compiled(carried, batch, stepKey, count)
      carried = after
      const read = await readNumbers(numbers)
      if (!read.finite) {
        await save()
        const place =
          checkpoints === undefined
            ? "Nothing was changed by this step"
            : `The state before it is saved in ${checkpoints.place}`
        throw await culpritOf(functions, carried, batch, stepKey, step, count, place)
      }
      record.loss.push(read.loss)
      record.gradientNorm.push(read.gradientNorm)
      for (const [name, value] of Object.entries(read.metrics)) {
        record.metrics[name] ??= []
        record.metrics[name].push(value)
      }
      step++
      if (evaluate !== undefined && (step % evaluateEvery === 0 || step === total)) {
        const values = evaluated(await evaluate.run(carried.params, carried.state))
        record.evaluations.push({ step, values })
        if (earlyStop !== undefined && judged(record, earlyStop, step, values)) best = await copied(carried.params)
      }
      if (checkpoints !== undefined && step % checkpoints.every === 0) await save()
      progress.update(pace.report(record, read.metrics, step, total))
      await pace.rest()
    }
    await save()
    return give(over() && step < total ? "early" : "finished")
  } finally {
    progress.end()
  }
}

const batchesOf = (source: BatchSource<unknown>) =>
  typeof source === "function" ? source : (key: Options["key"], step: number) => source.at(key, step)
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function copied<T>(of: T): Promise<T> {
  const { leaves, build } = flatten(of, "state")
  const copies = leaves.map(async (leaf) =>
    fromNumbers(typeOf(leaf.dtype, leaf.shape), (await typed<Tensor>(leaf).data()).slice()),
  )
  return typed(build(await Promise.all(copies)))
}
/** A key as text, to be compared. */
const wordsOf = async (key: unknown): Promise<string> => (await typed<Tensor>(key).data()).join(" ")

function metadataOf(place: string, metadata: unknown): { readonly step: number; readonly record: unknown } {
  if (typeof metadata === "object" && metadata !== null && "step" in metadata && "record" in metadata) {
    const { step, record } = metadata
    if (typeof step === "number") return { step, record }
  }
  throw wrong(`${place} holds a checkpoint of something else; name another place`)
}

async function readNumbers({ loss, gradientNorm, finite, metrics }: StepNumbers) {
  const entries = Object.entries(metrics).map(async ([name, x]) => [name, Number(await x.item())] as const)
  return {
    loss: Number(await loss.item()),
    gradientNorm: Number(await gradientNorm.item()),
    finite: Boolean(await finite.item()),
    metrics: Object.fromEntries(await Promise.all(entries)),
  }
}

/** Whether this evaluation is the best so far; the record then knows it. */
function judged(
  record: RunRecord,
  { metric, mode }: NonNullable<Options["earlyStop"]>,
  step: number,
  values: Readonly<Record<string, number>>,
): boolean {
  const value = values[metric]
  if (value === undefined)
    throw wrong(`earlyStop looks at "${metric}"; evaluate gives ${Object.keys(values).join(", ") || "nothing"}`, {
      metric,
    })
  const { best } = record
  // A NaN is never better, also where nothing was before it: compared with one, no later value would be.
  const better =
    !Number.isNaN(value) && (best === undefined || (mode === "min" ? value < best.value : value > best.value))
  record.worse = better ? 0 : record.worse + 1
  if (better) record.best = { step, value }
  return better
}

/** Speed and time left, and turns for everything else in the process. */
function newPace(first: number) {
  const begin = performance.now()
  let rested = begin
  return {
    report: (record: RunRecord, metrics: Readonly<Record<string, number>>, step: number, total: number) => {
      const stepsPerSecond = ((step - first) * 1000) / Math.max(performance.now() - begin, 1e-3)
      const losses = record.loss.slice(-recent)
      return {
        step,
        total,
        loss: losses.reduce((sum, x) => sum + x, 0) / losses.length,
        metrics: { ...metrics, ...record.evaluations.at(-1)?.values },
        stepsPerSecond,
        secondsLeft: (total - step) / stepsPerSecond,
      }
    },
    rest: async () => {
      if (performance.now() - rested < patience) return
      await new Promise<void>((resolve) => {
        // A timer of a browser waits at least 4 ms, Node's setImmediate does not.
        if (typeof setImmediate === "function") setImmediate(resolve)
        else setTimeout(resolve, 0)
      })
      rested = performance.now()
    },
  }
}
