import { typed } from "../../autodiff/boundary.ts"
import type { Float } from "../../autodiff/dtype.ts"
import { add, cast } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { greater, isFinite, logicalAnd, logicalOr } from "../../autodiff/functions/logic.ts"
import { all } from "../../autodiff/functions/reductions/truth.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import type { Shape } from "../../autodiff/shape/types/dimension.ts"
import type { Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { expectSteps } from "../checks.ts"
import { chosen, either } from "../choose.ts"
import { initial, type StateFor, type StateOf, type Transformation, transformation } from "../transformation.ts"

export interface Screening<S> {
  readonly inner: S
  /** Whether the last gradient was finite. */
  readonly finite: Scalar<"bool">
  /** How many in a row were not. */
  readonly consecutive: Scalar<"i32">
  /** How many were not since the start. */
  readonly total: Scalar<"i32">
}
export interface Screened<F extends StateOf> extends StateOf {
  readonly state: Screening<StateFor<F, this["params"]>>
}

/** Whether all elements of all leaves are finite. */
const allFinite = (updates: unknown): Scalar<"bool"> =>
  tree.reduce<Scalar<"bool">>(
    (sofar, leaf) => logicalAnd(sofar, all(isFinite(typed<Tensor<Shape, Float>>(leaf)))),
    updates,
    tensor(true),
  )

/**
 * Leaves out a step whose gradient holds a NaN or an infinity: the updates are zero and the state inside stays as it was,
 * so that one overflow does not spoil a running mean for ever. After `maxConsecutive` such gradients in a row the next one
 * is applied, whatever it holds: a run that is lost should show it. As `apply_if_finite` of Optax.
 *
 * @param options `maxConsecutive`: how many in a row are left out; 5.
 * @throws CotangentError where `maxConsecutive` is no whole number from 1 on.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { adam, applyIfFinite } from "cotangent/optim"
 * const optimiser = applyIfFinite(adam({ learningRate: 0.1 }), { maxConsecutive: 3 })
 * const params = { w: tensor([1, 2]) }
 * const [updates, state] = optimiser.update({ w: tensor([NaN, 1]) }, optimiser.init(params), params)
 * console.log(await updates.w.array(), await state.total.item(), await state.inner.count.item())
 * ```
 */
export const applyIfFinite = <F extends StateOf>(
  inner: Transformation<F>,
  options: { readonly maxConsecutive?: number } = {},
): Transformation<Screened<F>> => {
  checkOptions("applyIfFinite", options, ["maxConsecutive"])
  const { maxConsecutive = 5 } = options
  expectSteps("applyIfFinite", "maxConsecutive", maxConsecutive)
  return transformation<Screened<F>>({
    init: (params) => ({
      inner: initial(inner, params),
      finite: tensor(true),
      consecutive: tensor(0, { dtype: "i32" }),
      total: tensor(0, { dtype: "i32" }),
    }),
    update: <P>(grads: P, state: Screening<StateFor<F, P>>, params: P) => {
      const finite = allFinite(grads)
      const consecutive = chosen(finite, tensor(0, { dtype: "i32" }), add(state.consecutive, 1))
      const total = add(state.total, cast(chosen(finite, tensor(false), tensor(true)), "i32"))
      const [updates, next] = either(
        logicalOr(finite, greater(consecutive, maxConsecutive)),
        () => inner.update<P>(grads, state.inner, params),
        () => [tree.map((g) => zerosLike(g), grads), state.inner] as const,
      )
      return [updates, { inner: next, finite, consecutive, total }]
    },
  })
}
