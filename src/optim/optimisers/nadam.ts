import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import type { AdamDecays, AdamState } from "../directions/adam.ts"
import { scaleByNadam } from "../directions/nadam.ts"
import type { Rate } from "../rate.ts"
import type { Transformation } from "../transformation.ts"
import { descend } from "./descend.ts"

/**
 * Adam with Nesterov's look ahead (Dozat 2016), as `scaleByNadam`.
 *
 * @example
 * ```ts
 * import { nadam } from "cotangent/optim"
 * const optimiser = nadam({ learningRate: 2e-3 })
 * ```
 */
export const nadam = (options: { readonly learningRate: Rate } & AdamDecays): Transformation<AdamState> => {
  checkOptions("nadam", options, ["learningRate", "beta1", "beta2", "epsilon"])
  requireOptions("nadam", options, ["learningRate"])
  const { learningRate, ...others } = options
  return descend("nadam", scaleByNadam(others), { learningRate })
}
