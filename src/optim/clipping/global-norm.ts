import { typed } from "../../autodiff/boundary.ts"
import { add, cast, div, square } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { greater, where } from "../../autodiff/functions/logic.ts"
import { sqrt } from "../../autodiff/functions/real.ts"
import { sum } from "../../autodiff/functions/reductions/sum.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import type { Shape } from "../../autodiff/shape/types/dimension.ts"
import type { Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import { type NoState, type Transformation, transformation } from "../transformation.ts"

/** The Euclidean norm of all leaves together, as f32; 0 for a tree without leaves. */
export const globalNorm = (updates: unknown): Scalar =>
  sqrt(
    tree.reduce<Scalar>(
      // Leaves of updates are floats: `init` refuses trees with others.
      (total, leaf) => add(total, cast(sum(square(typed<Tensor<Shape, "f32">>(leaf))), "f32")),
      updates,
      tensor(0),
    ),
  )

/**
 * Shortens updates whose global norm exceeds `norm` to that norm, in their direction (Pascanu et al. 2013,
 * https://arxiv.org/abs/1211.5063); others pass as they are. A NaN among the gradients stays NaN, to be seen.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { clipByGlobalNorm } from "cotangent/optim"
 * const clip = clipByGlobalNorm(1)
 * const gradient = { w: tensor([3, 4]) }
 * console.log(await clip.update(gradient, clip.init(gradient), gradient)[0].w.array())
 * ```
 */
export const clipByGlobalNorm = (norm: Hyperparameter): Transformation<NoState> =>
  transformation<NoState>({
    init: () => ({}),
    update: (grads, state) => {
      const length = globalNorm(grads)
      const factor = where(greater(length, norm), div(norm, length), 1)
      return [tree.map((g) => times(g, factor), grads), state]
    },
  })
