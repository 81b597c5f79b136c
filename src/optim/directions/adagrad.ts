import { add, div, square } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { fullLike } from "../../autodiff/functions/spaces.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectNotNegative } from "../checks.ts"
import { type Hyperparameter, plus, root } from "../numbers.ts"
import { type Counted, type StateOf, type Transformation, transformation } from "../transformation.ts"

export interface SquareSum<P> extends Counted {
  /** The sum of all squared gradients. */
  readonly squares: P
}
export interface AdagradState extends StateOf {
  readonly state: SquareSum<this["params"]>
}
export interface AdagradOptions {
  /** Where the sums of squares begin; 0. */
  readonly initial?: number
  /** Added to the root; 1e-10. */
  readonly epsilon?: Hyperparameter
}

/**
 * Each element divided by the root of the sum of all its squares (Duchi et al. 2011,
 * https://jmlr.org/papers/v12/duchi11a.html, figure 1). Begins at 0 with epsilon after the root, as printed and as in
 * PyTorch; Optax begins at 0.1 and has 1e-7 below the root.
 *
 * @example
 * ```ts
 * import { chain, scaleByAdagrad, scaleByLearningRate } from "cotangent/optim"
 * const optimiser = chain(scaleByAdagrad({ initial: 0.1 }), scaleByLearningRate(0.1))
 * ```
 */
export const scaleByAdagrad = (options: AdagradOptions = {}): Transformation<AdagradState> => {
  checkOptions("scaleByAdagrad", options, ["initial", "epsilon"])
  const { initial = 0, epsilon = 1e-10 } = options
  expectNotNegative("scaleByAdagrad", "initial", initial)
  expectNotNegative("scaleByAdagrad", "epsilon", epsilon)
  return transformation<AdagradState>({
    init: (params) => ({
      squares: tree.map((leaf) => fullLike(leaf, initial), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state) => {
      const squares = tree.map((s, g) => add(s, square(g)), state.squares, grads)
      const directions = tree.map((g, s) => div(g, plus(root(s), epsilon)), grads, squares)
      return [directions, { squares, count: add(state.count, 1) }]
    },
  })
}
