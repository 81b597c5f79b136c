/** How far a run is and how long it will take: a bar on a terminal, a line now and then elsewhere. */
import { Presets, SingleBar } from "cli-progress"
import type { Cell } from "./study.ts"

export interface Progress {
  readonly started: (cell: Cell<unknown>) => void
  readonly at: (cell: Cell<unknown>, share: number) => void
  readonly finished: (cell: Cell<unknown>) => void
  readonly stop: () => void
}

export const timeLeft = (seconds: number): string =>
  !Number.isFinite(seconds)
    ? "?"
    : seconds >= 5400
      ? `${(seconds / 3600).toFixed(1)} h`
      : seconds >= 90
        ? `${Math.round(seconds / 60)} min`
        : `${Math.max(0, Math.round(seconds))} s`

const format = "{bar} {value} of {total} | {running} | {left} left"

/** `cells` are still to be done; the time left is that of the finished ones, by their costs. */
export function cellProgress(cells: readonly Cell<unknown>[], before: number): Progress {
  const total = cells.reduce((sum, { cost }) => sum + cost, 0)
  const shares = new Map<Cell<unknown>, number>()
  let [done, finished] = [0, 0]
  const begin = performance.now()
  const bar = new SingleBar(
    { format, barsize: 24, noTTYOutput: true, notTTYSchedule: 5000, stream: process.stdout, hideCursor: true },
    Presets.shades_classic,
  )
  const shown = () => {
    const started = [...shares].reduce((sum, [{ cost }, share]) => sum + cost * share, done)
    const seconds = ((performance.now() - begin) / 1000) * ((total - started) / started)
    const [first] = shares.keys()
    const others = shares.size > 1 ? ` and ${shares.size - 1} more` : ""
    return { running: first === undefined ? "..." : `${first.name}${others}`, left: timeLeft(seconds) }
  }
  const update = () => bar.update(before + finished, shown())
  bar.start(before + cells.length, before, { running: "...", left: "?" })
  return {
    started: (cell) => {
      shares.set(cell, 0)
      update()
    },
    at: (cell, share) => {
      shares.set(cell, share)
      update()
    },
    finished: (cell) => {
      shares.delete(cell)
      done += cell.cost
      finished++
      update()
    },
    stop: () => bar.stop(),
  }
}
