import { typed } from "../../boundary.ts"
import { isInteger } from "../../dtype.ts"
import { CotangentError, ShapeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { and } from "../../primitives/bitwise.ts"
import { takeAlongAxis } from "../../primitives/take-along-axis.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import { labelsFitNeither } from "../../shape/messages.ts"
import { sameShape } from "../../shape/sizes.ts"
import type { CrossEntropy } from "../../signatures/losses.ts"
import type { Value } from "../../value.ts"
import { logSoftmax } from "../activations/softmax.ts"
import { asValue, castTo, floatValue, like } from "../operands.ts"
import { meanOf, sumOf } from "../reductions/reduce.ts"
import * as v from "../values.ts"

interface Options {
  readonly axis?: number
  readonly labelSmoothing?: number
}
const logarithms = typed<(x: Value, options: { readonly axis: number }) => Value>(logSoftmax)

/**
 * -log softmax(logits) at the labels, one value per example: labels are class numbers (i32 or u32, the shape of the logits
 * without the class axis) or distributions (their whole shape), of which a class of 0 whose logit is -Infinity adds nothing.
 * The class axis is the last unless `axis` says. With `labelSmoothing` s, labels count 1 - s and all classes share s
 * (Szegedy et al. 2016, "Rethinking the Inception Architecture for Computer Vision", section 7). A class number out of range
 * gives NaN and no gradient, on every engine.
 *
 * @throws ShapeError where the labels fit neither; CotangentError for smoothing outside [0, 1].
 * @example
 * ```ts
 * import { crossEntropy, mean, tensor } from "cotangent"
 * const loss = mean(crossEntropy(tensor([[2, 0], [0, 1]]), tensor([0, 1], { dtype: "i32" })))
 * console.log(await loss.item())
 * ```
 */
export const crossEntropy: CrossEntropy = typed((logits: unknown, labels: unknown, options: Options = {}) => {
  checkOptions("crossEntropy", options, ["axis", "labelSmoothing"])
  const { axis = -1, labelSmoothing = 0 } = options
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new CotangentError(
      "smoothing",
      `crossEntropy: labelSmoothing must lie between 0 and 1, got ${labelSmoothing}`,
      { labelSmoothing },
    )
  const [x, y] = [floatValue("crossEntropy", logits), asValue("crossEntropy", labels)]
  if (x.shape.length === 0)
    throw new ShapeError("logits", "crossEntropy: logits need a class axis, got []", { shape: x.shape })
  const at = normaliseAxis("crossEntropy", axis, x.shape)
  const batch = x.shape.filter((_, d) => d !== at)
  const logProbabilities = logarithms(x, { axis: at })
  const smooth = (loss: Value): Value =>
    labelSmoothing === 0
      ? loss
      : v.sub(
          v.mul(loss, 1 - labelSmoothing),
          v.mul(meanOf("crossEntropy", logProbabilities, { axis: at }), labelSmoothing),
        )
  if (isInteger(y.dtype) && sameShape(y.shape, batch)) {
    const column = v.reshape(y, [...x.shape.slice(0, at), 1, ...x.shape.slice(at + 1)])
    const picked = bindOne(takeAlongAxis.along(at), logProbabilities, column)
    return smooth(v.neg(whereInRange(y, x.shape[at] ?? 0, v.reshape(picked, batch))))
  }
  if (!sameShape(y.shape, x.shape))
    throw new ShapeError("labels", labelsFitNeither(y.shape, batch, x.shape), { shapes: [x.shape, y.shape] })
  const weights = castTo(y, x.type.array.dtype)
  // A class that is masked out and not asked for is 0 * -Infinity, and says nothing.
  const silent = bindOne(and.operation, v.equal(weights, 0), v.equal(logProbabilities, Number.NEGATIVE_INFINITY))
  const weighted = v.mul(weights, v.where(silent, 0, logProbabilities))
  return smooth(v.neg(sumOf("crossEntropy", weighted, { axis: at })))
})

/** NaN for a label outside: the 0 that reads there would pass for the loss of a certain and right answer. */
function whereInRange(label: Value, classes: number, picked: Value): Value {
  const none = like(picked, Number.NaN)
  const below = v.where(v.less(label, classes), picked, none)
  return label.dtype === "u32" ? below : v.where(v.less(label, 0), none, below)
}
