import { add, cast, div, sub } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { equal } from "../../autodiff/functions/logic.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { expectSteps } from "../checks.ts"
import { either } from "../choose.ts"
import {
  type Counted,
  initial,
  type StateFor,
  type StateOf,
  type Transformation,
  transformation,
} from "../transformation.ts"

export interface Accumulation<P, S> extends Counted {
  /** The mean of the `count` gradients since the last step. */
  readonly mean: P
  readonly inner: S
}
export interface Accumulated<F extends StateOf> extends StateOf {
  readonly state: Accumulation<this["params"], StateFor<F, this["params"]>>
}

/**
 * Takes one step for every `steps` gradients, with their mean; the updates in between are zero. So the batch is `steps`
 * times as large as what memory holds. The choice is a `cond`: the transformation runs only when its turn has come, its
 * schedules count its own steps, and a compiled step is compiled once. (Under `vmap` over the state both sides run.)
 *
 * @throws CotangentError where `steps` is no whole number from 1 on.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { accumulate, sgd } from "cotangent/optim"
 * const optimiser = accumulate(sgd({ learningRate: 1 }), 2)
 * const params = { w: tensor([0]) }
 * const [first, state] = optimiser.update({ w: tensor([1]) }, optimiser.init(params), params)
 * const [second] = optimiser.update({ w: tensor([3]) }, state, params)
 * console.log(await first.w.array(), await second.w.array())
 * ```
 */
export const accumulate = <F extends StateOf>(
  inner: Transformation<F>,
  steps: number,
): Transformation<Accumulated<F>> => {
  expectSteps("accumulate", "steps", steps)
  const none = <P>(like: P): P => tree.map((leaf) => zerosLike(leaf), like)
  return transformation<Accumulated<F>>({
    init: (params) => ({ mean: none(params), count: tensor(0, { dtype: "i32" }), inner: initial(inner, params) }),
    update: <P>(grads: P, state: Accumulation<P, StateFor<F, P>>, params: P) => {
      const count = add(state.count, 1)
      // A running mean and not a sum over a number: equal gradients have themselves as their mean, to the last bit, and
      // large ones do not overflow.
      const mean = tree.map((m, g) => add(m, div(sub(g, m), cast(count, m.dtype))), state.mean, grads)
      return either(
        equal(count, steps),
        () => {
          const [updates, next] = inner.update<P>(mean, state.inner, params)
          return [updates, { mean: none(grads), count: tensor(0, { dtype: "i32" }), inner: next }] as const
        },
        () => [none(grads), { mean, count, inner: state.inner }] as const,
      )
    },
  })
}
