import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type AdamDecays, type AdamState, scaleByAdam } from "../directions/adam.ts"
import type { Rate } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { type DecayOptions, decaying, descend } from "./descend.ts"

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101, algorithm 2): each step
 * also takes learningRate weightDecay off the parameters, whatever their gradients' size.
 *
 * @param options `weightDecay`: 0.01, as in PyTorch (Optax: 1e-4). `mask`: which leaves decay; all. The others as in `adam`.
 * @example
 * ```ts
 * import { adamw } from "cotangent/optim"
 * const optimiser = adamw({ learningRate: 1e-3, weightDecay: 0.05, mask: /weight$/ })
 * ```
 */
export const adamw = (
  options: { readonly learningRate: Rate } & AdamDecays & DecayOptions,
): Transformation<AdamState> => {
  checkOptions("adamw", options, ["learningRate", "beta1", "beta2", "epsilon", "weightDecay", "mask"])
  requireOptions("adamw", options, ["learningRate"])
  const { learningRate, weightDecay = 0.01, mask, ...others } = options
  return descend("adamw", scaleByAdam(others), decaying(learningRate, weightDecay, mask))
}
