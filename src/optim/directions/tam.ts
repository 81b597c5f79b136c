import { checkOptions } from "../../autodiff/options.ts"
import { expectDecay } from "../checks.ts"
import type { Hyperparameter } from "../numbers.ts"
import { type StateOf, type Transformation, transformation } from "../transformation.ts"
import type { Granularity } from "./tam-cosine.ts"
import { atRest, checkedGranularity, type Torque, type TorqueOptions, turned } from "./tam-torque.ts"

export interface TamState<G extends Granularity = "model"> extends StateOf {
  readonly state: Torque<G, this["params"]>
}
export interface TamOptions<G extends Granularity = Granularity> extends TorqueOptions {
  /** How much of the momentum stays at a step; 0.9. */
  readonly momentum?: Hyperparameter
  /** What has a cosine of its own; the whole model. */
  readonly granularity?: G
}

/**
 * Torque-aware momentum (Malviya et al. 2024, https://arxiv.org/abs/2412.18790): a heavy ball that takes in less of a
 * gradient the more it points away from where the ball is going.
 *
 * ```text
 * s = cos(m, g)                                 of the momentum before the step and the gradient
 * ŝ = smoothing ŝ + (1 - smoothing) s           both begin at 0
 * d = (1 + ŝ) / 2                               the damping, from 0 to 1
 * m = momentum m + (epsilon + d) g              the direction
 * ```
 *
 * Where the momentum or the gradient is zero, s is 0, also at the first step: then d = 1/2. Norms whose squares are below the
 * least number of the dtype count as zero. A steady gradient brings d to 1 and the path to that of `scaleByMomentum`; one
 * that keeps changing sign brings it to 0; noise keeps it at 1/2, so that the rate must be twice that of SGD with momentum
 * for steps of the same size.
 *
 * @param options `granularity` says what a cosine is of. `"model"`: all parameters together, which is the formula as
 * printed; the state has one ŝ. `"tensor"`: each tensor, with its own ŝ. `"element"`: each element has its own ŝ and
 * takes for s the product of its momentum and its gradient, each divided by the norm of its column (over the first axis),
 * which is not summed: so does a known implementation (which also lets the momentum begin as the first gradient; ours begins
 * at 0 at every granularity). Over a column of n rows |d - 1/2| is then at most 1 / 2n on the mean (Cauchy-Schwarz), and what
 * remains is SGD with momentum at half the rate.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { scaleByTam } from "cotangent/optim"
 * const torque = scaleByTam({ smoothing: 0.5 })
 * const gradient = { w: tensor([1, 0]) }
 * const [, first] = torque.update(gradient, torque.init(gradient), gradient)
 * const [direction, second] = torque.update(gradient, first, gradient)
 * console.log(await direction.w.array(), await second.smoothed.item())
 * ```
 */
export const scaleByTam = <const G extends Granularity = "model">(
  options: TamOptions<G> = {},
): Transformation<TamState<G>> => {
  checkOptions("scaleByTam", options, ["momentum", "smoothing", "epsilon", "granularity"])
  const { momentum = 0.9, granularity: _, ...torque } = options
  const granularity = checkedGranularity<G>("scaleByTam", options)
  expectDecay("scaleByTam", "momentum", momentum)
  return transformation<TamState<G>>({
    init: (params) => atRest(granularity, params),
    update: (grads, state) => {
      const next = turned(granularity, state, grads, momentum, torque)
      return [next.velocity, next]
    },
  })
}
