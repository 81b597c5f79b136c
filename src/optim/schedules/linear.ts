import type { Schedule } from "../rate.ts"
import { type CourseOptions, checkCourse, course } from "./course.ts"

/**
 * In a straight line from one value to another: from (1 - t/steps) + to t/steps.
 *
 * @throws CotangentError for a value that is not finite and a number of steps that is not whole.
 * @example
 * ```ts
 * import { arange, vmap } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * const rate = schedules.linear({ from: 1, to: 0.5, steps: 4 })
 * console.log(vmap(rate)(arange(6, { dtype: "i32" })))
 * ```
 */
export const linear = (options: CourseOptions): Schedule => {
  checkCourse("schedules.linear", options, ["from", "to", "steps"], [])
  return course("schedules.linear", options, (left, gone) => [left, gone])
}
