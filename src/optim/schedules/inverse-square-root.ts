import { add, cast, div, minimum } from "../../autodiff/functions/arithmetic.ts"
import { sqrt } from "../../autodiff/functions/real.ts"
import { expectFinite, expectSteps, mostSteps } from "../checks.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import type { Schedule } from "../rate.ts"
import { checkCourse, within } from "./course.ts"

export interface InverseSquareRootOptions {
  /** The value at the end of the warm-up. */
  readonly peak: Hyperparameter
  /** The number of steps of the warm-up. */
  readonly warmUp: number
}

/**
 * peak min(n / warmUp, √(warmUp / n)) with n = step + 1 (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, equation 3,
 * which counts steps from 1): a straight line up, then ever slower down.
 *
 * @throws CotangentError for a peak that is not finite and a number of steps that is not whole.
 * @example
 * ```ts
 * import { arange, vmap } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * const rate = schedules.inverseSquareRoot({ peak: 1, warmUp: 4 })
 * console.log(vmap(rate)(arange(16, { dtype: "i32" })))
 * ```
 */
export const inverseSquareRoot = (options: InverseSquareRootOptions): Schedule => {
  const op = "schedules.inverseSquareRoot"
  checkCourse(op, options, ["peak", "warmUp"], [])
  const { peak, warmUp } = options
  expectFinite(op, "peak", peak)
  expectSteps(op, "warmUp", warmUp)
  return (step) => {
    const n = add(cast(within(step, mostSteps), "f32"), 1)
    return times(minimum(div(n, warmUp), sqrt(div(warmUp, n))), peak)
  }
}
