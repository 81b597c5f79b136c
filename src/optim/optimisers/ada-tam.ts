import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type AdaTamOptions, type AdaTamState, scaleByAdaTam } from "../directions/ada-tam.ts"
import type { Granularity } from "../directions/tam-cosine.ts"
import type { Rate } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { descend } from "./descend.ts"

/**
 * AdaTAM (Malviya et al. 2024, https://arxiv.org/abs/2412.18790): torque-aware momentum, each element scaled by the root
 * of its running square. Start from a fifth of Adam's rate, with a warm-up: see `scaleByAdaTam`.
 *
 * @param options `learningRate`; `beta1` (0.9), `beta2` (0.999), `smoothing` (0.9), `epsilon` (1e-8) and `granularity`
 * ("model") as in `scaleByAdaTam`.
 * @example
 * ```ts
 * import { adaTam } from "cotangent/optim"
 * const optimiser = adaTam({ learningRate: 2e-4 })
 * ```
 */
export const adaTam = <const G extends Granularity = "model">(
  options: { readonly learningRate: Rate } & AdaTamOptions<G>,
): Transformation<AdaTamState<G>> => {
  checkOptions("adaTam", options, ["learningRate", "beta1", "beta2", "smoothing", "epsilon", "granularity"])
  requireOptions("adaTam", options, ["learningRate"])
  const { learningRate, ...others } = options
  return descend("adaTam", scaleByAdaTam<G>(others), { learningRate })
}
