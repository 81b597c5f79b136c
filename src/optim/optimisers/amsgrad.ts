import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import type { AdamDecays } from "../directions/adam.ts"
import { type AmsgradState, scaleByAmsgrad } from "../directions/amsgrad.ts"
import type { Rate } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { descend } from "./descend.ts"

/**
 * Adam whose divisor never falls (Reddi et al. 2018, https://arxiv.org/abs/1904.09237), as `scaleByAmsgrad`.
 *
 * @example
 * ```ts
 * import { amsgrad } from "cotangent/optim"
 * const optimiser = amsgrad({ learningRate: 1e-3 })
 * ```
 */
export const amsgrad = (options: { readonly learningRate: Rate } & AdamDecays): Transformation<AmsgradState> => {
  checkOptions("amsgrad", options, ["learningRate", "beta1", "beta2", "epsilon"])
  requireOptions("amsgrad", options, ["learningRate"])
  const { learningRate, ...others } = options
  return descend("amsgrad", scaleByAmsgrad(others), { learningRate })
}
