import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawTwo } from "../../signatures/random.ts"
import { sub } from "../arithmetic.ts"
import { log } from "../real.ts"
import { floatOption, locationScale } from "./parameters.ts"
import { openReals } from "./words.ts"

/**
 * Logistic: `loc + scale log(u / (1 - u))`; differentiable by both.
 *
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.logistic(random.key(0), [2], { loc: 1, scale: 2 }).array())
 * ```
 */
export const logistic: DrawTwo<"logistic", "loc", "scale"> = typed(
  (key: unknown, shape: Shape, options: Readonly<Record<string, unknown>> = {}) => {
    checkOptions("random.logistic", options, ["loc", "scale", "dtype"])
    const u = openReals("logistic", key, shape, floatOption("logistic", options.dtype))
    return locationScale("logistic", ["loc", "scale"], options, sub(log(u), log(sub(1, u))))
  },
)
