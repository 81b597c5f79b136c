import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type LionDecays, type LionState, scaleByLion } from "../directions/lion.ts"
import type { Rate } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { type DecayOptions, decaying, descend } from "./descend.ts"

/**
 * Lion (Chen et al. 2023, https://arxiv.org/abs/2302.06675, program 1): every element steps by the rate, in the direction of the
 * sign of `scaleByLion`. Rates are 3 to 10 times smaller than Adam's, and weight decay as many times larger.
 *
 * @param options `weightDecay`: decoupled; none unless asked for (Optax: 1e-3). `mask`: which leaves decay; all.
 * @example
 * ```ts
 * import { lion } from "cotangent/optim"
 * const optimiser = lion({ learningRate: 1e-4, weightDecay: 0.1 })
 * ```
 */
export const lion = (
  options: { readonly learningRate: Rate } & LionDecays & DecayOptions,
): Transformation<LionState> => {
  checkOptions("lion", options, ["learningRate", "beta1", "beta2", "weightDecay", "mask"])
  requireOptions("lion", options, ["learningRate"])
  const { learningRate, weightDecay, mask, ...others } = options
  return descend("lion", scaleByLion(others), decaying(learningRate, weightDecay, mask))
}
