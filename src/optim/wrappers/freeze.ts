import { zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import type { Mask } from "../mask.ts"
import { type NoState, type Transformation, transformation } from "../transformation.ts"
import { type Masked, masked } from "./masked.ts"

/**
 * Updates of zero: what is under it stays where it is. A part of `multiTransform` that trains nothing.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { setToZero } from "cotangent/optim"
 * const gradient = { w: tensor([1, 2]) }
 * console.log(await setToZero().update(gradient, {}, gradient)[0].w.array())
 * ```
 */
export const setToZero = (): Transformation<NoState> =>
  transformation<NoState>({
    init: () => ({}),
    update: (grads, state) => [tree.map((g) => zerosLike(g), grads), state],
  })

/**
 * Keeps the leaves that a mask picks where they are. It stands last in a chain: what comes behind it, a weight decay say,
 * would move them after all. In front of an optimiser it hides their gradients from it, but not from its momentum.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { chain, freeze, sgd } from "cotangent/optim"
 * const optimiser = chain(sgd({ learningRate: 1 }), freeze(/embedding/))
 * const params = { embedding: tensor([1]), head: tensor([1]) }
 * const [updates] = optimiser.update(params, optimiser.init(params), params)
 * console.log(await updates.embedding.array(), await updates.head.array())
 * ```
 */
export const freeze = (mask: Mask): Transformation<Masked<NoState>> => masked(setToZero(), mask)
