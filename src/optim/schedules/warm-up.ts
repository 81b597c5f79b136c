import { tensor } from "../../autodiff/functions/creation.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectFinite, expectSteps } from "../checks.ts"
import type { Hyperparameter } from "../numbers.ts"
import { type Rate, rateAt, type Schedule } from "../rate.ts"
import { join } from "./join.ts"
import { linear } from "./linear.ts"

export interface WarmUpOptions {
  /** The value at step 0; 0, at which the first step goes nowhere. */
  readonly from?: Hyperparameter
}

/**
 * A schedule that is approached in a straight line: `steps` steps from 0 to its first value, then the schedule from its own
 * step 0 (Goyal et al. 2017, https://arxiv.org/abs/1706.02677, section 2.2).
 *
 * @throws CotangentError for a number of steps that is not whole.
 * @example
 * ```ts
 * import { arange, vmap } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * const rate = schedules.warmUp(schedules.cosine({ from: 1, steps: 2 }), 2)
 * console.log(vmap(rate)(arange(6, { dtype: "i32" })))
 * ```
 */
export const warmUp = (schedule: Rate, steps: number, options: WarmUpOptions = {}): Schedule => {
  const op = "schedules.warmUp"
  checkOptions(op, options, ["from"])
  const { from = 0 } = options
  if (typeof schedule !== "function") expectFinite(op, "schedule", schedule)
  expectFinite(op, "from", from)
  expectSteps(op, "steps", steps)
  // The first value is asked for at each step, in the program of the step: a schedule may close over what is traced.
  const rise: Schedule = (step) => linear({ from, to: rateAt(schedule, tensor(0, { dtype: "i32" })), steps })(step)
  return join([rise, schedule], [steps])
}
