import { add, div, square } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectDecay, expectNotNegative } from "../checks.ts"
import { blend, type Hyperparameter, plus, root } from "../numbers.ts"
import { type Counted, type StateOf, type Transformation, transformation } from "../transformation.ts"

export interface MeanSquare<P> extends Counted {
  /** The running mean of the squared gradients. */
  readonly variance: P
}
export interface RmsState extends StateOf {
  readonly state: MeanSquare<this["params"]>
}
export interface RmsOptions {
  /** How much of the mean square stays at a step; 0.9. */
  readonly decay?: Hyperparameter
  /** Added to the root; 1e-8. */
  readonly epsilon?: Hyperparameter
}

/**
 * Each element divided by the root of its running mean square (Tieleman and Hinton 2012, lecture 6e of their course).
 * The mean square begins at 0 and is not corrected for it; epsilon stands after the root, as in PyTorch. (Optax's default has
 * it below the root; PyTorch's default decay is 0.99.)
 *
 * @example
 * ```ts
 * import { chain, scaleByLearningRate, scaleByRms } from "cotangent/optim"
 * const optimiser = chain(scaleByRms({ decay: 0.99 }), scaleByLearningRate(1e-3))
 * ```
 */
export const scaleByRms = (options: RmsOptions = {}): Transformation<RmsState> => {
  checkOptions("scaleByRms", options, ["decay", "epsilon"])
  const { decay = 0.9, epsilon = 1e-8 } = options
  expectDecay("scaleByRms", "decay", decay)
  expectNotNegative("scaleByRms", "epsilon", epsilon)
  return transformation<RmsState>({
    init: (params) => ({
      variance: tree.map((leaf) => zerosLike(leaf), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state) => {
      const variance = tree.map((v, g) => blend(v, square(g), decay), state.variance, grads)
      const directions = tree.map((g, v) => div(g, plus(root(v), epsilon)), grads, variance)
      return [directions, { variance, count: add(state.count, 1) }]
    },
  })
}
