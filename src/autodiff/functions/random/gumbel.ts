import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawTwo } from "../../signatures/random.ts"
import { neg } from "../arithmetic.ts"
import { log } from "../real.ts"
import { floatOption, locationScale } from "./parameters.ts"
import { openReals } from "./words.ts"

/**
 * Gumbel, the law of largest numbers: `loc - scale log(-log(u))`; differentiable by both.
 *
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.gumbel(random.key(0), [2], { loc: 1, scale: 2 }).array())
 * ```
 */
export const gumbel: DrawTwo<"gumbel", "loc", "scale"> = typed(
  (key: unknown, shape: Shape, options: Readonly<Record<string, unknown>> = {}) => {
    checkOptions("random.gumbel", options, ["loc", "scale", "dtype"])
    const u = openReals("gumbel", key, shape, floatOption("gumbel", options.dtype))
    return locationScale("gumbel", ["loc", "scale"], options, neg(log(neg(log(u)))))
  },
)
