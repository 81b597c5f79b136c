import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type MomentumState, scaleByMomentum } from "../directions/momentum.ts"
import type { Hyperparameter } from "../numbers.ts"
import type { Rate } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { descend } from "./descend.ts"

export interface MomentumOptions {
  readonly learningRate: Rate
  /** How much of the velocity stays at a step; 0.9. */
  readonly momentum?: Hyperparameter
}

/**
 * Gradient descent with a heavy ball (Polyak 1964): v = momentum v + gradient, and the step is -learningRate v.
 *
 * @example
 * ```ts
 * import { momentum } from "cotangent/optim"
 * const optimiser = momentum({ learningRate: 0.1 })
 * ```
 */
export const momentum = (options: MomentumOptions): Transformation<MomentumState> => {
  checkOptions("momentum", options, ["learningRate", "momentum"])
  requireOptions("momentum", options, ["learningRate"])
  const { learningRate, ...others } = options
  return descend("momentum", scaleByMomentum(others), { learningRate })
}
