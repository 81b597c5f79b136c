/** Losses, one value per example. */
import { typed } from "../boundary.ts"
import { isInteger } from "../dtype.ts"
import { ShapeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { less } from "../primitives/compare.ts"
import { mul } from "../primitives/mul.ts"
import { neg } from "../primitives/neg.ts"
import { reshape } from "../primitives/reshape.ts"
import { sum } from "../primitives/sum.ts"
import { takeAlongAxis } from "../primitives/take-along-axis.ts"
import { where } from "../primitives/where.ts"
import { showShape } from "../shape/messages.ts"
import { sameShape } from "../shape/sizes.ts"
import type { CrossEntropy } from "../signatures/reductions.ts"
import type { Value } from "../value.ts"
import { asValue, castTo, floatValue, like } from "./operands.ts"
import { logSoftmax } from "./reductions.ts"

/**
 * -log softmax(logits) at the labels, one value per example: labels are class numbers `[…]` (i32 or u32) or
 * distributions `[…, classes]`. A class number out of range gives NaN and no gradient, on every engine.
 *
 * @throws ShapeError where the labels fit neither.
 * @example
 * ```ts
 * import { crossEntropy, mean, tensor } from "cotangent"
 * const loss = mean(crossEntropy(tensor([[2, 0], [0, 1]]), tensor([0, 1], { dtype: "i32" })))
 * console.log(await loss.item())
 * ```
 */
export const crossEntropy: CrossEntropy = typed((logits: unknown, labels: unknown) => {
  const [x, y] = [floatValue("crossEntropy", logits), asValue("crossEntropy", labels)]
  if (x.shape.length === 0)
    throw new ShapeError("logits", "crossEntropy: logits need a class axis, got []", { shape: x.shape })
  const batch = x.shape.slice(0, -1)
  const last = batch.length
  const logProbabilities = asValue("crossEntropy", typed<(x: unknown) => unknown>(logSoftmax)(x))
  if (isInteger(y.dtype) && sameShape(y.shape, batch)) {
    const picked = bindOne(takeAlongAxis.along(last), logProbabilities, bindOne(reshape.to([...batch, 1]), y))
    return bindOne(neg.operation, whereInRange(y, x.shape[last] ?? 0, bindOne(reshape.to(batch), picked)))
  }
  if (!sameShape(y.shape, x.shape))
    throw new ShapeError(
      "labels",
      `crossEntropy: labels ${showShape(y.shape)} fit neither ${showShape(batch)} (class numbers) nor ${showShape(x.shape)} (distributions)`,
      { shapes: [x.shape, y.shape] },
    )
  const weighted = bindOne(mul.operation, castTo(y, x.type.array.dtype), logProbabilities)
  return bindOne(neg.operation, bindOne(sum.over([last]), weighted))
})

/** NaN for a label outside: the 0 that reads there would pass for the loss of a certain and right answer. */
function whereInRange(label: Value, classes: number, picked: Value): Value {
  const none = like(picked, Number.NaN)
  const below = bindOne(where.operation, bindOne(less.operation, label, like(label, classes)), picked, none)
  return label.dtype === "u32"
    ? below
    : bindOne(where.operation, bindOne(less.operation, label, like(label, 0)), none, below)
}
