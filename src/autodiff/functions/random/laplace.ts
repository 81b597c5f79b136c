import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawTwo } from "../../signatures/random.ts"
import { abs, mul, neg, sign, sub } from "../arithmetic.ts"
import { log } from "../real.ts"
import { floatOption, locationScale } from "./parameters.ts"
import { openReals } from "./words.ts"

/**
 * Laplace with density `exp(-|x - loc| / scale) / (2 scale)`; differentiable by both.
 *
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.laplace(random.key(0), [2], { loc: 1, scale: 2 }).array())
 * ```
 */
export const laplace: DrawTwo<"laplace", "loc", "scale"> = typed(
  (key: unknown, shape: Shape, options: Readonly<Record<string, unknown>> = {}) => {
    checkOptions("random.laplace", options, ["loc", "scale", "dtype"])
    const u = openReals("laplace", key, shape, floatOption("laplace", options.dtype))
    const v = sub(u, 0.5)
    const standard = mul(neg(sign(v)), log(sub(1, mul(2, abs(v)))))
    return locationScale("laplace", ["loc", "scale"], options, standard)
  },
)
