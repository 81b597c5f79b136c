import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { scaleByTam, type TamOptions, type TamState } from "../directions/tam.ts"
import type { Granularity } from "../directions/tam-cosine.ts"
import type { Rate } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { descend } from "./descend.ts"

/**
 * SGD with torque-aware momentum (Malviya et al. 2024, https://arxiv.org/abs/2412.18790): steps along the momentum of
 * `scaleByTam`. Start from twice the rate that SGD with momentum would have: in noise the damping is 1/2.
 *
 * @param options `learningRate`; `momentum` (0.9), `smoothing` (0.9), `epsilon` (1e-8) and `granularity` ("model") as in
 * `scaleByTam`.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { applyUpdates, tam } from "cotangent/optim"
 * const optimiser = tam({ learningRate: 0.2 })
 * const params = { w: tensor([1, 2]) }
 * const [updates] = optimiser.update({ w: tensor([1, 1]) }, optimiser.init(params), params)
 * console.log(await applyUpdates(params, updates).w.array())
 * ```
 */
export const tam = <const G extends Granularity = "model">(
  options: { readonly learningRate: Rate } & TamOptions<G>,
): Transformation<TamState<G>> => {
  checkOptions("tam", options, ["learningRate", "momentum", "smoothing", "epsilon", "granularity"])
  requireOptions("tam", options, ["learningRate"])
  const { learningRate, ...others } = options
  return descend("tam", scaleByTam<G>(others), { learningRate })
}
