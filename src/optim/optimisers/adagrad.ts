import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type AdagradOptions, type AdagradState, scaleByAdagrad } from "../directions/adagrad.ts"
import type { Rate } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { descend } from "./descend.ts"

/**
 * AdaGrad (Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html), as `scaleByAdagrad`: the steps of an element shrink
 * with all it has moved.
 *
 * @example
 * ```ts
 * import { adagrad } from "cotangent/optim"
 * const optimiser = adagrad({ learningRate: 0.1 })
 * ```
 */
export const adagrad = (options: { readonly learningRate: Rate } & AdagradOptions): Transformation<AdagradState> => {
  checkOptions("adagrad", options, ["learningRate", "initial", "epsilon"])
  requireOptions("adagrad", options, ["learningRate"])
  const { learningRate, ...others } = options
  return descend("adagrad", scaleByAdagrad(others), { learningRate })
}
