import { add, div, square } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { blend, plus, root } from "../numbers.ts"
import { type Transformation, transformation } from "../transformation.ts"
import { type AdamDecays, type AdamState, biasCorrection, expectAdamDecays } from "./adam.ts"

/**
 * Adam with Nesterov's look ahead (Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ): the mean is that of the
 * next step, as if the gradient came once more. beta1 is the same at every step, as in Optax (`adam` with `nesterov`);
 * PyTorch lets it grow by a schedule.
 *
 * @example
 * ```ts
 * import { chain, scaleByLearningRate, scaleByNadam } from "cotangent/optim"
 * const optimiser = chain(scaleByNadam(), scaleByLearningRate(1e-3))
 * ```
 */
export const scaleByNadam = (options: AdamDecays = {}): Transformation<AdamState> => {
  checkOptions("scaleByNadam", options, ["beta1", "beta2", "epsilon"])
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options
  expectAdamDecays("scaleByNadam", { beta1, beta2, epsilon })
  return transformation<AdamState>({
    init: (params) => ({
      mean: tree.map((leaf) => zerosLike(leaf), params),
      variance: tree.map((leaf) => zerosLike(leaf), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state) => {
      const count = add(state.count, 1)
      const mean = tree.map((m, g) => blend(m, g, beta1), state.mean, grads)
      const variance = tree.map((v, g) => blend(v, square(g), beta2), state.variance, grads)
      const directions = tree.map(
        (m, v, g) => {
          const next = div(m, biasCorrection(beta1, add(count, 1), m.dtype))
          const now = div(g, biasCorrection(beta1, count, g.dtype))
          const spread = root(div(v, biasCorrection(beta2, count, v.dtype)))
          return div(blend(next, now, beta1), plus(spread, epsilon))
        },
        mean,
        variance,
        grads,
      )
      return [directions, { mean, variance, count }]
    },
  })
}
