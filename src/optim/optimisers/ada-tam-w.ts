import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type AdaTamOptions, type AdaTamState, scaleByAdaTam } from "../directions/ada-tam.ts"
import type { Granularity } from "../directions/tam-cosine.ts"
import type { Transformation } from "../transformation.ts"
import { type DescentOptions, descend } from "./descend.ts"

/**
 * AdaTAM with decoupled weight decay: each step also takes learningRate * weightDecay times the parameters off them
 * (Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101).
 *
 * @param options those of `adaTam`; `weightDecay` (0.01); `mask`: which leaves decay, by their path.
 * @example
 * ```ts
 * import { adaTamW } from "cotangent/optim"
 * const optimiser = adaTamW({ learningRate: 2e-4, weightDecay: 0.1, mask: (path) => !path.endsWith("bias") })
 * ```
 */
export const adaTamW = <const G extends Granularity = "model">(
  options: DescentOptions & AdaTamOptions<G>,
): Transformation<AdaTamState<G>> => {
  const names = ["learningRate", "weightDecay", "mask", "beta1", "beta2", "smoothing", "epsilon", "granularity"]
  checkOptions("adaTamW", options, names)
  requireOptions("adaTamW", options, ["learningRate"])
  const { learningRate, weightDecay = 0.01, mask, ...others } = options
  return descend("adaTamW", scaleByAdaTam<G>(others), { learningRate, weightDecay, ...(mask && { mask }) })
}
