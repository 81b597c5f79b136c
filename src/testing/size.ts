/** How large things get where nothing says so: fast-check's own scale, `fc.configureGlobal({ baseSize })`. */
import fc from "fast-check"
import { CotangentError } from "../autodiff/errors.ts"

export interface ScaledSize {
  readonly maxRank: number
  readonly maxSize: number
  readonly maxElements: number
  /** Steps of a random program. */
  readonly depth: number
}

const scale: readonly ScaledSize[] = [
  { maxRank: 2, maxSize: 2, maxElements: 8, depth: 3 },
  { maxRank: 3, maxSize: 4, maxElements: 64, depth: 6 },
  { maxRank: 4, maxSize: 8, maxElements: 512, depth: 10 },
  { maxRank: 4, maxSize: 16, maxElements: 4096, depth: 16 },
  { maxRank: 5, maxSize: 32, maxElements: 32768, depth: 24 },
]
const names = ["xsmall", "small", "medium", "large", "xlarge"] as const

/** The limits of a size: a name, or relative to the global one (`"+1"`); "max" is the largest. */
export function scaled(size: fc.SizeForArbitrary = "="): ScaledSize {
  const base = names.indexOf(fc.readConfigureGlobal().baseSize ?? "small")
  const named = names.map(String).indexOf(size)
  const level = size === "max" ? scale.length - 1 : named >= 0 ? named : base + (size === "=" ? 0 : Number(size))
  const found = scale[Math.max(0, Math.min(scale.length - 1, level))]
  if (found === undefined)
    throw new CotangentError(
      "arbitrary",
      `size: ${size} is no size of fast-check; there are ${names.join(", ")}, "max", "=", "+1", "-1"`,
    )
  return found
}
