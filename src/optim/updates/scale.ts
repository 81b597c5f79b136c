import { tree } from "../../autodiff/functions/tree.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import { type NoState, type Transformation, transformation } from "../transformation.ts"

/**
 * Multiplies updates by a number; `scale(-0.1)` turns gradients into steps downhill.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { scale } from "cotangent/optim"
 * const gradient = { w: tensor([1, 2]) }
 * console.log(await scale(-0.5).update(gradient, {}, gradient)[0].w.array())
 * ```
 */
export const scale = (factor: Hyperparameter): Transformation<NoState> =>
  transformation<NoState>({
    init: () => ({}),
    update: (grads, state) => [tree.map((g) => times(g, factor), grads), state],
  })
