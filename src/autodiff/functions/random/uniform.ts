import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawTwo } from "../../signatures/random.ts"
import { add, mul, sub } from "../arithmetic.ts"
import { finite, floatOption, parameter } from "./parameters.ts"
import { drawWords, plus, type Reals, shaped, times, unit } from "./words.ts"

interface Range {
  readonly low?: unknown
  readonly high?: unknown
  readonly dtype?: unknown
}
/**
 * Uniform on [low, high), by default [0, 1), with all the bits that the dtype resolves. Where high - low is much smaller
 * than low, rounding may give high itself. Differentiable by low and high.
 *
 * @throws CotangentError where numbers low and high are not in this order.
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.uniform(random.key(0), [2], { low: -1, high: 1 }).array())
 * ```
 */
export const uniform: DrawTwo<"uniform", "low", "high"> = typed((key: unknown, shape: Shape, options: Range = {}) => {
  checkOptions("random.uniform", options, ["low", "high", "dtype"])
  const { low = 0, high = 1 } = options
  const dtype = floatOption("uniform", options.dtype)
  const words = drawWords("uniform", key, shape)
  if (typeof low === "number" && typeof high === "number") {
    if (!(low < high))
      throw new CotangentError("range", `random.uniform: low must be below high, got ${low} and ${high}`)
    const u = unit(words, dtype)
    return shaped(low === 0 && high === 1 ? u : plus(times(u, high - low), low), shape)
  }
  const of = (name: string, given: unknown): Reals => parameter("uniform", name, given, finite, shape, dtype)
  const from = of("low", low)
  const u: Reals = typed(shaped(unit(words, dtype), shape))
  return add(mul(u, sub(of("high", high), from)), from)
})
