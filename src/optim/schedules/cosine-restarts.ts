import { cast, div, mul, pow, rem, sub } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { take } from "../../autodiff/functions/indexing.ts"
import { greaterEqual } from "../../autodiff/functions/logic.ts"
import { sum } from "../../autodiff/functions/reductions/sum.ts"
import { floorDivide } from "../../autodiff/functions/rounding/division.ts"
import type { Scalar } from "../../autodiff/types/tensor.ts"
import { expectFinite, expectNotNegative, expectSteps, mostSteps } from "../checks.ts"
import type { Hyperparameter } from "../numbers.ts"
import type { Schedule } from "../rate.ts"
import { halfWave } from "./cosine.ts"
import { checkCourse, mixed, scalar, within } from "./course.ts"

export interface CosineRestartsOptions {
  /** The value at step 0 and at the restarts. */
  readonly from: Hyperparameter
  /** What each cycle falls toward; 0. The restart comes before it is reached. */
  readonly to?: Hyperparameter
  /** The length of the first cycle. */
  readonly steps: number
  /** How many times longer each cycle is than the one before, a whole number; 1. */
  readonly factor?: number
  /** `from` is taken times this at each restart; 1. */
  readonly decay?: Hyperparameter
}
interface Cycle {
  readonly index: Scalar<"i32">
  /** In f32: the last cycle may end where no count gets to. */
  readonly length: Scalar
  readonly gone: Scalar<"i32">
}

/**
 * Cosines one after another, each from the top again (SGDR: Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983):
 * cycles of `steps`, `steps factor`, `steps factor²`… steps.
 *
 * @throws CotangentError for a value that is not finite, and for a number of steps or a factor that is not whole.
 * @example
 * ```ts
 * import { arange, vmap } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * const rate = schedules.cosineRestarts({ from: 1, steps: 2, factor: 2 })
 * console.log(vmap(rate)(arange(7, { dtype: "i32" })))
 * ```
 */
export const cosineRestarts = (options: CosineRestartsOptions): Schedule => {
  const op = "schedules.cosineRestarts"
  checkCourse(op, options, ["from", "steps"], ["to", "factor", "decay"])
  const { from, to = 0, steps, factor = 1, decay = 1 } = options
  expectFinite(op, "from", from)
  expectFinite(op, "to", to)
  expectSteps(op, "steps", steps)
  expectSteps(op, "factor", factor)
  expectNotNegative(op, "decay", decay)
  const cycleAt = factor === 1 ? equalCycles(steps) : growingCycles(steps, factor)
  return (step) => {
    const { index, length, gone } = cycleAt(within(step, mostSteps))
    const steps = cast(gone, "f32")
    const mix = halfWave(div(sub(length, steps), length), div(steps, length))
    const top = decay === 1 ? from : mul(scalar(from), pow(scalar(decay), cast(index, "f32")))
    return mixed(top, to, mix)
  }
}

const equalCycles =
  (steps: number) =>
  (step: Scalar<"i32">): Cycle => ({
    index: floorDivide(step, steps),
    length: tensor(steps),
    gone: rem(step, steps),
  })

// By a table of whole numbers: a logarithm in f32 would put some restarts a step early or late.
const growingCycles = (steps: number, factor: number): ((step: Scalar<"i32">) => Cycle) => {
  const starts: number[] = []
  const lengths: number[] = []
  for (let start = 0, length = steps; start <= mostSteps; start += length, length *= factor) {
    starts.push(start)
    lengths.push(length)
  }
  return (step) => {
    const begins = tensor(starts, { shape: [starts.length], dtype: "i32" })
    const index = sub(sum(cast(greaterEqual(step, begins), "i32")), 1)
    return {
      index,
      length: take(tensor(lengths, { shape: [lengths.length] }), index),
      gone: sub(step, take(begins, index)),
    }
  }
}
