import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawOne } from "../../signatures/random.ts"
import { div, neg } from "../arithmetic.ts"
import { log } from "../real.ts"
import { floatOption, parameter, positive } from "./parameters.ts"
import { openReals } from "./words.ts"

/**
 * Exponential with density `rate exp(-rate x)`, by default of rate 1; differentiable by the rate. A tensor's rate of 0 gives
 * infinity, a negative one numbers below 0.
 *
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.exponential(random.key(0), [2], { rate: 2 }).array())
 * ```
 */
export const exponential: DrawOne<"exponential", "rate"> = typed(
  (key: unknown, shape: Shape, options: { readonly rate?: unknown; readonly dtype?: unknown } = {}) => {
    checkOptions("random.exponential", options, ["rate", "dtype"])
    const dtype = floatOption("exponential", options.dtype)
    const standard = neg(log(openReals("exponential", key, shape, dtype)))
    return options.rate === undefined
      ? standard
      : div(standard, parameter("exponential", "rate", options.rate, positive, shape, dtype))
  },
)
