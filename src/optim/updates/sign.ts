import { sign } from "../../autodiff/functions/arithmetic.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { type NoState, type Transformation, transformation } from "../transformation.ts"

/**
 * The sign of each element, and 0 of 0: sign descent (Bernstein et al. 2018, https://arxiv.org/abs/1802.04434).
 *
 * @example
 * ```ts
 * import { chain, scaleByLearningRate, scaleBySign } from "cotangent/optim"
 * const optimiser = chain(scaleBySign(), scaleByLearningRate(1e-3))
 * ```
 */
export const scaleBySign = (): Transformation<NoState> =>
  transformation<NoState>({
    init: () => ({}),
    update: (grads, state) => [tree.map((g) => sign(g), grads), state],
  })
