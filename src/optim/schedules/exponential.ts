import { add, cast, div, pow, rem } from "../../autodiff/functions/arithmetic.ts"
import { floorDivide } from "../../autodiff/functions/rounding/division.ts"
import { expectFinite, expectNotNegative, expectSteps, mostSteps } from "../checks.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import type { Schedule } from "../rate.ts"
import { checkCourse, scalar, within } from "./course.ts"

export interface ExponentialOptions {
  /** The value at step 0. */
  readonly from: Hyperparameter
  /** What it is taken times in every `steps` steps. */
  readonly rate: Hyperparameter
  readonly steps: number
  /** Only whole multiples of `steps` count: it falls in stairs; false. */
  readonly staircase?: boolean
}

/**
 * from rate^(t / steps). It never ends; `maximum` of it and a number is a floor.
 *
 * @throws CotangentError for a value that is not finite, a rate below 0 and a number of steps that is not whole.
 * @example
 * ```ts
 * import { arange, vmap } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * const rate = schedules.exponential({ from: 1, rate: 0.25, steps: 2 })
 * console.log(vmap(rate)(arange(5, { dtype: "i32" })))
 * ```
 */
export const exponential = (options: ExponentialOptions): Schedule => {
  const op = "schedules.exponential"
  checkCourse(op, options, ["from", "rate", "steps"], ["staircase"])
  const { from, rate, steps, staircase = false } = options
  expectFinite(op, "from", from)
  expectNotNegative(op, "rate", rate)
  expectSteps(op, "steps", steps)
  return (step) => {
    const gone = within(step, mostSteps)
    const stairs = cast(floorDivide(gone, steps), "f32")
    const exponent = staircase ? stairs : add(stairs, div(cast(rem(gone, steps), "f32"), steps))
    return times(pow(scalar(rate), exponent), from)
  }
}
