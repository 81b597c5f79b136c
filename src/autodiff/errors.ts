/**
 * What goes wrong, said so that the reader can act: what was asked, what was found, what to do, and where in the user's
 * code it happened. `code` is stable across versions, `details` holds the shapes and names of the sentence as data.
 */
import { adviceFor } from "./advice.ts"

export type Details = Readonly<Record<string, unknown>>

/** The base of every error Cotangent throws on purpose; anything else that escapes is our bug. */
export class CotangentError extends Error {
  readonly code: string
  readonly details: Details
  /** The user's line, `file:line:column`, where it is known. */
  readonly site: string | undefined

  constructor(code: string, message: string, details: Details = {}, site: string | undefined = callSite()) {
    const advice = adviceFor(code)
    super(
      [message, ...(advice === undefined ? [] : [advice]), ...(site === undefined ? [] : [`at ${site}`])].join(
        "\n    ",
      ),
    )
    this.name = new.target.name
    this.code = code
    this.details = details
    this.site = site
  }
}

/** Shapes, axes or sizes that do not fit. */
export class ShapeError extends CotangentError {}
/** Dtypes that do not mix, or a value that its dtype cannot hold. */
export class DTypeError extends CotangentError {}
/** A traced value used as a number, read, or kept beyond its transform. */
export class TracerError extends CotangentError {}
/** A tensor used after its memory was given to a compiled function. */
export class DonationError extends CotangentError {}
/** An engine that is unknown, missing, or asked for what it cannot do. */
export class EngineError extends CotangentError {}
/** A solver that did not converge, or a check inside compiled code that failed. */
export class SolverError extends CotangentError {}
/** A check inside compiled code that failed: a NaN under `debugNaN`, an index out of range in checked mode. */
export class CheckError extends CotangentError {}
/** Trees whose structures differ, or that hold what no tree may hold. */
export class TreeError extends CotangentError {}

/** A fault of ours rather than of the caller's, told apart so that nobody searches their own code for it. */
export const internal = (message: string): CotangentError =>
  new CotangentError("internal", `internal error, please report it: ${message}`)

/** The folder of this package's modules. A classic script has no URL of its own, and everything in a bundle is one file. */
const ourFolder: string | undefined = pathOf(import.meta.url ?? "")?.replace(/[^/]*\/[^/]*$/, "")

/** A stack frame or module as a path; undefined where there is none. */
function pathOf(at: string): string | undefined {
  return at === "" ? undefined : decodeURI(at.replace(/^file:\/\//, ""))
}

/**
 * The first stack frame outside this package: the user's line. Cheap enough for errors and for tracing, too dear for
 * eager operations, which is why eager code finds it only when something goes wrong.
 */
export function callSite(): string | undefined {
  if (ourFolder === undefined) return undefined
  const holder: { stack?: string } = {}
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 40
  Error.captureStackTrace?.(holder, callSite)
  Error.stackTraceLimit = before
  for (const line of (holder.stack ?? "").split("\n").slice(1)) {
    const at = pathOf(/\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/.exec(line.trim())?.[1] ?? "")
    if (at === undefined || at.startsWith(ourFolder) || at.startsWith("node:") || at.includes("/node_modules/"))
      continue
    return at
  }
  return undefined
}
