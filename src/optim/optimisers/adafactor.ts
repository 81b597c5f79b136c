import { add, cast, div, minimum } from "../../autodiff/functions/arithmetic.ts"
import { sqrt } from "../../autodiff/functions/real.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { type AdafactorOptions, type AdafactorState, scaleByAdafactor } from "../directions/adafactor.ts"
import type { Rate, Schedule } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { descend } from "./descend.ts"

/** min(1e-2, 1 / root of the step, counted from 1): the paper's relative step size. */
const relativeStep: Schedule = (step) => minimum(div(1, sqrt(add(cast(step, "f32"), 1))), 1e-2)

/**
 * Adafactor (Shazeer and Stern 2018, https://arxiv.org/abs/1804.04235, algorithm 6), as `scaleByAdafactor`: second moments
 * in n + m numbers for a matrix of n m.
 *
 * @param options `learningRate`: min(1e-2, 1 / sqrt(t)), which is relative, for steps follow the size of the parameters
 * (`scaleByParameters`).
 * @example
 * ```ts
 * import { adafactor } from "cotangent/optim"
 * const optimiser = adafactor()
 * ```
 */
export const adafactor = (
  options: { readonly learningRate?: Rate } & AdafactorOptions = {},
): Transformation<AdafactorState> => {
  const own = ["exponent", "epsilon", "clip", "minSize", "scaleByParameters", "minScale"]
  checkOptions("adafactor", options, ["learningRate", ...own])
  const { learningRate = relativeStep, ...others } = options
  return descend("adafactor", scaleByAdafactor(others), { learningRate })
}
