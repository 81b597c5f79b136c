import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawTwo } from "../../signatures/random.ts"
import { abs, div, minimum, mul, sign, sub } from "../arithmetic.ts"
import { less, where } from "../logic.ts"
import { cos, sin } from "../real.ts"
import { floatOption, locationScale } from "./parameters.ts"
import { openReals } from "./words.ts"

/**
 * Cauchy: `loc + scale tan(π (u - 1/2))`, without a mean; differentiable by both.
 *
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.cauchy(random.key(0), [2], { loc: 1, scale: 2 }).array())
 * ```
 */
export const cauchy: DrawTwo<"cauchy", "loc", "scale"> = typed(
  (key: unknown, shape: Shape, options: Readonly<Record<string, unknown>> = {}) => {
    checkOptions("random.cauchy", options, ["loc", "scale", "dtype"])
    const u = openReals("cauchy", key, shape, floatOption("cauchy", options.dtype))
    const v = sub(u, 0.5)
    // The tangent of up to an eighth of a turn, or one over it: towards the pole the angle itself has lost its digits.
    const angle = mul(minimum(abs(v), sub(0.5, abs(v))), Math.PI)
    const [x, y] = [cos(angle), sin(angle)]
    const standard = mul(sign(v), where(less(abs(v), 0.25), div(y, x), div(x, y)))
    return locationScale("cauchy", ["loc", "scale"], options, standard)
  },
)
