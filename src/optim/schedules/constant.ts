import { expectFinite } from "../checks.ts"
import type { Hyperparameter } from "../numbers.ts"
import type { Schedule } from "../rate.ts"
import { scalar } from "./course.ts"

/**
 * The same value at every step, where `join` and `warmUp` need a schedule.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * console.log(schedules.constant(0.1)(tensor(7, { dtype: "i32" })))
 * ```
 */
export const constant = (value: Hyperparameter): Schedule => {
  expectFinite("schedules.constant", "value", value)
  return () => scalar(value)
}
