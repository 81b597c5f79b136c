import { typed } from "../../autodiff/boundary.ts"
import type { Float } from "../../autodiff/dtype.ts"
import { add, cast, square } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { sqrt } from "../../autodiff/functions/real.ts"
import { sum } from "../../autodiff/functions/reductions/sum.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import type { Shape } from "../../autodiff/shape/types/dimension.ts"
import type { Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { expectNotNegative } from "../checks.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import { type NoState, type Transformation, transformation } from "../transformation.ts"
import { shortening } from "./norm.ts"

/** As f64 if one of the leaves is f64: the factor of an f64 model is not to be rounded to f32. */
const length = (updates: unknown): Scalar<Float> =>
  sqrt(
    tree.reduce<Scalar<Float>>(
      // Leaves of updates are floats: `init` refuses trees with others.
      (total, leaf) => add(total, sum(square(typed<Tensor<Shape, Float>>(leaf)))),
      updates,
      tensor(0),
    ),
  )

/** The Euclidean norm of all leaves together, as f32; 0 for a tree without leaves. */
export const globalNorm = (updates: unknown): Scalar => cast(length(updates), "f32")

/**
 * Shortens updates whose global norm exceeds `norm` to that norm, in their direction (Pascanu et al. 2013,
 * https://arxiv.org/abs/1211.5063); others pass as they are. A NaN makes everything NaN, to be seen (`applyIfFinite`
 * leaves such a step out); an infinite element becomes NaN and the finite ones 0. A norm that its dtype cannot hold
 * counts as infinite: beyond 1.8e19 in f32 everything becomes 0.
 *
 * @throws CotangentError for a norm below 0.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { clipByGlobalNorm } from "cotangent/optim"
 * const clip = clipByGlobalNorm(1)
 * const gradient = { w: tensor([3, 4]) }
 * console.log(await clip.update(gradient, clip.init(gradient), gradient)[0].w.array())
 * ```
 */
export const clipByGlobalNorm = (norm: Hyperparameter): Transformation<NoState> => {
  expectNotNegative("clipByGlobalNorm", "norm", norm)
  return transformation<NoState>({
    init: () => ({}),
    update: (grads, state) => {
      const factor = shortening(length(grads), norm)
      return [tree.map((g) => times(g, factor), grads), state]
    },
  })
}
