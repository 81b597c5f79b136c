import type { Float } from "../autodiff/dtype.ts"
import { add, cast, div, mul, neg, square } from "../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../autodiff/functions/creation.ts"
import { sqrt, tanh } from "../autodiff/functions/real.ts"
import { tree } from "../autodiff/functions/tree.ts"
import { checkOptions, requireOptions } from "../autodiff/options.ts"
import type { Scalar } from "../autodiff/types/tensor.ts"
import { rateAt, scaleLeaf } from "./rate.ts"
import { transformation } from "./transformation.ts"
import type { Adam, AdamState } from "./types.ts"

/**
 * 1 - beta^t in any precision. Written as it reads it loses four digits of f32 at the first step (1 - 0.999); with
 * h = tanh(-t ln(beta) / 2) it is 2h / (1 + h), which cancels nothing.
 */
function biasCorrection<T extends Float>(beta: number, step: Scalar<"i32">, dtype: T): Scalar<T> {
  const h = tanh(mul(cast(step, dtype), -Math.log(beta) / 2))
  return div(mul(h, 2), add(h, 1))
}

/**
 * Adam (Kingma and Ba 2015, https://arxiv.org/abs/1412.6980, algorithm 1): steps along the running mean of the gradients,
 * each element scaled by the root of its running square.
 *
 * @param options `learningRate`: a number, a scalar tensor or a function of the step; `beta1` (0.9) and `beta2` (0.999)
 * are the decays of the two means, `epsilon` (1e-8) is added to the root.
 * @example
 * ```ts
 * import { grad, mul, sum, tensor } from "cotangent"
 * import { adam, applyUpdates } from "cotangent/optim"
 * const optimiser = adam({ learningRate: 0.1 })
 * let params = { w: tensor([1, -2]) }
 * let state = optimiser.init(params)
 * for (let step = 0; step < 3; step++) {
 *   const gradient = grad((p: typeof params) => sum(mul(p.w, p.w)))(params)
 *   const [updates, next] = optimiser.update(gradient, state, params)
 *   state = next
 *   params = applyUpdates(params, updates)
 * }
 * console.log(await params.w.array())
 * ```
 */
export const adam: Adam = (options) => {
  checkOptions("adam", options, ["learningRate", "beta1", "beta2", "epsilon"])
  requireOptions("adam", options, ["learningRate"])
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options
  return transformation<AdamState>({
    init: (params) => ({
      mean: tree.map((leaf) => zerosLike(leaf), params),
      variance: tree.map((leaf) => zerosLike(leaf), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state) => {
      const rate = rateAt(learningRate, state.count)
      const count = add(state.count, 1)
      const mean = tree.map((m, g) => add(mul(m, beta1), mul(g, 1 - beta1)), state.mean, grads)
      const variance = tree.map((v, g) => add(mul(v, beta2), mul(square(g), 1 - beta2)), state.variance, grads)
      const updates = tree.map(
        (m, v) => {
          const step = div(m, biasCorrection(beta1, count, m.dtype))
          const spread = sqrt(div(v, biasCorrection(beta2, count, v.dtype)))
          return neg(scaleLeaf(div(step, add(spread, epsilon)), rate))
        },
        mean,
        variance,
      )
      return [updates, { mean, variance, count }]
    },
  })
}
