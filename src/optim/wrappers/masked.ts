import { typed } from "../../autodiff/boundary.ts"
import { expectSameStructure, flatten } from "../../autodiff/tree.ts"
import type { Tensor } from "../../autodiff/types/tensor.ts"
import { type Mask, picked } from "../mask.ts"
import { initial, type StateFor, type StateOf, type Transformation, transformation } from "../transformation.ts"

/** A tree of which a mask picks leaves; in the place of the others it is empty. */
export type Picked<P> = P extends Tensor ? P | undefined : P extends object ? { [K in keyof P]: Picked<P[K]> } : P
/** The state over the leaves that were picked. */
export interface Masked<F extends StateOf> extends StateOf {
  readonly state: StateFor<F, Picked<this["params"]>>
}

/** The tree with nothing in place of the leaves that are not picked: paths and structure around them stay. */
export const pick = <P>(tree: P, flags: readonly boolean[]): Picked<P> => {
  const { leaves, build } = flatten(tree, "the tree")
  return typed(build(leaves.map((leaf, k) => (flags[k] ? leaf : undefined))))
}

/** The tree with other leaves where they were picked. */
export const put = <P>(tree: P, flags: readonly boolean[], parts: Picked<P>): P => {
  const { leaves, build } = flatten(tree, "the tree")
  const others = flatten(parts, "the updates").leaves[Symbol.iterator]()
  return typed(build(leaves.map((leaf, k) => (flags[k] ? others.next().value : leaf))))
}

export const expectTreeOfParams = (op: string, params: unknown, grads: unknown): void =>
  expectSameStructure(op, flatten(params, "params"), flatten(grads, "the gradients"), [
    "the tree of parameters",
    "that of the gradients",
  ])

/**
 * A transformation of some of the leaves; the others pass unchanged. It sees the picked leaves alone: a global norm is
 * theirs, and its state holds nothing for the others (`undefined`, the empty node). A mask that picks nothing changes
 * nothing.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { clipByGlobalNorm, masked } from "cotangent/optim"
 * const gradient = { weight: tensor([3, 4]), bias: tensor([5]) }
 * const clip = masked(clipByGlobalNorm(1), /weight/)
 * const [updates] = clip.update(gradient, clip.init(gradient), gradient)
 * console.log(await updates.weight.array(), await updates.bias.array())
 * ```
 */
export const masked = <F extends StateOf>(inner: Transformation<F>, mask: Mask): Transformation<Masked<F>> =>
  transformation<Masked<F>>({
    init: (params) => initial(inner, pick(params, picked(mask, params))),
    update: (grads, state, params) => {
      expectTreeOfParams("masked", params, grads)
      const flags = picked(mask, params)
      const [updates, next] = inner.update(pick(grads, flags), typed(state), typed(pick(params, flags)))
      return [put(grads, flags, updates), typed(next)]
    },
  })
