/** Refuses options that cannot be or do not go together, before anything is computed. */
import { isFloat } from "../../autodiff/dtype.ts"
import { DTypeError } from "../../autodiff/errors.ts"
import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { notDifferentiable } from "../../autodiff/shape/messages.ts"
import { flatten } from "../../autodiff/tree.ts"
import type { StateOf } from "../transformation.ts"
import { kindOf, wrong } from "./given.ts"
import type { FitOptions } from "./options.ts"
import { lineProgress, type Progress, silent } from "./progress.ts"

/** What `fit` was given, whatever it is for. */
export type Options = FitOptions<unknown, unknown, StateOf, unknown, string, string, string>
export interface Settings {
  /** Steps in all. */
  readonly total: number
  readonly evaluateEvery: number
  readonly progress: Progress
}

const names = [
  "params",
  "loss",
  "optimiser",
  "batches",
  "steps",
  "epochs",
  "key",
  "state",
  "metrics",
  "evaluate",
  "earlyStop",
  "checkpoints",
  "progress",
  "signal",
]

export function settingsOf(options: Options): Settings {
  checkOptions("fit", options, names)
  requireOptions("fit", options, ["params", "loss", "optimiser", "batches", "key"])
  expectParts(options)
  const { params, batches, steps, epochs, evaluate, earlyStop, checkpoints } = options
  const perEpoch = typeof batches === "function" ? undefined : batches.perEpoch
  if ((steps === undefined) === (epochs === undefined))
    throw wrong(`say how long: { steps } or { epochs }, got ${steps === undefined ? "neither" : "both"}`, {
      steps,
      epochs,
    })
  if (epochs !== undefined && perEpoch === undefined)
    throw wrong("epochs are asked for, and these batches do not know how many there are in one; ask for { steps }")
  const total = steps ?? (epochs ?? 0) * (perEpoch ?? 0)
  if (!Number.isSafeInteger(total) || total < 0)
    throw wrong(`steps and epochs are whole numbers from 0, got ${steps ?? epochs}`, { steps, epochs })
  const every = evaluate?.every ?? perEpoch ?? Math.max(1, Math.ceil(total / 10))
  for (const [name, n] of Object.entries({
    "evaluate.every": every,
    "checkpoints.every": checkpoints?.every ?? 1,
    "earlyStop.patience": earlyStop?.patience ?? 1,
  }))
    if (!Number.isSafeInteger(n) || n < 1) throw wrong(`${name} is ${n}; it must be a whole number from 1 on`)
  if (earlyStop !== undefined && evaluate === undefined)
    throw wrong(`earlyStop looks at "${earlyStop.metric}", which evaluate is to give; there is no evaluate`)
  const { leaves, paths } = flatten(params, "params")
  if (leaves.length === 0) throw wrong("params holds no tensors; give the tree that is to be trained")
  leaves.forEach((leaf, k) => {
    if (!isFloat(leaf.dtype))
      throw new DTypeError("not-differentiable", notDifferentiable("fit", paths[k] ?? "params", leaf.dtype))
  })
  const asked = options.progress ?? true
  return {
    total,
    evaluateEvery: every,
    progress: asked === true ? lineProgress() : asked === false ? silent : asked,
  }
}

/** Plain JavaScript may hand over anything; what has the wrong make would fail far from here, or never. */
function expectParts(options: Options): void {
  const { optimiser, batches, evaluate, earlyStop, checkpoints, progress, signal } = options
  const refuse = (name: string, found: unknown, todo: string): never => {
    throw wrong(`${name} is ${kindOf(found)}; ${todo}`, { name })
  }
  const has = (of: unknown, ...methods: readonly string[]): boolean =>
    typeof of === "object" &&
    of !== null &&
    !Array.isArray(of) &&
    methods.every((name) => typeof Reflect.get(of, name) === "function")

  if (typeof options.loss !== "function")
    refuse("loss", options.loss, "give a function of (params, batch), which gives a scalar")
  if (!has(optimiser, "init", "update"))
    refuse("optimiser", optimiser, "give what an optimiser's function makes, as in adam({ learningRate: 1e-3 })")
  if (typeof batches !== "function" && !has(batches, "at"))
    refuse("batches", batches, "give batches(data, { size }) of cotangent/io, or a function of (key, step)")
  if (evaluate !== undefined) {
    if (!has(evaluate, "run")) refuse("evaluate", evaluate, "give { run: (params) => ({ name: number }) }")
    checkOptions("fit: evaluate", evaluate, ["every", "run"])
  }
  if (earlyStop !== undefined) {
    checkOptions("fit: earlyStop", earlyStop, ["metric", "mode", "patience"])
    requireOptions("fit: earlyStop", earlyStop, ["metric", "mode", "patience"])
    if (earlyStop.mode !== "min" && earlyStop.mode !== "max")
      throw wrong(`earlyStop.mode is "min" or "max", got ${JSON.stringify(earlyStop.mode)}`)
  }
  if (checkpoints !== undefined && !has(checkpoints, "save", "load"))
    refuse(
      "checkpoints",
      checkpoints,
      "give checkpointFolder(path) of cotangent/io, or a store of your own: { every, save, load, place }",
    )
  if (progress !== undefined && typeof progress !== "boolean" && !has(progress, "update", "notice", "end"))
    refuse("progress", progress, "give true, false, or { update, notice, end }")
  if (signal !== undefined && typeof signal.aborted !== "boolean")
    refuse("signal", signal, "give the signal of an AbortController, controller.signal")
}
