/** How far the run is and how long it will take: a bar on a terminal, a line every few seconds elsewhere. */
import { setImmediate } from "node:timers/promises"
import { Presets, SingleBar } from "cli-progress"
import type { History } from "./checkpoint.ts"

export interface Progress {
  readonly start: (total: number, done: number) => void
  /** Also lets signals and timers in: a loop that only computes would never hear Ctrl-C. */
  readonly at: (done: number, history: History) => Promise<void>
  readonly stop: () => void
}

export const silent: Progress = { start: () => {}, at: () => setImmediate(), stop: () => {} }

const pause = 20
const format =
  "{bar} {percentage}% | step {value} of {total} | loss {loss} | test accuracy {accuracy} | {eta_formatted} left"

export function terminalProgress(): Progress {
  const bar = new SingleBar(
    {
      format,
      barsize: 24,
      etaBuffer: 200,
      noTTYOutput: true,
      notTTYSchedule: 3000,
      stream: process.stdout,
      hideCursor: true,
    },
    Presets.shades_classic,
  )
  let paused = performance.now()
  return {
    start: (total, done) => bar.start(total, done, { loss: "...", accuracy: "..." }),
    at: async (done, { losses, accuracies }) => {
      const recent = losses.slice(-50)
      bar.update(done, {
        loss: (recent.reduce((sum, loss) => sum + loss, 0) / recent.length).toFixed(4),
        accuracy: percent(accuracies.at(-1)),
      })
      if (performance.now() - paused < pause) return
      await setImmediate()
      paused = performance.now()
    },
    stop: () => bar.stop(),
  }
}

export const percent = (share: number | undefined): string =>
  share === undefined ? "..." : `${(100 * share).toFixed(2)}%`
