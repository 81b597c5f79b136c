import { add } from "../../autodiff/functions/arithmetic.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { type Mask, picked } from "../mask.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import { type NoState, type Transformation, transformation } from "../transformation.ts"

/** updates + decay params, on the leaves that the mask picks. */
export const decayed = <P>(updates: P, params: NoInfer<P>, decay: Hyperparameter, mask?: Mask): P => {
  const whole = tree.map((u, p) => add(u, times(p, decay)), updates, params)
  if (mask === undefined) return whole
  const flags = picked(mask, params)
  const [before, after] = [tree.leaves(updates), tree.leaves(whole)]
  return tree.unflatten(
    updates,
    before.map((leaf, k) => (flags[k] ? (after[k] ?? leaf) : leaf)),
  )
}

/**
 * Adds `decay` times the parameters to the updates. Behind what scales gradients and before the learning rate it is
 * decoupled weight decay (Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101); before them it is L2
 * regularisation.
 *
 * @param options `mask`: which leaves decay, by their path; biases and norms usually do not.
 * @example
 * ```ts
 * import { ones, zeros } from "cotangent"
 * import { addDecayedWeights } from "cotangent/optim"
 * const params = { weight: ones([2]), bias: ones([2]) }
 * const decay = addDecayedWeights(0.1, { mask: /weight$/ })
 * const [updates] = decay.update({ weight: zeros([2]), bias: zeros([2]) }, decay.init(params), params)
 * console.log(await updates.weight.array(), await updates.bias.array())
 * ```
 */
export const addDecayedWeights = (
  decay: Hyperparameter,
  options: { readonly mask?: Mask } = {},
): Transformation<NoState> => {
  checkOptions("addDecayedWeights", options, ["mask"])
  return transformation<NoState>({
    init: () => ({}),
    update: (grads, state, params) => [decayed(grads, params, decay, options.mask), state],
  })
}
