import { add, sign } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectDecay } from "../checks.ts"
import { blend, type Hyperparameter } from "../numbers.ts"
import { type Counted, type StateOf, type Transformation, transformation } from "../transformation.ts"

export interface LionMean<P> extends Counted {
  /** The running mean of the gradients. */
  readonly mean: P
}
export interface LionState extends StateOf {
  readonly state: LionMean<this["params"]>
}
export interface LionDecays {
  /** How much of the mean is in the direction; 0.9. */
  readonly beta1?: Hyperparameter
  /** How much of the mean stays at a step; 0.99. */
  readonly beta2?: Hyperparameter
}

/**
 * The sign of a mean of the running mean and the gradient (Chen et al. 2023, https://arxiv.org/abs/2302.06675, program 1).
 *
 * @example
 * ```ts
 * import { chain, scaleByLearningRate, scaleByLion } from "cotangent/optim"
 * const optimiser = chain(scaleByLion(), scaleByLearningRate(1e-4))
 * ```
 */
export const scaleByLion = (options: LionDecays = {}): Transformation<LionState> => {
  checkOptions("scaleByLion", options, ["beta1", "beta2"])
  const { beta1 = 0.9, beta2 = 0.99 } = options
  expectDecay("scaleByLion", "beta1", beta1)
  expectDecay("scaleByLion", "beta2", beta2)
  return transformation<LionState>({
    init: (params) => ({
      mean: tree.map((leaf) => zerosLike(leaf), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state) => [
      tree.map((m, g) => sign(blend(m, g, beta1)), state.mean, grads),
      { mean: tree.map((m, g) => blend(m, g, beta2), state.mean, grads), count: add(state.count, 1) },
    ],
  })
}
