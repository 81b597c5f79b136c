import { div, square } from "../../autodiff/functions/arithmetic.ts"
import { zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectDecay } from "../checks.ts"
import { blend, type Hyperparameter, plus, root } from "../numbers.ts"
import { type StateOf, type Transformation, transformation } from "../transformation.ts"
import type { Granularity } from "./tam-cosine.ts"
import { atRest, checkedGranularity, type Torque, type TorqueOptions, turned } from "./tam-torque.ts"

export interface AdaTorque<G, P> extends Torque<G, P> {
  /** The running mean of the squared gradients. */
  readonly variance: P
}
export interface AdaTamState<G extends Granularity = "model"> extends StateOf {
  readonly state: AdaTorque<G, this["params"]>
}
export interface AdaTamOptions<G extends Granularity = Granularity> extends TorqueOptions {
  /** How much of the momentum stays at a step; 0.9. */
  readonly beta1?: Hyperparameter
  /** How much of the mean square stays; 0.999. */
  readonly beta2?: Hyperparameter
  /** What has a cosine of its own; the whole model. */
  readonly granularity?: G
}

/**
 * The direction of AdaTAM (Malviya et al. 2024, https://arxiv.org/abs/2412.18790): the momentum of `scaleByTam`, each
 * element divided by the root of its running mean square. As printed the momentum is a heavy ball, without Adam's factor
 * 1 - beta1, and neither moment is corrected for its start at 0. So the first step is about 0.5 / sqrt(1 - beta2) = 15.8
 * times the rate in each coordinate, which wants a warm-up, and later ones are about 5 times those of `scaleByAdam` in noise.
 *
 * @param options `granularity` as in `scaleByTam`; `epsilon` is added both to the damping and to the root.
 * @example
 * ```ts
 * import { chain, scaleByAdaTam, scaleByLearningRate } from "cotangent/optim"
 * const optimiser = chain(scaleByAdaTam({ granularity: "tensor" }), scaleByLearningRate(2e-4))
 * ```
 */
export const scaleByAdaTam = <const G extends Granularity = "model">(
  options: AdaTamOptions<G> = {},
): Transformation<AdaTamState<G>> => {
  checkOptions("scaleByAdaTam", options, ["beta1", "beta2", "smoothing", "epsilon", "granularity"])
  const { beta1 = 0.9, beta2 = 0.999, granularity: _, ...torque } = options
  const granularity = checkedGranularity<G>("scaleByAdaTam", options)
  expectDecay("scaleByAdaTam", "beta1", beta1)
  expectDecay("scaleByAdaTam", "beta2", beta2)
  const { epsilon = 1e-8 } = torque
  return transformation<AdaTamState<G>>({
    init: (params) => ({ ...atRest(granularity, params), variance: tree.map((x) => zerosLike(x), params) }),
    update: (grads, state) => {
      const next = turned(granularity, state, grads, beta1, torque)
      const variance = tree.map((v, g) => blend(v, square(g), beta2), state.variance, grads)
      const directions = tree.map((m, v) => div(m, plus(root(v), epsilon)), next.velocity, variance)
      return [directions, { ...next, variance }]
    },
  })
}
