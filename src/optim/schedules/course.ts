/**
 * A way from one value to another in a number of steps. Both shares, of what is gone and of what is left, are counted from
 * whole steps: `1 - gone` in f32 would have lost half of its digits at the end of a million steps, where a rate that falls
 * to 0 consists of nothing else.
 */
import { add, cast, div, maximum, minimum, sub } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import type { Scalar } from "../../autodiff/types/tensor.ts"
import { expectFinite, expectSteps } from "../checks.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import type { Schedule } from "../rate.ts"

export interface CourseOptions {
  /** The value at step 0. */
  readonly from: Hyperparameter
  /** The value at `steps` and ever after. */
  readonly to: Hyperparameter
  readonly steps: number
}
/** How much of the first value is left, and of the last one come, when so much of the way is left and gone. */
export type Mix = (left: Scalar, gone: Scalar) => readonly [ofFirst: Scalar, ofLast: Scalar]

export const scalar = (h: Hyperparameter): Scalar => (typeof h === "number" ? tensor(h) : h)

/** The step, from 0 to `last`. */
export const within = (step: Scalar<"i32">, last: number): Scalar<"i32"> => maximum(minimum(step, last), 0)

/** A mixture of two values, none of which it leaves behind by a rounding. */
export const mixed = (
  from: Hyperparameter,
  to: Hyperparameter,
  [ofFirst, ofLast]: readonly [Scalar, Scalar],
): Scalar => {
  const [low, high] =
    typeof from === "number" && typeof to === "number"
      ? [Math.min(from, to), Math.max(from, to)]
      : [minimum(scalar(from), scalar(to)), maximum(scalar(from), scalar(to))]
  return maximum(minimum(add(times(ofFirst, from), times(ofLast, to)), high), low)
}

export const course = (op: string, { from, to, steps }: CourseOptions, mix: Mix): Schedule => {
  expectFinite(op, "from", from)
  expectFinite(op, "to", to)
  expectSteps(op, "steps", steps)
  return (step) => {
    const gone = within(step, steps)
    return mixed(from, to, mix(div(cast(sub(steps, gone), "f32"), steps), div(cast(gone, "f32"), steps)))
  }
}

export const checkCourse = (
  op: string,
  options: unknown,
  needed: readonly string[],
  known: readonly string[],
): void => {
  checkOptions(op, options, [...needed, ...known])
  requireOptions(op, options, needed)
}
