import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type AdamDecays, type AdamState, scaleByAdam } from "../directions/adam.ts"
import type { Rate } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { descend } from "./descend.ts"

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
export const adam = (options: { readonly learningRate: Rate } & AdamDecays): Transformation<AdamState> => {
  checkOptions("adam", options, ["learningRate", "beta1", "beta2", "epsilon"])
  requireOptions("adam", options, ["learningRate"])
  const { learningRate, ...decays } = options
  return descend("adam", scaleByAdam(decays), { learningRate })
}
