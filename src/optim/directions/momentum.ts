import { add } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectDecay } from "../checks.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import { type Counted, type StateOf, type Transformation, transformation } from "../transformation.ts"

export interface Velocity<P> extends Counted {
  readonly velocity: P
}
export interface MomentumState extends StateOf {
  readonly state: Velocity<this["params"]>
}

/**
 * The heavy ball (Polyak 1964): v = momentum v + gradient, and v is the direction. With `nesterov` it is
 * momentum v + gradient, one step of v ahead (Sutskever et al. 2013). There is no factor 1 - momentum and no dampening: as in
 * Optax's `trace` and PyTorch's default.
 *
 * @param options `momentum`: 0.9. `nesterov`: false.
 * @example
 * ```ts
 * import { chain, scaleByLearningRate, scaleByMomentum } from "cotangent/optim"
 * const optimiser = chain(scaleByMomentum({ momentum: 0.95 }), scaleByLearningRate(0.1))
 * ```
 */
export const scaleByMomentum = (
  options: { readonly momentum?: Hyperparameter; readonly nesterov?: boolean } = {},
): Transformation<MomentumState> => {
  checkOptions("scaleByMomentum", options, ["momentum", "nesterov"])
  const { momentum = 0.9, nesterov = false } = options
  expectDecay("scaleByMomentum", "momentum", momentum)
  return transformation<MomentumState>({
    init: (params) => ({
      velocity: tree.map((leaf) => zerosLike(leaf), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state) => {
      const velocity = tree.map((v, g) => add(times(v, momentum), g), state.velocity, grads)
      const directions = nesterov ? tree.map((v, g) => add(times(v, momentum), g), velocity, grads) : velocity
      return [directions, { velocity, count: add(state.count, 1) }]
    },
  })
}
