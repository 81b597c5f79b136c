import { typed } from "../../autodiff/boundary.ts"
import type { Float } from "../../autodiff/dtype.ts"
import { add, cast } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { isNaN, where } from "../../autodiff/functions/logic.ts"
import { sum } from "../../autodiff/functions/reductions/sum.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import type { Shape } from "../../autodiff/shape/types/dimension.ts"
import type { Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { type StateOf, type Transformation, transformation } from "../transformation.ts"

/** A number of elements for each leaf. */
export type Counts<P> = P extends Tensor ? Scalar<"i32"> : P extends object ? { [K in keyof P]: Counts<P[K]> } : P
export interface NaNs<P> {
  /** The elements replaced so far, leaf by leaf: which of them makes NaNs. */
  readonly found: Counts<P>
  readonly total: Scalar<"i32">
}
export interface ZeroNaNsState extends StateOf {
  readonly state: NaNs<this["params"]>
}

/**
 * Puts 0 in the place of NaN and counts, for each leaf and in sum. Infinities pass. A model that needs it has a fault; the
 * counts say where.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { zeroNans } from "cotangent/optim"
 * const gradient = { w: tensor([NaN, 2]), b: tensor([1]) }
 * const [updates, state] = zeroNans().update(gradient, zeroNans().init(gradient), gradient)
 * console.log(await updates.w.array(), await state.found.w.item(), await state.total.item())
 * ```
 */
export const zeroNans = (): Transformation<ZeroNaNsState> => {
  const none = (): Scalar<"i32"> => tensor(0, { dtype: "i32" })
  const counts = <P>(like: P, leaves: readonly Scalar<"i32">[]): Counts<P> => typed(tree.unflatten(like, leaves))
  return transformation<ZeroNaNsState>({
    init: (params) => ({ found: counts(params, tree.leaves(params).map(none)), total: none() }),
    update: <P>(grads: P, state: NaNs<P>) => {
      const now = tree.leaves(grads).map((g) => sum(cast(isNaN(typed<Tensor<Shape, Float>>(g)), "i32")))
      const before = typed<readonly Scalar<"i32">[]>(tree.leaves(state.found))
      return [
        tree.map((g) => typed(where(isNaN(g), zerosLike(g), g)), grads),
        {
          found: counts(
            grads,
            now.map((count, k) => add(before[k] ?? none(), count)),
          ),
          total: now.reduce((total, count) => add(total, count), state.total),
        },
      ]
    },
  })
}
