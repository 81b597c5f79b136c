import { typed } from "../../autodiff/boundary.ts"
import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { type Chained, chain } from "../composition/chain.ts"
import type { AdamState } from "../directions/adam.ts"
import { type MomentumState, scaleByMomentum } from "../directions/momentum.ts"
import { type RmsOptions, type RmsState, scaleByRms } from "../directions/rms.ts"
import { scaleByStandardDeviation } from "../directions/standard-deviation.ts"
import type { Hyperparameter } from "../numbers.ts"
import type { Rate } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { descend } from "./descend.ts"

interface Plain extends RmsOptions {
  readonly learningRate: Rate
}
/** With momentum, the states of both parts. */
export type WithMomentum<F extends RmsState | AdamState> = Transformation<
  Chained<readonly [Transformation<F>, Transformation<MomentumState>]>
>
export interface Rmsprop {
  (options: Plain & { readonly centered?: false; readonly momentum?: never }): Transformation<RmsState>
  (options: Plain & { readonly centered: true; readonly momentum?: never }): Transformation<AdamState>
  (options: Plain & { readonly centered?: false; readonly momentum: Hyperparameter }): WithMomentum<RmsState>
  (options: Plain & { readonly centered: true; readonly momentum: Hyperparameter }): WithMomentum<AdamState>
}

/**
 * RMSProp (Tieleman and Hinton 2012): the direction of `scaleByRms`, or with `centered` of `scaleByStandardDeviation`; with
 * `momentum` a heavy ball follows it. Its velocity is that of the directions, before the rate, as in PyTorch; in Optax the
 * rate comes first, which differs where a schedule changes it.
 *
 * @param options `decay`: 0.9 (PyTorch: 0.99). `epsilon`: 1e-8, after the root.
 * @example
 * ```ts
 * import { rmsprop } from "cotangent/optim"
 * const optimiser = rmsprop({ learningRate: 1e-3, decay: 0.99, momentum: 0.9 })
 * ```
 */
export const rmsprop: Rmsprop = typed(
  (options: Plain & { readonly centered?: boolean; readonly momentum?: Hyperparameter }) => {
    checkOptions("rmsprop", options, ["learningRate", "decay", "epsilon", "centered", "momentum"])
    requireOptions("rmsprop", options, ["learningRate"])
    const { learningRate, centered = false, momentum, ...others } = options
    if (momentum !== undefined) {
      const ball = descend("rmsprop", scaleByMomentum({ momentum }), { learningRate })
      return centered ? chain(scaleByStandardDeviation(others), ball) : chain(scaleByRms(others), ball)
    }
    return centered
      ? descend("rmsprop", scaleByStandardDeviation(others), { learningRate })
      : descend("rmsprop", scaleByRms(others), { learningRate })
  },
)
