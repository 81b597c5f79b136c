import { typed } from "../../boundary.ts"
import { ShapeError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawWith } from "../../signatures/random.ts"
import { stopGradient } from "../../transforms/stop-gradient.ts"
import { div, sub } from "../arithmetic.ts"
import { exp } from "../real.ts"
import { max } from "../reductions/extremes.ts"
import { sum } from "../reductions/sum.ts"
import { ownWords } from "./attempts.ts"
import { logGammaReals } from "./gamma.ts"
import { floatOption, parameter, positive } from "./parameters.ts"

/**
 * Dirichlet: shares along the last axis of the shape, which add up to 1, with density proportional to the product of
 * `x^(concentration - 1)`; differentiable by the concentration, which stretches to the shape. In logarithms, so that tiny
 * concentrations give a corner of the simplex and not 0 / 0.
 *
 * @throws ShapeError where the shape has no axis, or a tensor does not stretch to it.
 * @example
 * ```ts
 * import { random, tensor } from "cotangent"
 * const concentration = tensor([1, 2, 3])
 * console.log(await random.dirichlet(random.key(0), [2, 3], { concentration }).array())
 * ```
 */
export const dirichlet: DrawWith<"dirichlet", "concentration"> = typed(
  (key: unknown, shape: Shape, options: { readonly concentration?: unknown; readonly dtype?: unknown } = {}) => {
    checkOptions("random.dirichlet", options, ["concentration", "dtype"])
    const words = ownWords("dirichlet", key, shape)
    if (shape.length === 0)
      throw new ShapeError("simplex", "random.dirichlet: the shares lie along the last axis of the shape, got []")
    const dtype = floatOption("dirichlet", options.dtype)
    const given = parameter("dirichlet", "concentration", options.concentration, positive, shape, dtype)
    const l = logGammaReals(words, given)
    const share = exp(sub(l, stopGradient(max(l, { axis: -1, keepDims: true }))))
    return div(share, sum(share, { axis: -1, keepDims: true }))
  },
)
