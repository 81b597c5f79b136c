import { typed } from "../../autodiff/boundary.ts"
import { mul } from "../../autodiff/functions/arithmetic.ts"
import { zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import type { Mismatch } from "../../autodiff/shape/types/dimension.ts"
import { type StateFor, type StateOf, type Transformation, transformation } from "../transformation.ts"

export interface Measured<M> {
  /** Of the last updates; before the first ones, of zeros. */
  readonly value: M
}
export interface InspectState<M, P = unknown> extends StateOf {
  readonly state: this["params"] extends P
    ? Measured<M>
    : Mismatch<"inspect: measure is written for parameters of another type">
}

/**
 * Passes updates on as they are and keeps what `measure` says of them in its state, where logs, metrics and tests find it.
 *
 * @param measure From the updates and the parameters to a tensor or a tree of tensors, always of the same shapes. It is
 * asked of zeros in `init`.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { chain, globalNorm, inspect, sgd } from "cotangent/optim"
 * const optimiser = chain(inspect((updates) => globalNorm(updates)), sgd({ learningRate: 0.1 }))
 * const params = { w: tensor([1, 2]) }
 * const [, [seen]] = optimiser.update({ w: tensor([3, 4]) }, optimiser.init(params), params)
 * console.log(await seen.value.item())
 * ```
 */
export const inspect = <M, P = unknown>(measure: (updates: P, params: P) => M): Transformation<InspectState<M, P>> => {
  const state = <Q>(updates: Q, params: Q): StateFor<InspectState<M, P>, Q> => {
    const measured: Measured<M> = { value: measure(typed(updates), typed(params)) }
    return typed(measured)
  }
  return transformation<InspectState<M, P>>({
    init: (params) =>
      state(
        tree.map((leaf) => zerosLike(leaf), params),
        // Not the parameters themselves, which a measure may hand on: who donates the state would give them away.
        tree.map((leaf) => mul(leaf, 1), params),
      ),
    update: (grads, _, params) => [grads, state(grads, params)],
  })
}
