import { pow, sub } from "../../autodiff/functions/arithmetic.ts"
import { expectPositive } from "../checks.ts"
import type { Hyperparameter } from "../numbers.ts"
import type { Schedule } from "../rate.ts"
import { checkCourse, course } from "./course.ts"

export interface PolynomialOptions {
  /** The value at step 0. */
  readonly from: Hyperparameter
  /** The value at `steps` and ever after; 0. */
  readonly to?: Hyperparameter
  readonly steps: number
  /** 1 is a straight line, more falls early, less late. */
  readonly power: Hyperparameter
}

/**
 * to + (from - to) (1 - t / steps)^power.
 *
 * @throws CotangentError for a value that is not finite, a power that is not positive and a number of steps that is not whole.
 * @example
 * ```ts
 * import { arange, vmap } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * const rate = schedules.polynomial({ from: 1, steps: 4, power: 2 })
 * console.log(vmap(rate)(arange(6, { dtype: "i32" })))
 * ```
 */
export const polynomial = (options: PolynomialOptions): Schedule => {
  const op = "schedules.polynomial"
  checkCourse(op, options, ["from", "steps", "power"], ["to"])
  const { power } = options
  expectPositive(op, "power", power)
  return course(op, { from: options.from, to: options.to ?? 0, steps: options.steps }, (left) => {
    const ofFirst = pow(left, power)
    return [ofFirst, sub(1, ofFirst)]
  })
}
