import { typed } from "../../autodiff/boundary.ts"
import { div, mul } from "../../autodiff/functions/arithmetic.ts"
import { greater, logicalAnd, where } from "../../autodiff/functions/logic.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectNotNegative } from "../checks.ts"
import { type Hyperparameter, norm, plus, times } from "../numbers.ts"
import { type NoState, type Transformation, transformation } from "../transformation.ts"

export interface TrustRatioOptions {
  /** Times the ratio; 1. LARS takes 0.001. */
  readonly coefficient?: Hyperparameter
  /** Added to the norm of the update; 0. */
  readonly epsilon?: Hyperparameter
}

/**
 * Gives the updates of each tensor the length of its parameters, times a coefficient (You et al. 2017,
 * https://arxiv.org/abs/1708.03888). Where either has length 0 they stay as they are, as in Optax.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { scaleByTrustRatio } from "cotangent/optim"
 * const [{ w }] = scaleByTrustRatio().update({ w: tensor([3, 4]) }, {}, { w: tensor([10, 0]) })
 * console.log(await w.array())
 * ```
 */
export const scaleByTrustRatio = (options: TrustRatioOptions = {}): Transformation<NoState> => {
  checkOptions("scaleByTrustRatio", options, ["coefficient", "epsilon"])
  const { coefficient = 1, epsilon = 0 } = options
  expectNotNegative("scaleByTrustRatio", "coefficient", coefficient)
  expectNotNegative("scaleByTrustRatio", "epsilon", epsilon)
  return transformation<NoState>({
    init: () => ({}),
    update: (grads, state, params) => [
      tree.map(
        (g, p) => {
          const [length, step] = [norm(p), norm(g)]
          const both = logicalAnd(greater(length, 0), greater(step, 0))
          // The quotient is not computed from a length of 0: what `where` does not take still has a derivative.
          const safe = typed<typeof step>(where(both, plus(step, epsilon), 1))
          return mul(g, typed<typeof length>(where(both, times(div(length, safe), coefficient), 1)))
        },
        grads,
        params,
      ),
      state,
    ],
  })
}
