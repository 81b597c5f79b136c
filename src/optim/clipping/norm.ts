import { typed } from "../../autodiff/boundary.ts"
import type { Float } from "../../autodiff/dtype.ts"
import { div, square } from "../../autodiff/functions/arithmetic.ts"
import { lessEqual, where } from "../../autodiff/functions/logic.ts"
import { sqrt } from "../../autodiff/functions/real.ts"
import { sum } from "../../autodiff/functions/reductions/sum.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import type { Scalar } from "../../autodiff/types/tensor.ts"
import { expectNotNegative } from "../checks.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import { type NoState, type Transformation, transformation } from "../transformation.ts"

/** What a vector of this length is multiplied by, so that it is no longer than `norm`; NaN for a length of NaN. */
export const shortening = (length: Scalar<Float>, norm: Hyperparameter): Scalar =>
  typed(where(lessEqual(length, norm), 1, div(norm, length)))

/**
 * Shortens each leaf whose Euclidean norm exceeds `norm` to that norm, in its direction; others pass as they are. A NaN
 * makes its leaf NaN, and so does an infinite element its own element, while the finite ones beside it become 0. A norm
 * that the leaf's dtype cannot hold counts as infinite: beyond 1.8e19 in f32 the leaf becomes 0.
 *
 * @throws CotangentError for a norm below 0.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { clipByNorm } from "cotangent/optim"
 * const gradient = { long: tensor([3, 4]), short: tensor([0.3, 0.4]) }
 * const [updates] = clipByNorm(1).update(gradient, {}, gradient)
 * console.log(await updates.long.array(), await updates.short.array())
 * ```
 */
export const clipByNorm = (norm: Hyperparameter): Transformation<NoState> => {
  expectNotNegative("clipByNorm", "norm", norm)
  return transformation<NoState>({
    init: () => ({}),
    update: (grads, state) => [tree.map((g) => times(g, shortening(sqrt(sum(square(g))), norm)), grads), state],
  })
}
