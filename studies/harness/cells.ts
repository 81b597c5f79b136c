/** The cells of a plan, measured: what an earlier run kept is read, the others run. */
import { cpus } from "node:os"
import type { Asked } from "./command.ts"
import type { Kept, Result } from "./kept.ts"
import { type Failure, measureAll } from "./pool.ts"
import { cellProgress } from "./progress.ts"
import { stopping } from "./stopping.ts"
import type { Cell } from "./study.ts"

export type Results = ReadonlyMap<Cell<unknown>, Result>
export interface Job {
  readonly asked: Asked
  /** The module that exports the studies. */
  readonly registry: string
  readonly cells: readonly Cell<unknown>[]
  readonly kept: Kept
  /** What to type to go on. */
  readonly again: string
}
/** The results of all cells, or the exit code of a run that did not come to its end. */
export async function measuredCells({ asked, registry, cells, kept, again }: Job): Promise<Results | number> {
  const { study, preset, seed, engine } = asked
  const results = new Map<Cell<unknown>, Result>()
  for (const cell of cells) {
    const before = kept.read(cell)
    if (before !== undefined) results.set(cell, before)
  }
  const before = results.size === 0 ? "" : `, ${results.size} of them measured before`
  console.log(`${preset}, seed ${seed}, ${engine}: ${cells.length} cells${before}`)
  const missing = cells.filter((cell) => !results.has(cell))
  if (missing.length === 0) return results

  const cores = Math.max(1, cpus().length)
  const progress = cellProgress(missing, results.size, cores)
  const stop = stopping(() => {
    progress.stop()
    console.log(`\nstopped; ${results.size} of ${cells.length} cells are kept, and ${again} goes on`)
  })
  const orderFor = ({ name }: Cell<unknown>) => ({ registry, study, preset, seed, engine, cell: name })
  const failures = await measureAll(
    {
      cells: missing,
      orderFor: (cell) => ({ ...orderFor(cell), folder: kept.folderOf(cell) }),
      cores,
      signal: stop.signal,
    },
    {
      started: progress.started,
      progress: progress.at,
      measured: async (cell, result) => {
        await kept.write(cell, result)
        results.set(cell, result)
      },
      ended: progress.ended,
    },
  )
  stop.settle()
  progress.stop()
  if (failures.length === 0) return results
  for (const text of failureTexts(failures)) console.error(`\n${text}`)
  const others = results.size === 0 ? "" : "the others are kept, and "
  console.error(
    `\n${failures.length} of ${cells.length} cells failed; ${others}${again} tries ${failures.length === 1 ? "it" : "them"} again`,
  )
  return 1
}

/** What failed in the same way is told once, with the cells that it happened to. */
function failureTexts(failures: readonly Failure[]): readonly string[] {
  const cellsOf = new Map<string, string[]>()
  for (const { cell, error } of failures) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    cellsOf.set(text, [...(cellsOf.get(text) ?? []), `"${cell}"`])
  }
  return [...cellsOf].map(([text, cells]) => {
    const more = cells.length > 8 ? ` and ${cells.length - 8} more` : ""
    return `${cells.slice(0, 8).join(", ")}${more} failed: ${text}`
  })
}
