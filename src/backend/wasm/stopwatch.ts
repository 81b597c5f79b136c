/** Takes the time whenever a driver that was assembled for it calls its import `mark`. */
export interface Lap {
  /** The number of the driver's mark. */
  readonly mark: number
  /** Milliseconds from the start to the mark before. */
  readonly started: number
  readonly milliseconds: number
}
export interface Stopwatch {
  readonly start: () => void
  readonly mark: (mark: number) => void
  /** What was marked since the start. */
  readonly laps: () => readonly Lap[]
}
export function newStopwatch(): Stopwatch {
  let laps: Lap[] = []
  let [origin, last] = [0, 0]
  return {
    start: () => {
      laps = []
      origin = performance.now()
      last = origin
    },
    mark: (mark) => {
      const now = performance.now()
      laps.push({ mark, started: last - origin, milliseconds: now - last })
      last = now
    },
    laps: () => laps,
  }
}
