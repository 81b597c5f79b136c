/** From the command line to figures and a table of claims. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import * as E from "fp-ts/lib/Either.js"
import { measuredCells, type Results } from "./cells.ts"
import { broken, claimsText, tableText } from "./claims.ts"
import { type Asked, parseCommand, usage } from "./command.ts"
import { keptResults } from "./kept.ts"
import { writeReport } from "./report.ts"
import type { AnyStudy, Cell, Plan } from "./study.ts"
import type { Registry } from "./worker.ts"

/**
 * Does what the command line asks for.
 *
 * @param registry the module that exports `studies`; worker threads import it too.
 * @returns the exit code: 0, 1 for what failed, 2 for a command that cannot be understood.
 */
export async function runCommand(args: readonly string[], registry: URL): Promise<number> {
  const { studies }: Registry = await import(registry.href)
  const command = parseCommand(args, Object.keys(studies))
  if (E.isLeft(command)) {
    console.error(`${command.left}\n\n${usage}`)
    return 2
  }
  if (command.right.kind === "help") console.log(usage)
  if (command.right.kind === "list") for (const load of Object.values(studies)) console.log(listed(await load()))
  if (command.right.kind !== "run") return 0
  const { asked } = command.right
  const load = studies[asked.study]
  return load === undefined ? 2 : run(asked, await load(), registry.href)
}

const listed = ({ name, title, source }: AnyStudy): string => `${name.padEnd(14)} ${title}\n${" ".repeat(15)}${source}`

async function run(asked: Asked, found: AnyStudy, registry: string): Promise<number> {
  const { title, source, version } = found
  const { study, preset, seed, engine, out } = asked
  const { settings, plan } = found.prepare(preset, { seed })
  expectUnique(plan)
  const folder = join(out, "cells")
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    console.error(`--out ${out} cannot take results: ${error instanceof Error ? error.message : String(error)}`)
    return 2
  }
  console.log(`${title}\n${source}`)
  const kept = keptResults(folder, { study, version, settings, seed, engine })
  if (asked.fresh) kept.forget(plan.cells)
  const results = await measuredCells({ asked, registry, cells: plan.cells, kept, again: commandOf(asked, true) })
  if (typeof results === "number") return results

  const report = plan.report(readerOf(results))
  const files = await writeReport({
    asked,
    settings,
    about: { title, source, command: commandOf(asked, false) },
    report,
    results: plan.cells.map((cell) => [cell.name, results.get(cell)]),
  })
  for (const table of report.tables ?? []) console.log(`\n${tableText(table)}`)
  // Some terminals say that they have no columns.
  console.log(`\n${claimsText(report.claims, Math.min(process.stdout.columns || 100, 120))}`)
  const seconds = Math.round([...results.values()].reduce((sum, result) => sum + result.seconds, 0))
  console.log(`\n${seconds} s of measuring; ${out} has ${files.join(", ")}`)
  const failing = broken(report.claims)
  if (!asked.check || failing.length === 0) return 0
  const words = failing.map(({ id, verdict }) => `${id} ${verdict === "fails" ? "fails" : "is not tested"}`)
  console.error(`\n--check: ${words.join(", ")}`)
  return 1
}

/** What to type to get the same results; `whole` with what does not change them. */
const commandOf = ({ study, preset, seed, engine, out, check }: Asked, whole: boolean): string =>
  [
    `npm run study -- ${study} --preset ${preset}`,
    ...(seed === 0 ? [] : [`--seed ${seed}`]),
    ...(engine === "wasm" ? [] : [`--engine ${engine}`]),
    ...(whole ? [`--out ${/^[\w./\\:-]+$/.test(out) ? out : JSON.stringify(out)}`] : []),
    ...(whole && check ? ["--check"] : []),
  ].join(" ")

const readerOf =
  (results: Results) =>
  <R>(cell: Cell<R>): R => {
    const result = results.get(cell)
    if (result === undefined) throw new Error(`the report asks for "${cell.name}", which is no cell of its plan`)
    // What the cell itself returned, through JSON and back.
    return result.value as R
  }

/** Kept results are found by the names of cells. */
function expectUnique({ cells }: Plan): void {
  const names = new Set<string>()
  for (const { name } of cells) {
    if (names.has(name)) throw new Error(`two cells of the plan are called "${name}"; results are found by their names`)
    names.add(name)
  }
}
