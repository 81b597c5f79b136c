import { add, mul, sub } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { equal } from "../../autodiff/functions/logic.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { applyUpdates } from "../apply-updates.ts"
import { expectShare, expectSteps } from "../checks.ts"
import { chosen } from "../choose.ts"
import { type Hyperparameter, rest, times } from "../numbers.ts"
import {
  type Counted,
  initial,
  type StateFor,
  type StateOf,
  type Transformation,
  transformation,
} from "../transformation.ts"

/** `count` is the number of steps since the slow weights moved. */
export interface SlowWeights<P, S> extends Counted {
  readonly slow: P
  readonly inner: S
}
export interface Lookahead<F extends StateOf> extends StateOf {
  readonly state: SlowWeights<this["params"], StateFor<F, this["params"]>>
}

/**
 * Lookahead (Zhang et al. 2019, https://arxiv.org/abs/1907.08610, algorithm 1): the parameters are the fast weights that
 * the transformation moves; every `every` steps the slow weights in the state go the share `rate` of the way to them, and
 * the fast ones start again from there. The updates are always those of the fast weights, so `applyUpdates` is all it
 * takes; to evaluate, take `state.slow`, or the parameters behind a step at which both met. What the inner transformation
 * remembers is kept there, as in Optax by default.
 *
 * @param options `every`: 5. `rate`: 0.5.
 * @throws CotangentError where `every` is no whole number from 1 on, or `rate` not from 0 to 1.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { adam, lookahead } from "cotangent/optim"
 * const optimiser = lookahead(adam({ learningRate: 1e-3 }), { every: 6, rate: 0.5 })
 * console.log(await optimiser.init({ w: tensor([1, 2]) }).slow.w.array())
 * ```
 */
export const lookahead = <F extends StateOf>(
  inner: Transformation<F>,
  options: { readonly every?: number; readonly rate?: Hyperparameter } = {},
): Transformation<Lookahead<F>> => {
  checkOptions("lookahead", options, ["every", "rate"])
  const { every = 5, rate = 0.5 } = options
  expectSteps("lookahead", "every", every)
  expectShare("lookahead", "rate", rate)
  return transformation<Lookahead<F>>({
    init: (params) => ({
      // Not the parameters themselves: who donates the state would give them away.
      slow: tree.map((leaf) => mul(leaf, 1), params),
      count: tensor(0, { dtype: "i32" }),
      inner: initial(inner, params),
    }),
    update: <P>(grads: P, state: SlowWeights<P, StateFor<F, P>>, params: P) => {
      const [steps, next] = inner.update<P>(grads, state.inner, params)
      const count = add(state.count, 1)
      const meet = equal(count, every)
      const fast = applyUpdates(params, steps)
      // slow + rate (fast - slow) is fast - (1 - rate)(fast - slow): at rate 1 nothing is taken off, not even by rounding.
      const updates = tree.map(
        (u, f, s) => chosen(meet, sub(u, times(sub(f, s), rest(rate))), u),
        steps,
        fast,
        state.slow,
      )
      // As `applyUpdates` will compute it: fast and slow weights meet to the last bit.
      const slow = tree.map((s, p, u) => chosen(meet, add(p, u), s), state.slow, params, updates)
      return [updates, { slow, count: chosen(meet, tensor(0, { dtype: "i32" }), count), inner: next }]
    },
  })
}
