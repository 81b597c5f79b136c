import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawWithTwo } from "../../signatures/random.ts"
import { stopGradient } from "../../transforms/stop-gradient.ts"
import type { Key } from "../../types/tensor.ts"
import { add, div, maximum, sub } from "../arithmetic.ts"
import { exp } from "../real.ts"
import { ownWords } from "./attempts.ts"
import { logGammaReals } from "./gamma.ts"
import { split } from "./keys.ts"
import { floatOption, parameter, positive } from "./parameters.ts"
import { checkDraw, type Reals } from "./words.ts"

/**
 * Beta with density proportional to `x^(a - 1) (1 - x)^(b - 1)`, differentiable by a and b: the share of one gamma draw in two,
 * taken in logarithms, so that tiny a and b give what is next to 0 or 1 and not 0 / 0.
 *
 * @throws CotangentError where a number is not above 0; ShapeError where a tensor does not stretch to the shape.
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.beta(random.key(0), [2], { a: 2, b: 5 }).array())
 * ```
 */
export const beta: DrawWithTwo<"beta", "a", "b"> = typed(
  (
    key: unknown,
    shape: Shape,
    options: { readonly a?: unknown; readonly b?: unknown; readonly dtype?: unknown } = {},
  ) => {
    checkOptions("random.beta", options, ["a", "b", "dtype"])
    checkDraw("beta", key, shape)
    const dtype = floatOption("beta", options.dtype)
    const draw = (own: Key, name: "a" | "b"): Reals =>
      logGammaReals(ownWords("beta", own, shape), parameter("beta", name, options[name], positive, shape, dtype))
    const [first, second] = split(typed<Key>(key))
    const [x, y] = [draw(first, "a"), draw(second, "b")]
    const top = stopGradient(maximum(x, y))
    const [p, q] = [exp(sub(x, top)), exp(sub(y, top))]
    return div(p, add(p, q))
  },
)
