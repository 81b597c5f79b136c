import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawWith } from "../../signatures/random.ts"
import { div, mul } from "../arithmetic.ts"
import { exp } from "../real.ts"
import { ownWords } from "./attempts.ts"
import { logGammaReals } from "./gamma.ts"
import { floatOption, parameter, positive } from "./parameters.ts"

/**
 * Chi-square with `df` degrees of freedom, differentiable by them: twice a gamma draw of concentration `df / 2`.
 *
 * @throws CotangentError where the number is not above 0; ShapeError where a tensor does not stretch to the shape.
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.chiSquare(random.key(0), [2], { df: 3 }).array())
 * ```
 */
export const chiSquare: DrawWith<"chiSquare", "df"> = typed(
  (key: unknown, shape: Shape, options: { readonly df?: unknown; readonly dtype?: unknown } = {}) => {
    checkOptions("random.chiSquare", options, ["df", "dtype"])
    const words = ownWords("chiSquare", key, shape)
    const df = parameter("chiSquare", "df", options.df, positive, shape, floatOption("chiSquare", options.dtype))
    return mul(2, exp(logGammaReals(words, div(df, 2))))
  },
)
