import { CotangentError } from "../../autodiff/errors.ts"
import { div } from "../../autodiff/functions/arithmetic.ts"
import { expectFinite, expectPositive, expectSteps } from "../checks.ts"
import type { Hyperparameter } from "../numbers.ts"
import type { Schedule } from "../rate.ts"
import { cosine } from "./cosine.ts"
import { checkCourse } from "./course.ts"
import { join } from "./join.ts"
import { linear } from "./linear.ts"

export interface OneCycleOptions {
  /** The highest value. */
  readonly peak: Hyperparameter
  readonly steps: number
  /** The share of the steps that go up; 0.3. */
  readonly warmUp?: number
  /** The first value is the peak divided by this; 25. */
  readonly divisor?: number
  /** The last value is the first one divided by this; 1e4. */
  readonly finalDivisor?: number
  /** The form of both slopes; "cosine". */
  readonly shape?: "cosine" | "linear"
}

/**
 * Up to the peak and down to almost nothing, once (Smith and Topin 2019, https://arxiv.org/abs/1708.07120). The peak is at
 * step round(warmUp steps), as in Optax; PyTorch has it one step earlier, and its last value at steps - 1.
 *
 * @throws CotangentError for a share or divisor out of range, and fewer than two steps.
 * @example
 * ```ts
 * import { arange, vmap } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * const rate = schedules.oneCycle({ peak: 1, steps: 4, warmUp: 0.5, divisor: 4, finalDivisor: 2, shape: "linear" })
 * console.log(vmap(rate)(arange(6, { dtype: "i32" })))
 * ```
 */
export const oneCycle = (options: OneCycleOptions): Schedule => {
  const op = "schedules.oneCycle"
  checkCourse(op, options, ["peak", "steps"], ["warmUp", "divisor", "finalDivisor", "shape"])
  const { peak, steps, warmUp = 0.3, divisor = 25, finalDivisor = 1e4, shape = "cosine" } = options
  expectFinite(op, "peak", peak)
  expectSteps(op, "steps", steps)
  expectPositive(op, "divisor", divisor)
  expectPositive(op, "finalDivisor", finalDivisor)
  if (shape !== "cosine" && shape !== "linear")
    throw new CotangentError("hyperparameter", `${op}: shape is "${String(shape)}"; it must be "cosine" or "linear"`)
  const up = Math.round(warmUp * steps)
  if (!(up >= 1 && up < steps))
    throw new CotangentError(
      "hyperparameter",
      `${op}: warmUp is ${warmUp} of ${steps} steps; at least one step must go up and one down`,
    )
  const slope = shape === "cosine" ? cosine : linear
  const divided = (by: number): Hyperparameter => (typeof peak === "number" ? peak / by : div(peak, by))
  return join(
    [
      slope({ from: divided(divisor), to: peak, steps: up }),
      slope({ from: peak, to: divided(divisor * finalDivisor), steps: steps - up }),
    ],
    [up],
  )
}
