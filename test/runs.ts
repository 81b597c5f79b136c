/** What a run of the numeric suite measured, as it is kept for docs/ENGINES.md: one file of test/figures for each engine. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Beyond, Figure } from "./figures.ts"

export interface Measured {
  readonly passed: number
  /** By name; a run that is cut off lists what had no result. */
  readonly failed: readonly string[]
  readonly figures: readonly Figure[]
  readonly beyond: readonly Beyond[]
}
/** A run as its file tells it: the worst error by law and function. */
export interface Run extends Omit<Measured, "figures"> {
  readonly engine: string
  /** Where it ran: "Node 20.20.2", "Chromium 150". */
  readonly host: string
  /** What computed, hardware or software. */
  readonly device: string
  readonly errors: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const folder = fileURLToPath(new URL("./figures/", import.meta.url))

export function keepRun({ figures, ...rest }: Omit<Run, "errors"> & Measured): void {
  const errors: Record<string, Record<string, number>> = {}
  for (const { law, name, error } of figures.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    errors[law] ??= {}
    // Two digits: the rest would only be noise in the history.
    errors[law][name] = Number(error.toPrecision(2))
  }
  const run: Run = { ...rest, errors }
  mkdirSync(folder, { recursive: true })
  const name = `${run.host.split(" ")[0]}-${run.engine}.json`.toLowerCase().replaceAll("/", "-")
  writeFileSync(join(folder, name), `${JSON.stringify(run, undefined, 2)}\n`)
}
export const keptRuns = (): readonly Run[] =>
  readdirSync(folder)
    .toSorted()
    .map((name): Run => JSON.parse(readFileSync(join(folder, name), "utf8")))
