/** The command line, read into what was asked for or into a sentence that says what is wrong with it. */
import { existsSync, statSync } from "node:fs"
import { parseArgs } from "node:util"
import * as E from "fp-ts/lib/Either.js"
import type { PresetName } from "./study.ts"

const engines = ["wasm", "gpujs", "reference"] as const
export type EngineName = (typeof engines)[number]
const presets = ["quick", "full"] as const

export interface Asked {
  readonly study: string
  readonly preset: PresetName
  readonly seed: number
  readonly engine: EngineName
  /** Where results go. */
  readonly out: string
  /** Exit with 1 when a required claim fails. */
  readonly check: boolean
  /** Do not use what an earlier run measured. */
  readonly fresh: boolean
}
export type Command = { readonly kind: "help" | "list" } | { readonly kind: "run"; readonly asked: Asked }

export const usage = `npm run study -- <name> [options]
  --preset name  quick (three minutes at most on two cores) or full (quick)
  --seed n       the first of the seeds; a study with five uses n to n + 4 (0)
  --engine name  ${engines.join(", ")} (wasm)
  --out folder   for figures, metrics.json and the table of claims (out/studies/<name>/<preset>)
  --check        exit with 1 when a claim that has to hold fails
  --fresh        measure everything anew; without it, an unfinished run is gone on with
  --list         the studies there are
  --help         this text`

export function parseCommand(args: readonly string[], names: readonly string[]): E.Either<string, Command> {
  const parsed = parsedArguments(args)
  if (E.isLeft(parsed)) return parsed
  const { values, positionals } = parsed.right
  if (values.help === true) return E.right({ kind: "help" })
  if (values.list === true) return E.right({ kind: "list" })
  const [name, ...others] = positionals
  const known = `studies: ${names.join(", ")}`
  if (name === undefined) return E.left(`which study? ${known}`)
  if (others.length > 0) return E.left(`one study at a time, got ${positionals.join(", ")}`)
  if (!names.includes(name)) return E.left(`there is no study "${name}"; ${known}`)
  const preset = presets.find((one) => one === (values.preset ?? "quick"))
  if (preset === undefined) return E.left(`--preset takes one of ${presets.join(", ")}, got "${values.preset}"`)
  const engine = engines.find((one) => one === (values.engine ?? "wasm"))
  if (engine === undefined) return E.left(`--engine takes one of ${engines.join(", ")}, got "${values.engine}"`)
  const seed = Number(values.seed ?? "0")
  if (!/^\d+$/.test(values.seed ?? "0") || seed >= 2 ** 31)
    return E.left(`--seed takes a whole number from 0 to 2^31 - 1, got "${values.seed}"`)
  const out = values.out ?? `out/studies/${name}/${preset}`
  if (existsSync(out) && !statSync(out).isDirectory()) return E.left(`--out ${out} is a file; name a folder`)
  const { check = false, fresh = false } = values
  return E.right({ kind: "run", asked: { study: name, preset, seed, engine, out, check, fresh } })
}

function parsedArguments(args: readonly string[]) {
  const options = {
    preset: { type: "string" },
    seed: { type: "string" },
    engine: { type: "string" },
    out: { type: "string" },
    check: { type: "boolean" },
    fresh: { type: "boolean" },
    list: { type: "boolean" },
    help: { type: "boolean" },
  } as const
  try {
    return E.right(parseArgs({ args: [...args], options, allowPositionals: true }))
  } catch (error) {
    return E.left(error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error))
  }
}
