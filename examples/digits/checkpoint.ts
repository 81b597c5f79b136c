/** Unfinished runs: what is kept of them, and whether one may be gone on with. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { type ImageSet, type Json, loadTree, saveTree } from "cotangent/io"
import * as E from "fp-ts/lib/Either.js"
import { isMode, type Options, type Settings } from "./options.ts"

export interface History {
  /** Of every step. */
  readonly losses: number[]
  /** On the test images, after every epoch. */
  readonly accuracies: number[]
}

interface Saved {
  readonly settings: Settings
  /** Tells data sets apart; the stand-in must not go on where MNIST left off. */
  readonly data: number
  readonly step: number
  readonly history: History
}

export const checkpointPath = ({ out }: Options): string => join(out, "checkpoint.safetensors")

/** Where to begin: at an unfinished run of the same settings, or at `start`. */
export async function resumeOrStart<S>(options: Options, train: ImageSet, start: S) {
  const path = checkpointPath(options)
  const data = fingerprint(train)
  const saved = options.fresh || !existsSync(path) ? undefined : await loadTree(path, { like: start })
  const known = saved === undefined ? undefined : understood(path, saved.metadata)
  if (known !== undefined) {
    const different = settingNames.filter((name) => known.settings[name] !== options[name])
    if (different.length > 0) throw conflict(path, known.settings, different, options)
    if (known.data !== data) throw new Error(`${path} was trained on other images; start over with --fresh`)
  }
  const history: History = known?.history ?? { losses: [], accuracies: [] }
  const { epochs, batch, seed, engine, mode } = options
  return {
    from: { state: saved?.tree ?? start, done: known?.step ?? 0 },
    history,
    save: (state: S, step: number): Promise<void> =>
      saveTree(path, state, { metadata: { settings: { epochs, batch, seed, engine, mode }, data, step, history } }),
  }
}

/** The options with what was not asked for taken from the checkpoint, where there is one to go on from. */
export async function settled(options: Options): Promise<Options> {
  const path = checkpointPath(options)
  if (options.fresh || !existsSync(path)) return options
  const { settings } = understood(path, (await loadTree(path)).metadata)
  const different = options.given.filter((name) => settings[name] !== options[name])
  if (different.length > 0) throw conflict(path, settings, different, options)
  return { ...options, ...settings }
}

const settingNames = ["epochs", "batch", "seed", "engine", "mode"] as const

function conflict(path: string, saved: Settings, names: readonly (keyof Settings)[], options: Options): Error {
  const list = names.map((name) => `--${name} ${saved[name]}, not ${options[name]}`).join(", and with ")
  return new Error(
    `${path} holds a run that began with ${list}; leave the option out to go on with it, or start over with --fresh`,
  )
}

/** A sum over some pixels and all digits; FNV-1a. */
function fingerprint({ pixels, digits }: ImageSet): number {
  let hash = 0x811c9dc5
  const mix = (byte: number) => {
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  digits.forEach(mix)
  for (let k = 0; k < pixels.length; k += 97) mix(pixels[k] ?? 0)
  return hash >>> 0
}

function understood(path: string, metadata: Json): Saved {
  const saved = parseSaved(metadata)
  if (E.isRight(saved)) return saved.right
  throw new Error(`${path} is a checkpoint of something else (${saved.left}); move it away, or start over with --fresh`)
}

const isNumbers = (x: unknown): x is number[] => Array.isArray(x) && x.every((y) => typeof y === "number")
const isObject = (x: unknown): x is Readonly<Record<string, unknown>> => typeof x === "object" && x !== null

function parseSaved(metadata: Json): E.Either<string, Saved> {
  if (!isObject(metadata)) return E.left("no record")
  const { settings, data, step, history } = metadata
  if (!isObject(settings) || !isObject(history)) return E.left("no settings or no history")
  const { epochs, batch, seed, engine, mode } = settings
  if (typeof epochs !== "number" || typeof batch !== "number" || typeof seed !== "number") return E.left("no settings")
  if (engine !== "wasm" && engine !== "gpujs" && engine !== "reference") return E.left("no engine")
  if (!isMode(mode)) return E.left("no mode")
  if (typeof data !== "number" || typeof step !== "number") return E.left("no step")
  const { losses, accuracies } = history
  if (!isNumbers(losses) || !isNumbers(accuracies) || losses.length !== step) return E.left("an incomplete history")
  return E.right({ settings: { epochs, batch, seed, engine, mode }, data, step, history: { losses, accuracies } })
}
