/** Ctrl-C and SIGTERM: cells are told, get a moment for a last checkpoint, and the process ends with the usual code. */
const moment = 2000

export interface Stopping {
  readonly signal: AbortSignal
  /** Ends the process where it was asked to; else signals have their usual meaning again. */
  readonly settle: () => void
}
/** `farewell` is said last. */
export function stopping(farewell: () => void): Stopping {
  const controller = new AbortController()
  let code = 0
  const end = () => {
    farewell()
    process.exit(code)
  }
  // A terminal signals npm as well, which passes it on: what comes a second time says nothing new.
  const asked = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) return
    code = name === "SIGINT" ? 130 : 143
    setTimeout(end, moment)
    controller.abort()
  }
  process.on("SIGINT", asked).on("SIGTERM", asked)
  return {
    signal: controller.signal,
    settle: () => {
      if (controller.signal.aborted) end()
      process.off("SIGINT", asked).off("SIGTERM", asked)
    },
  }
}
