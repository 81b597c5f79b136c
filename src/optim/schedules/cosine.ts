import { mul, square } from "../../autodiff/functions/arithmetic.ts"
import { sin } from "../../autodiff/functions/real.ts"
import type { Hyperparameter } from "../numbers.ts"
import type { Schedule } from "../rate.ts"
import { checkCourse, course, type Mix } from "./course.ts"

export interface CosineOptions {
  /** The value at step 0. */
  readonly from: Hyperparameter
  /** The value at `steps` and ever after; 0. */
  readonly to?: Hyperparameter
  readonly steps: number
}

/** (1 ± cos(pi t)) / 2, written as squares of sines: neither cancels at its zero. */
export const halfWave: Mix = (left, gone) => [square(sin(mul(left, Math.PI / 2))), square(sin(mul(gone, Math.PI / 2)))]

/**
 * Half a cosine from one value to another: to + (from - to) (1 + cos(pi t / steps)) / 2 (Loshchilov and Hutter 2017,
 * https://arxiv.org/abs/1608.03983, without restarts).
 *
 * @throws CotangentError for a value that is not finite and a number of steps that is not whole.
 * @example
 * ```ts
 * import { arange, vmap } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * const rate = schedules.cosine({ from: 1, steps: 4 })
 * console.log(vmap(rate)(arange(6, { dtype: "i32" })))
 * ```
 */
export const cosine = (options: CosineOptions): Schedule => {
  checkCourse("schedules.cosine", options, ["from", "steps"], ["to"])
  return course("schedules.cosine", { to: 0, ...options }, halfWave)
}
