import { add, div, maximum, square, sub } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectDecay, expectNotNegative } from "../checks.ts"
import { blend, plus, root } from "../numbers.ts"
import { type Transformation, transformation } from "../transformation.ts"
import type { AdamState } from "./adam.ts"
import type { RmsOptions } from "./rms.ts"

/**
 * Each element divided by the running standard deviation of its gradients: the centred form of `scaleByRms` (Graves 2013,
 * https://arxiv.org/abs/1308.0850, section 4.2). The state is that of `scaleByAdam`: means and mean squares.
 *
 * @example
 * ```ts
 * import { chain, scaleByLearningRate, scaleByStandardDeviation } from "cotangent/optim"
 * const optimiser = chain(scaleByStandardDeviation(), scaleByLearningRate(1e-3))
 * ```
 */
export const scaleByStandardDeviation = (options: RmsOptions = {}): Transformation<AdamState> => {
  checkOptions("scaleByStandardDeviation", options, ["decay", "epsilon"])
  const { decay = 0.9, epsilon = 1e-8 } = options
  expectDecay("scaleByStandardDeviation", "decay", decay)
  expectNotNegative("scaleByStandardDeviation", "epsilon", epsilon)
  return transformation<AdamState>({
    init: (params) => ({
      mean: tree.map((leaf) => zerosLike(leaf), params),
      variance: tree.map((leaf) => zerosLike(leaf), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state) => {
      const mean = tree.map((m, g) => blend(m, g, decay), state.mean, grads)
      const variance = tree.map((v, g) => blend(v, square(g), decay), state.variance, grads)
      const directions = tree.map(
        // A steady gradient's mean square less its squared mean is 0, and rounding may put it below.
        (g, v, m) => div(g, plus(root(maximum(sub(v, square(m)), 0)), epsilon)),
        grads,
        variance,
        mean,
      )
      return [directions, { mean, variance, count: add(state.count, 1) }]
    },
  })
}
