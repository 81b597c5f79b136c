/** How far a step goes. */
import type { Scalar } from "../autodiff/types/tensor.ts"
import type { Hyperparameter } from "./numbers.ts"

/** The rate of a step, asked with the number of steps taken before. */
export type Schedule = (step: Scalar<"i32">) => Scalar
/** A number, a scalar tensor, or a function of the step. */
export type Rate = Hyperparameter | Schedule

export const rateAt = (rate: Rate, count: Scalar<"i32">): Hyperparameter =>
  typeof rate === "function" ? rate(count) : rate
