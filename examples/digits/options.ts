/** The command line, read into options or into a sentence that says what is wrong with it. */
import { parseArgs } from "node:util"
import * as E from "fp-ts/lib/Either.js"

const engines = ["wasm", "gpujs", "reference"] as const
export type EngineName = (typeof engines)[number]
const modes = ["webasm", "cpu", "webgpu", "webgl2", "headlessgl"] as const
export type Mode = (typeof modes)[number]
export const isMode = (x: unknown): x is Mode => modes.some((mode) => mode === x)

/** What a run is made of: equal settings make equal runs. */
export interface Settings {
  readonly epochs: number
  readonly batch: number
  readonly seed: number
  readonly engine: EngineName
  /** What gpujs runs on; other engines have no modes. */
  readonly mode: Mode
}
export interface Options extends Settings {
  /** Whether to leave an earlier, unfinished run behind. */
  readonly fresh: boolean
  /** Where results go. */
  readonly out: string
  /** The settings that were asked for, as opposed to the defaults. */
  readonly given: readonly (keyof Settings)[]
}

export const usage = `npm start -- [options]
  --epochs n     passes over the training images (4)
  --batch n      images per step (128)
  --seed n       of parameters and order (0)
  --engine name  ${engines.join(", ")} (wasm)
  --mode name    of gpujs: ${modes.join(", ")} (webasm)
  --out folder   for results and checkpoints (out/digits)
  --fresh        start over instead of going on from a checkpoint
  --help         this text`

export type Command = { readonly help: true } | { readonly help: false; readonly options: Options }

export function parseCommand(args: readonly string[]): E.Either<string, Command> {
  const values = parsed(args)
  if (E.isLeft(values)) return values
  const { help = false, fresh = false, out = "out/digits", engine = "wasm", mode = "webasm" } = values.right
  if (help) return E.right({ help: true })
  const epochs = whole("--epochs", values.right.epochs, 4, 1)
  if (E.isLeft(epochs)) return epochs
  const batch = whole("--batch", values.right.batch, 128, 1)
  if (E.isLeft(batch)) return batch
  const seed = whole("--seed", values.right.seed, 0, 0)
  if (E.isLeft(seed)) return seed
  const named = engines.find((name) => name === engine)
  if (named === undefined) return E.left(`--engine takes one of ${engines.join(", ")}, got "${engine}"`)
  if (!isMode(mode)) return E.left(`--mode takes one of ${modes.join(", ")}, got "${mode}"`)
  if (values.right.mode !== undefined && named !== "gpujs")
    return E.left(`--mode is for --engine gpujs, and the engine is ${named}`)
  const given = (["epochs", "batch", "seed", "engine", "mode"] as const).filter(
    (name) => values.right[name] !== undefined,
  )
  return E.right({
    help: false,
    options: { epochs: epochs.right, batch: batch.right, seed: seed.right, engine: named, mode, fresh, out, given },
  })
}

function parsed(args: readonly string[]) {
  try {
    const text = { type: "string" } as const
    const flag = { type: "boolean" } as const
    const options = {
      epochs: text,
      batch: text,
      seed: text,
      engine: text,
      mode: text,
      out: text,
      fresh: flag,
      help: flag,
    }
    return E.right(parseArgs({ args: [...args], options }).values)
  } catch (error) {
    return E.left(error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error))
  }
}

function whole(name: string, text: string | undefined, otherwise: number, least: number): E.Either<string, number> {
  if (text === undefined) return E.right(otherwise)
  const value = Number(text)
  return /^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least
    ? E.right(value)
    : E.left(`${name} takes a whole number of at least ${least}, got "${text}"`)
}
