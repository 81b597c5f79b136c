import { typed } from "../../autodiff/boundary.ts"
import { CotangentError } from "../../autodiff/errors.ts"
import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { expectRate } from "../checks.ts"
import { type MomentumState, scaleByMomentum } from "../directions/momentum.ts"
import type { Hyperparameter } from "../numbers.ts"
import type { Rate } from "../rate.ts"
import type { CountState, Transformation } from "../transformation.ts"
import { scaleByLearningRate } from "../updates/learning-rate.ts"
import { descend } from "./descend.ts"

/** Without `momentum` the state is a count of steps, with it also the velocities. */
export interface Sgd {
  (options: { readonly learningRate: Rate; readonly momentum?: never }): Transformation<CountState>
  (options: {
    readonly learningRate: Rate
    readonly momentum: Hyperparameter
    readonly nesterov?: boolean
  }): Transformation<MomentumState>
}

/**
 * Gradient descent. With `momentum` the velocity v = momentum * v + gradient is followed (Polyak 1964); `nesterov` looks
 * ahead by one more step of it (Sutskever et al. 2013).
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { sgd } from "cotangent/optim"
 * const optimiser = sgd({ learningRate: 0.1, momentum: 0.9 })
 * const params = { w: tensor([1, 2]) }
 * const [updates] = optimiser.update({ w: tensor([1, 1]) }, optimiser.init(params), params)
 * console.log(await updates.w.array())
 * ```
 */
export const sgd: Sgd = typed(
  (options: { readonly learningRate: Rate; readonly momentum?: Hyperparameter; readonly nesterov?: boolean }) => {
    checkOptions("sgd", options, ["learningRate", "momentum", "nesterov"])
    requireOptions("sgd", options, ["learningRate"])
    const { learningRate, momentum, nesterov } = options
    if (momentum === undefined && nesterov !== undefined)
      throw new CotangentError("hyperparameter", `sgd: nesterov is ${nesterov} and there is no momentum; give both`, {
        nesterov,
      })
    expectRate("sgd", learningRate)
    return momentum === undefined
      ? scaleByLearningRate(learningRate)
      : descend("sgd", scaleByMomentum({ momentum, nesterov: nesterov ?? false }), { learningRate })
  },
)
