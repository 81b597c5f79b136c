/** From the command line to figures and a table of claims. */
import { join } from "node:path"
import * as E from "fp-ts/lib/Either.js"
import { broken, claimsText, tableText } from "./claims.ts"
import { type Asked, parseCommand, usage } from "./command.ts"
import { keptResults, type Result, slug } from "./kept.ts"
import { measureAll } from "./pool.ts"
import { cellProgress } from "./progress.ts"
import { writeReport } from "./report.ts"
import type { AnyStudy, Cell, Plan } from "./study.ts"
import type { Registry } from "./worker.ts"

/**
 * Does what the command line asks for.
 *
 * @param registry the module that exports `studies`; worker threads import it too.
 * @returns the exit code: 0, 1 for what failed, 2 for a command that cannot be understood, 130 after Ctrl-C.
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
  return load === undefined ? 2 : run(asked, await load(), args, registry)
}

const listed = ({ name, title, source }: AnyStudy): string => `${name.padEnd(14)} ${title}\n${" ".repeat(15)}${source}`

async function run(asked: Asked, found: AnyStudy, args: readonly string[], registry: URL): Promise<number> {
  const { title, source, version } = found
  const { preset, seed, engine, out } = asked
  const { settings, plan } = found.prepare(preset, { seed })
  expectUnique(plan)
  const kept = keptResults(join(out, "cells"), { study: asked.study, version, settings, seed, engine })
  if (asked.fresh) kept.forget()
  const results = new Map<Cell<unknown>, Result>()
  for (const cell of plan.cells) {
    const before = kept.read(cell)
    if (before !== undefined) results.set(cell, before)
  }
  const missing = plan.cells.filter((cell) => !results.has(cell))
  const from = results.size === 0 ? "" : `, ${results.size} of them measured before`
  console.log(`${title}\n${source}\n${preset}, seed ${seed}, ${engine}: ${plan.cells.length} cells${from}`)

  if (missing.length > 0) {
    const again = `npm run study -- ${args.filter((word) => word !== "--fresh").join(" ")}`
    const stop = () => {
      console.log(`\nstopped; ${results.size} of ${plan.cells.length} cells are kept, and ${again} goes on`)
      process.exit(130)
    }
    process.once("SIGINT", stop).once("SIGTERM", stop)
    const progress = cellProgress(missing, results.size)
    const failures = await measureAll(
      missing,
      (cell) => ({
        registry: registry.href,
        study: asked.study,
        preset,
        seed,
        engine,
        cell: cell.name,
        folder: kept.folderOf(cell),
      }),
      {
        started: progress.started,
        progress: progress.at,
        finished: async (cell, result) => {
          await kept.write(cell, result)
          results.set(cell, result)
          progress.finished(cell)
        },
      },
    ).finally(progress.stop)
    process.off("SIGINT", stop).off("SIGTERM", stop)
    for (const { cell, error } of failures)
      console.error(`\n"${cell}" failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    if (failures.length > 0) {
      console.error(
        `\n${failures.length} of ${plan.cells.length} cells failed; the others are kept, and ${again} tries these again`,
      )
      return 1
    }
  }

  const resultOf = <R>(cell: Cell<R>): R => {
    const result = results.get(cell)
    if (result === undefined) throw new Error(`"${cell.name}" is no cell of this plan`)
    // What the cell itself returned, through JSON and back.
    return result.value as R
  }
  const report = plan.report(resultOf)
  const files = await writeReport({
    asked,
    settings,
    about: {
      title,
      source,
      command: `npm run study -- ${asked.study} --preset ${preset}${seed === 0 ? "" : ` --seed ${seed}`}`,
    },
    report,
    results: Object.fromEntries([...results].map(([cell, result]) => [cell.name, result])),
  })
  for (const table of report.tables ?? []) console.log(`\n${tableText(table)}`)
  console.log(`\n${claimsText(report.claims, Math.min(process.stdout.columns ?? 100, 120))}`)
  const seconds = [...results.values()].reduce((sum, result) => sum + result.seconds, 0)
  console.log(
    `\n${Math.round(seconds)} s of measuring; wrote ${files.length} files to ${out}, ${files.at(-1)} among them`,
  )
  const failing = broken(report.claims)
  if (!asked.check || failing.length === 0) return 0
  console.error(
    `\n--check: ${failing.map(({ id, verdict }) => `${id} ${verdict === "fails" ? "fails" : "is not tested"}`).join(", ")}`,
  )
  return 1
}

/** Kept results are found by the names of cells. */
function expectUnique({ cells }: Plan): void {
  const seen = new Map<string, string>()
  for (const { name } of cells) {
    const other = seen.get(slug(name))
    if (other !== undefined)
      throw new Error(`two cells of the plan would keep their results in one file: "${other}" and "${name}"`)
    seen.set(slug(name), name)
  }
}
