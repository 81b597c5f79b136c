import { clip as between, cast, neg } from "../../autodiff/functions/arithmetic.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { expectNotNegative } from "../checks.ts"
import type { Hyperparameter } from "../numbers.ts"
import { type NoState, type Transformation, transformation } from "../transformation.ts"

/**
 * Holds every element between -limit and limit. It changes the direction of the updates; `clipByGlobalNorm` does not. An
 * infinite element becomes the limit with its sign; NaN stays NaN, to be seen.
 *
 * @throws CotangentError for a limit below 0.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { clip } from "cotangent/optim"
 * const gradient = { w: tensor([3, -0.5]) }
 * console.log(await clip(1).update(gradient, {}, gradient)[0].w.array())
 * ```
 */
export const clip = (limit: Hyperparameter): Transformation<NoState> => {
  expectNotNegative("clip", "limit", limit)
  return transformation<NoState>({
    init: () => ({}),
    update: (grads, state) => [
      tree.map((g) => {
        const high = typeof limit === "number" ? limit : cast(limit, g.dtype)
        return between(g, typeof high === "number" ? -high : neg(high), high)
      }, grads),
      state,
    ],
  })
}
