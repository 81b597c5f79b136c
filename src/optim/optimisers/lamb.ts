import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type Chained, chain } from "../composition/chain.ts"
import { type AdamDecays, type AdamState, scaleByAdam } from "../directions/adam.ts"
import type { Rate } from "../rate.ts"
import type { CountState, NoState, Transformation } from "../transformation.ts"
import { addDecayedWeights } from "../updates/decay.ts"
import { scaleByLearningRate } from "../updates/learning-rate.ts"
import { scaleByTrustRatio } from "../updates/trust-ratio.ts"
import { type DecayOptions, maskOf } from "./descend.ts"

/** Adam's moments, the count of the rate, and parts without a state. */
export type LambState = Chained<
  readonly [Transformation<AdamState>, Transformation<NoState>, Transformation<NoState>, Transformation<CountState>]
>

/**
 * LAMB (You et al. 2020, https://arxiv.org/abs/1904.00962, algorithm 2): the direction of Adam and the decay of the weights
 * together get the length of the tensor they are for. For large batches.
 *
 * @param options `weightDecay`: none unless asked for. `mask`: which leaves decay; all. `epsilon`: 1e-6, as printed.
 * @example
 * ```ts
 * import { lamb } from "cotangent/optim"
 * const optimiser = lamb({ learningRate: 1e-2, weightDecay: 0.01 })
 * ```
 */
export const lamb = (
  options: { readonly learningRate: Rate } & AdamDecays & DecayOptions,
): Transformation<LambState> => {
  checkOptions("lamb", options, ["learningRate", "beta1", "beta2", "epsilon", "weightDecay", "mask"])
  requireOptions("lamb", options, ["learningRate"])
  const { learningRate, weightDecay = 0, mask, ...decays } = options
  return chain(
    scaleByAdam({ epsilon: 1e-6, ...decays }),
    addDecayedWeights(weightDecay, maskOf(mask)),
    scaleByTrustRatio(),
    scaleByLearningRate(learningRate),
  )
}
