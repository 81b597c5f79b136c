import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type Chained, chain } from "../composition/chain.ts"
import { type MomentumState, scaleByMomentum } from "../directions/momentum.ts"
import type { Hyperparameter } from "../numbers.ts"
import type { Rate } from "../rate.ts"
import type { CountState, NoState, Transformation } from "../transformation.ts"
import { addDecayedWeights } from "../updates/decay.ts"
import { scaleByLearningRate } from "../updates/learning-rate.ts"
import { scaleByTrustRatio } from "../updates/trust-ratio.ts"
import { type DecayOptions, maskOf } from "./descend.ts"

/** The count of the rate, the velocities, and parts without a state. */
export type LarsState = Chained<
  readonly [Transformation<NoState>, Transformation<NoState>, Transformation<CountState>, Transformation<MomentumState>]
>
export interface LarsOptions extends DecayOptions {
  readonly learningRate: Rate
  /** How much of the velocity stays at a step; 0.9. */
  readonly momentum?: Hyperparameter
  /** Of the trust ratio; 0.001. */
  readonly coefficient?: Hyperparameter
}

/**
 * LARS (You et al. 2017, https://arxiv.org/abs/1708.03888, algorithm 1): the gradient and the decay of the weights together get
 * the length of the tensor they are for, times a coefficient; momentum follows behind the rate, as printed.
 *
 * @param options `weightDecay`: none unless asked for. `mask`: which leaves decay; all.
 * @example
 * ```ts
 * import { lars } from "cotangent/optim"
 * const optimiser = lars({ learningRate: 1, weightDecay: 1e-4 })
 * ```
 */
export const lars = (options: LarsOptions): Transformation<LarsState> => {
  checkOptions("lars", options, ["learningRate", "momentum", "coefficient", "weightDecay", "mask"])
  requireOptions("lars", options, ["learningRate"])
  const { learningRate, momentum = 0.9, coefficient = 1e-3, weightDecay = 0, mask } = options
  return chain(
    addDecayedWeights(weightDecay, maskOf(mask)),
    scaleByTrustRatio({ coefficient }),
    scaleByLearningRate(learningRate),
    scaleByMomentum({ momentum }),
  )
}
