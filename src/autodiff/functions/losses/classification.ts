/** Losses of yes-or-no predictions, and of counts. */
import { typed } from "../../boundary.ts"
import { DTypeError } from "../../errors.ts"
import { fail } from "../../shape/fail.ts"
import { keyIsNoNumber, shapesDiffer } from "../../shape/messages.ts"
import { sameShape } from "../../shape/sizes.ts"
import type { BinaryCrossEntropy, ElementLoss } from "../../signatures/losses.ts"
import { softplusOf } from "../activations/decay.ts"
import { asValue, castTo, floatValue } from "../operands.ts"
import * as v from "../values.ts"
import { pair } from "./pair.ts"

/**
 * -y log(p) - (1 - y) log(1 - p) for p = sigmoid(logits), element by element, computed from the logits: log(1 + exp(x)) - y x
 * with nothing that overflows, and accurate where a prediction is certain and right. Labels y are 0 and 1, bools, or
 * probabilities.
 *
 * @throws ShapeError where the shapes differ: losses do not broadcast.
 * @example
 * ```ts
 * import { binaryCrossEntropy, tensor } from "cotangent"
 * console.log(await binaryCrossEntropy(tensor([-2, 100]), tensor([1, 0])).array())
 * ```
 */
export const binaryCrossEntropy: BinaryCrossEntropy = typed((logits: unknown, labels: unknown) => {
  const op = "binaryCrossEntropy"
  const [x, given] = [floatValue(op, logits), asValue(op, labels)]
  if (given.dtype === "key") throw new DTypeError("key", keyIsNoNumber(op), { op })
  if (!sameShape(x.shape, given.shape))
    fail("loss", shapesDiffer(op, x.shape, given.shape), { shapes: [x.shape, given.shape] })
  return softplusOf(x, v.mul(x, castTo(given, x.type.array.dtype)))
})
/**
 * max(0, 1 - targets predictions) for targets -1 and 1, element by element; at the corner its derivative is 0.
 *
 * @throws ShapeError where the shapes differ: losses do not broadcast.
 * @example
 * ```ts
 * import { hinge, tensor } from "cotangent"
 * console.log(await hinge(tensor([0.5, 2]), tensor([1, -1])).array())
 * ```
 */
export const hinge: ElementLoss<"hinge"> = typed((predictions: unknown, targets: unknown) => {
  const margin = v.mul(...pair("hinge", predictions, targets))
  return v.where(v.lessEqual(v.neg(margin), -1), 0, v.add(v.neg(margin), 1))
})
/**
 * exp(logRates) - targets logRates, element by element: the negative log likelihood of counts, less log(targets!), which no
 * prediction changes.
 *
 * @throws ShapeError where the shapes differ: losses do not broadcast.
 * @example
 * ```ts
 * import { poissonNll, tensor } from "cotangent"
 * console.log(await poissonNll(tensor([0, 1]), tensor([3, 2])).array())
 * ```
 */
export const poissonNll: ElementLoss<"poissonNll"> = typed((logRates: unknown, targets: unknown) => {
  const [x, y] = pair("poissonNll", logRates, targets)
  return v.sub(v.exp(x), v.mul(y, x))
})
