import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type MomentumState, scaleByMomentum } from "../directions/momentum.ts"
import type { Transformation } from "../transformation.ts"
import { descend } from "./descend.ts"
import type { MomentumOptions } from "./momentum.ts"

/**
 * Gradient descent with Nesterov's momentum in the form of Sutskever et al. (2013,
 * https://proceedings.mlr.press/v28/sutskever13.html): the step is -learningRate (gradient + momentum v).
 *
 * @example
 * ```ts
 * import { nesterov } from "cotangent/optim"
 * const optimiser = nesterov({ learningRate: 0.1, momentum: 0.95 })
 * ```
 */
export const nesterov = (options: MomentumOptions): Transformation<MomentumState> => {
  checkOptions("nesterov", options, ["learningRate", "momentum"])
  requireOptions("nesterov", options, ["learningRate"])
  const { learningRate, ...others } = options
  return descend("nesterov", scaleByMomentum({ ...others, nesterov: true }), { learningRate })
}
