import { typed } from "../../autodiff/boundary.ts"
import { add, mul, sub } from "../../autodiff/functions/arithmetic.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import type { Scalar } from "../../autodiff/types/tensor.ts"
import { times } from "../numbers.ts"
import { type Rate, rateAt } from "../rate.ts"
import type { Counted } from "../transformation.ts"
import { type Leaf, meanOf, sizeOf } from "./tam-cosine.ts"

export interface TamMetrics {
  /** (1 + ŝ) / 2: the share of the last gradient that the momentum took in. */
  readonly damping: Scalar
  /** Between the last gradient and the momentum before it, not smoothed. */
  readonly cosine: Scalar
  /** The learning rate times the damping: the rate at which SGD with momentum would take steps of this size. */
  readonly effectiveRate: Scalar
}

/**
 * What torque-aware momentum is doing, read from its state; the means where tensors or elements have dampings of their own.
 * It may be called inside `jit`, and reads a few scalars, for `"element"` the state's ŝ.
 *
 * @param options `learningRate`: that of the optimiser; 1, which makes the effective rate relative.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { tam, tamMetrics } from "cotangent/optim"
 * const optimiser = tam({ learningRate: 0.1 })
 * const gradient = { w: tensor([1, 2]) }
 * let state = optimiser.init(gradient)
 * for (let step = 0; step < 3; step++) state = optimiser.update(gradient, state, gradient)[1]
 * const { damping, cosine, effectiveRate } = tamMetrics(state, { learningRate: 0.1 })
 * console.log(await damping.item(), await cosine.item(), await effectiveRate.item())
 * ```
 */
export const tamMetrics = (
  state: Counted & { readonly smoothed: unknown; readonly cosine: Scalar },
  options: { readonly learningRate?: Rate } = {},
): TamMetrics => {
  checkOptions("tamMetrics", options, ["learningRate"])
  const smoothed = typed<readonly Leaf[]>(tree.leaves(state.smoothed))
  const mean = meanOf(
    smoothed,
    smoothed.reduce((count, x) => count + sizeOf(x), 0),
  )
  const damping = mul(add(mean, 1), 0.5)
  // The state counts the step it came from; a schedule was asked with the number before.
  const rate = rateAt(options.learningRate ?? 1, sub(state.count, 1))
  return { damping, cosine: state.cosine, effectiveRate: times(damping, rate) }
}
