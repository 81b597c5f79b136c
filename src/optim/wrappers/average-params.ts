import type { Float } from "../../autodiff/dtype.ts"
import { add, cast, div, mul, sub } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import type { Shape } from "../../autodiff/shape/types/dimension.ts"
import type { Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { expectDecay } from "../checks.ts"
import { type Hyperparameter, rest, times } from "../numbers.ts"
import type { Counted } from "../transformation.ts"

export interface Average<P> extends Counted {
  /** What to evaluate with. */
  readonly average: P
}
/** A pair of pure functions beside an optimiser: `init` with the first parameters, `update` after every step. */
export interface Averaging {
  init<P>(params: P): Average<P>
  update<P>(params: P, state: Average<P>): Average<P>
}

const averaging = (
  toward: <S extends Shape, T extends Float>(gap: Tensor<S, T>, count: Scalar<"i32">) => Tensor<S, T>,
): Averaging => ({
  // Not the parameters themselves: who donates the average would give them away.
  init: (params) => ({ average: tree.map((p) => mul(p, 1), params), count: tensor(1, { dtype: "i32" }) }),
  update: (params, state) => {
    const count = add(state.count, 1)
    // By the gap: decay a + (1 - decay) p does not stay at p in f32, where the two factors do not sum to 1.
    return { average: tree.map((a, p) => add(a, toward(sub(p, a), count)), state.average, params), count }
  },
})

/**
 * The exponential moving average of parameters, to evaluate with while the optimiser moves on: average = decay average +
 * (1 - decay) params, from the first parameters on, so that there is no bias of a start at 0. `count` is the number of
 * parameters taken in.
 *
 * @throws CotangentError for a decay that is not from 0 to below 1.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { averageParams } from "cotangent/optim"
 * const { init, update } = averageParams(0.75)
 * const state = update({ w: tensor([4, 8]) }, init({ w: tensor([0, 0]) }))
 * console.log(await state.average.w.array())
 * ```
 */
export const averageParams = (decay: Hyperparameter): Averaging => {
  expectDecay("averageParams", "decay", decay)
  return averaging((gap) => times(gap, rest(decay)))
}

/**
 * The plain mean of all parameters taken in (Polyak and Juditsky 1992; stochastic weight averaging, Izmailov et al. 2018,
 * https://arxiv.org/abs/1803.05407, when begun late and taken once per cycle).
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { polyak } from "cotangent/optim"
 * const { init, update } = polyak()
 * const state = update({ w: tensor([4, 8]) }, init({ w: tensor([0, 0]) }))
 * console.log(await state.average.w.array())
 * ```
 */
export const polyak = (): Averaging => averaging((gap, count) => div(gap, cast(count, gap.dtype)))
