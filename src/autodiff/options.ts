/** Options that users hand over in one object. */
import { CotangentError } from "./errors.ts"

/**
 * Refuses a name that no option has. The compiler does, but plain JavaScript has none, and `sum(x, { axes: 1 })` would
 * quietly be the sum of everything.
 */
export function checkOptions(op: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new CotangentError(
      "option",
      `${op}: options come last, in one object; got ${options === null ? "null" : Array.isArray(options) ? "an array" : `a ${typeof options}`}. It has ${list(known)}`,
      { known },
    )
  for (const name in options)
    if (!known.includes(name))
      throw new CotangentError("option", `${op}: there is no option "${name}"; there ${are(known)}`, { name, known })
}
/** Refuses the absence of an option that has no default: read as `undefined`, it would make NaN far from here. */
export function requireOptions(op: string, options: unknown, needed: readonly string[]): void {
  const missing = needed.find((name) => typeof options !== "object" || options === null || !(name in options))
  if (missing !== undefined)
    throw new CotangentError("option", `${op}: ${missing} has no default; say it in the options, { ${missing}: … }`, {
      name: missing,
    })
}
const are = (known: readonly string[]): string => (known.length === 1 ? `is ${list(known)}` : `are ${list(known)}`)
const list = (known: readonly string[]): string =>
  known.length < 2 ? (known[0] ?? "none") : `${known.slice(0, -1).join(", ")} and ${known.at(-1)}`
