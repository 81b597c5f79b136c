/** How far a run is, what it has reached and how long it will take. */

export interface ProgressReport {
  /** Steps taken, of `total`. */
  readonly step: number
  readonly total: number
  /** The mean loss of the last steps, at most 50. */
  readonly loss: number
  /** The last step's own metrics, and the last evaluation's. */
  readonly metrics: Readonly<Record<string, number>>
  readonly stepsPerSecond: number
  readonly secondsLeft: number
}
export interface Progress {
  readonly update: (report: ProgressReport) => void
  /** Something that has to be known, such as a checkpoint that is passed over. */
  readonly notice: (text: string) => void
  readonly end: () => void
}
export const silent: Progress = { update: () => undefined, notice: () => undefined, end: () => undefined }

const shown = (x: number): string => (Number.isInteger(x) ? String(x) : x.toPrecision(4))
const duration = (seconds: number): string =>
  !Number.isFinite(seconds)
    ? "?"
    : seconds >= 3600
      ? `${(seconds / 3600).toFixed(1)} h`
      : seconds >= 60
        ? `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
        : `${Math.ceil(seconds)} s`

/** `step 120/1000, loss 0.4312, accuracy 0.91, 310 steps/s, 3 s left` */
export const progressLine = ({ step, total, loss, metrics, stepsPerSecond, secondsLeft }: ProgressReport): string =>
  [
    `step ${step}/${total}`,
    `loss ${shown(loss)}`,
    ...Object.entries(metrics).map(([name, x]) => `${name} ${shown(x)}`),
    `${shown(Math.round(stepsPerSecond))} steps/s`,
    step < total ? `${duration(secondsLeft)} left` : "done",
  ].join(", ")

/** What Node has of a terminal; a browser has none of it, and lines go to its console. */
interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly write: (text: string) => unknown
}

/**
 * A line that is written anew ten times a second on a terminal, and every five seconds elsewhere.
 *
 * @example
 * ```ts
 * import { lineProgress } from "cotangent/optim"
 * const quiet = { ...lineProgress(), notice: () => undefined }
 * ```
 */
export function lineProgress(): Progress {
  const stream: Stream | undefined = typeof process === "undefined" ? undefined : process.stderr
  const line = (text: string): void => {
    if (stream === undefined) console.log(text)
    else stream.write(`${text}\n`)
  }
  if (stream?.isTTY !== true) {
    let [last, shownStep, pending]: [number, number, string | undefined] = [Number.NEGATIVE_INFINITY, -1, undefined]
    return {
      update: (report) => {
        pending = report.step === shownStep ? undefined : progressLine(report)
        if (performance.now() - last < 5000) return
        line(progressLine(report))
        ;[last, shownStep, pending] = [performance.now(), report.step, undefined]
      },
      notice: line,
      end: () => {
        if (pending !== undefined) line(pending)
      },
    }
  }
  let [last, pending] = [Number.NEGATIVE_INFINITY, ""]
  const rewrite = (text: string) => stream.write(`\r\x1b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`)
  return {
    update: (report) => {
      pending = progressLine(report)
      if (performance.now() - last < 100) return
      rewrite(pending)
      last = performance.now()
    },
    notice: (text) => stream.write(`\r\x1b[2K${text}\n`),
    end: () => {
      if (pending !== "") rewrite(`${pending}\n`)
    },
  }
}
