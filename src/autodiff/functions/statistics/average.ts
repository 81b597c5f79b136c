import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import { fail } from "../../shape/fail.ts"
import { averageWeights } from "../../shape/messages.ts"
import { sameShape } from "../../shape/sizes.ts"
import type { Average } from "../../signatures/statistics.ts"
import type { Value } from "../../value.ts"
import { castTo, floatValue } from "../operands.ts"
import { meanOf, type Options, sumOf } from "../reductions/reduce.ts"
import * as v from "../values.ts"

interface WeightedOptions extends Options {
  readonly weights?: unknown
}
/**
 * The mean over axes, each element counted by its weight: sum(weights x) / sum(weights). Weights have x's shape, or are one
 * per place of the single axis that is averaged over. Weights that sum to 0 divide by 0.
 *
 * @throws ShapeError where an axis is out of range, or the weights fit neither.
 * @example
 * ```ts
 * import { average, tensor } from "cotangent"
 * const x = tensor([[1, 2], [3, 4]])
 * console.log(await average(x, { axis: 0, weights: tensor([3, 1]) }).array())
 * ```
 */
export const average: Average = typed((x: unknown, options: WeightedOptions = {}) => {
  checkOptions("average", options, ["axis", "keepDims", "weights"])
  const { weights, ...folding } = options
  const value = floatValue("average", x)
  if (weights === undefined) return meanOf("average", value, folding)
  const along = aligned(value, castTo(floatValue("average", weights), value.type.array.dtype), folding)
  return v.div(sumOf("average", v.mul(value, along), folding), sumOf("average", along, folding))
})

/** The weights in x's shape. */
function aligned(x: Value, weights: Value, { axis }: Options): Value {
  if (sameShape(x.shape, weights.shape)) return weights
  if (typeof axis === "number") {
    const at = normaliseAxis("average", axis, x.shape)
    if (sameShape(weights.shape, [x.shape[at] ?? 0])) {
      const column = v.reshape(
        weights,
        x.shape.map((n, d) => (d === at ? n : 1)),
      )
      return v.filled(column, x.shape)
    }
  }
  return fail("weights", averageWeights(weights.shape, x.shape), { shapes: [x.shape, weights.shape] })
}
