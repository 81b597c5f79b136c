/** Losses and measures of pairs of vectors, one value per pair. */
import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { VectorLoss } from "../../signatures/losses.ts"
import { directionOf } from "../normalisations/l2-normalize.ts"
import { like } from "../operands.ts"
import { sumOf } from "../reductions/reduce.ts"
import * as v from "../values.ts"
import { pair } from "./pair.ts"

interface Options {
  readonly axis?: number
}
/**
 * sum(targets (log(targets) - logPredictions)) along an axis, by default the last: the divergence of the targets from the
 * predictions, in the order of arguments that Optax has. A target of 0 contributes nothing, and gets no slope.
 *
 * @throws ShapeError where the shapes differ, or the axis is out of range. Kullback and Leibler 1951, "On Information and
 * Sufficiency", eq. 2.4.
 * @example
 * ```ts
 * import { klDivergence, logSoftmax, tensor } from "cotangent"
 * console.log(await klDivergence(logSoftmax(tensor([[1, 2], [0, 0]])), tensor([[0.5, 0.5], [0, 1]])).array())
 * ```
 */
export const klDivergence: VectorLoss<"klDivergence"> = typed(
  (logPredictions: unknown, targets: unknown, options: Options = {}) => {
    checkOptions("klDivergence", options, ["axis"])
    const [x, y] = pair("klDivergence", logPredictions, targets)
    const none = v.equal(y, 0)
    const parts = v.mul(y, v.sub(v.log(v.where(none, like(y, 1), y)), v.where(none, 0, x)))
    return sumOf("klDivergence", v.where(none, 0, parts), { axis: options.axis ?? -1 })
  },
)
/**
 * The cosine of the angle between vectors along an axis, by default the last, at any scale of either. A vector of zeros has
 * no angle: it gives 0, with a derivative of 0.
 *
 * @throws ShapeError where the shapes differ, or the axis is out of range.
 * @example
 * ```ts
 * import { cosineSimilarity, tensor } from "cotangent"
 * console.log(await cosineSimilarity(tensor([[1, 0], [1, 1]]), tensor([[2, 0], [-3, -3]])).array())
 * ```
 */
export const cosineSimilarity: VectorLoss<"cosineSimilarity"> = typed(
  (a: unknown, b: unknown, options: Options = {}) => {
    checkOptions("cosineSimilarity", options, ["axis"])
    const [x, y] = pair("cosineSimilarity", a, b)
    const { axis = -1 } = options
    const product = v.mul(directionOf("cosineSimilarity", x, axis), directionOf("cosineSimilarity", y, axis))
    return sumOf("cosineSimilarity", product, { axis })
  },
)
