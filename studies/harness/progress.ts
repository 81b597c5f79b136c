/** How far a run is and how long it will take: a bar on a terminal, a line now and then elsewhere. */
import { Presets, SingleBar } from "cli-progress"
import type { Cell } from "./study.ts"

export interface Progress {
  readonly started: (cell: Cell<unknown>) => void
  readonly at: (cell: Cell<unknown>, share: number) => void
  /** Measured or failed. */
  readonly ended: (cell: Cell<unknown>) => void
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

/** What is shown: how many cells are done, what runs now, and for how long it will go on. */
interface Shown {
  readonly value: number
  readonly total: number
  readonly running: string
  readonly left: string
}
interface Display {
  readonly show: (shown: Shown) => void
  readonly stop: () => void
}

function bar(): Display {
  const format = "{bar} {value} of {total} | {running} | {left} left"
  const drawn = new SingleBar({ format, barsize: 24, hideCursor: true, stream: process.stdout }, Presets.shades_classic)
  let started = false
  return {
    show: ({ value, total, running, left }) => {
      if (!started) drawn.start(total, value, { running, left })
      else drawn.update(value, { running, left })
      started = true
    },
    stop: () => drawn.stop(),
  }
}

const secondsBetweenLines = 5
function lines(): Display {
  let last = Number.NEGATIVE_INFINITY
  return {
    show: ({ value, total, running, left }) => {
      const now = performance.now() / 1000
      if (value < total && now - last < secondsBetweenLines) return
      last = now
      console.log(`${value} of ${total} cells | ${running} | ${left} left`)
    },
    stop: () => undefined,
  }
}

/**
 * `cells` are still to be done, on `cores` at once; `before` were done by an earlier run. The time left is read off those
 * that are done by now, by their costs: one that runs alone costs what the other cores could have done meanwhile, too.
 */
export function cellProgress(cells: readonly Cell<unknown>[], before: number, cores: number): Progress {
  const weight = ({ cost, alone }: Cell<unknown>): number => (alone ? cost * cores : cost)
  const total = cells.reduce((sum, cell) => sum + weight(cell), 0)
  const running = new Map<Cell<unknown>, number>()
  let [done, ended] = [0, 0]
  const begin = performance.now()
  const display = process.stdout.isTTY ? bar() : lines()
  const show = () => {
    const behind = [...running].reduce((sum, [cell, share]) => sum + weight(cell) * share, done)
    const [first] = running.keys()
    const others = running.size > 1 ? ` and ${running.size - 1} more` : ""
    display.show({
      value: before + ended,
      total: before + cells.length,
      running: first === undefined ? "done" : `${first.name}${others}`,
      left: timeLeft(((performance.now() - begin) / 1000) * ((total - behind) / behind)),
    })
  }
  return {
    started: (cell) => {
      running.set(cell, 0)
      show()
    },
    at: (cell, share) => {
      if (running.has(cell)) running.set(cell, Math.min(1, Math.max(0, share)))
      show()
    },
    ended: (cell) => {
      running.delete(cell)
      done += weight(cell)
      ended++
      show()
    },
    stop: display.stop,
  }
}
