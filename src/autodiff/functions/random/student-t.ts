import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawWith } from "../../signatures/random.ts"
import type { Key } from "../../types/tensor.ts"
import { div, mul, sub } from "../arithmetic.ts"
import { exp, log } from "../real.ts"
import { ownWords } from "./attempts.ts"
import { logGammaReals } from "./gamma.ts"
import { split } from "./keys.ts"
import { normalReals } from "./normal.ts"
import { floatOption, parameter, positive } from "./parameters.ts"
import { checkDraw } from "./words.ts"

/**
 * Student's t with `df` degrees of freedom, differentiable by them: a normal over the root of a gamma draw of concentration
 * and rate `df / 2`.
 *
 * @throws CotangentError where the number is not above 0; ShapeError where a tensor does not stretch to the shape.
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.studentT(random.key(0), [2], { df: 3 }).array())
 * ```
 */
export const studentT: DrawWith<"studentT", "df"> = typed(
  (key: unknown, shape: Shape, options: { readonly df?: unknown; readonly dtype?: unknown } = {}) => {
    checkOptions("random.studentT", options, ["df", "dtype"])
    checkDraw("studentT", key, shape)
    const dtype = floatOption("studentT", options.dtype)
    const half = div(parameter("studentT", "df", options.df, positive, shape, dtype), 2)
    const [first, second] = split(typed<Key>(key))
    const l = logGammaReals(ownWords("studentT", first, shape), half)
    return mul(normalReals("studentT", second, shape, dtype), exp(div(sub(log(half), l), 2)))
  },
)
