import { add, div, maximum, square } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { blend, plus, root } from "../numbers.ts"
import { type StateOf, type Transformation, transformation } from "../transformation.ts"
import { type AdamDecays, biasCorrection, expectAdamDecays, type Moments } from "./adam.ts"

export interface LargestMoments<P> extends Moments<P> {
  /** The largest that the mean square has been. */
  readonly largest: P
}
export interface AmsgradState extends StateOf {
  readonly state: LargestMoments<this["params"]>
}

/**
 * Adam whose divisor never falls: the largest mean square so far takes the mean square's place (Reddi et al. 2018,
 * https://arxiv.org/abs/1904.09237, algorithm 2). Both moments are corrected for their start at 0 as in Adam, the largest
 * after the maximum is taken: PyTorch's convention. (The paper corrects neither; Optax takes the maximum of corrected ones.)
 *
 * @example
 * ```ts
 * import { chain, scaleByAmsgrad, scaleByLearningRate } from "cotangent/optim"
 * const optimiser = chain(scaleByAmsgrad(), scaleByLearningRate(1e-3))
 * ```
 */
export const scaleByAmsgrad = (options: AdamDecays = {}): Transformation<AmsgradState> => {
  checkOptions("scaleByAmsgrad", options, ["beta1", "beta2", "epsilon"])
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options
  expectAdamDecays("scaleByAmsgrad", { beta1, beta2, epsilon })
  return transformation<AmsgradState>({
    init: (params) => ({
      mean: tree.map((leaf) => zerosLike(leaf), params),
      variance: tree.map((leaf) => zerosLike(leaf), params),
      largest: tree.map((leaf) => zerosLike(leaf), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state) => {
      const count = add(state.count, 1)
      const mean = tree.map((m, g) => blend(m, g, beta1), state.mean, grads)
      const variance = tree.map((v, g) => blend(v, square(g), beta2), state.variance, grads)
      const largest = tree.map((a, v) => maximum(a, v), state.largest, variance)
      const directions = tree.map(
        (m, a) => {
          const spread = root(div(a, biasCorrection(beta2, count, a.dtype)))
          return div(div(m, biasCorrection(beta1, count, m.dtype)), plus(spread, epsilon))
        },
        mean,
        largest,
      )
      return [directions, { mean, variance, largest, count }]
    },
  })
}
