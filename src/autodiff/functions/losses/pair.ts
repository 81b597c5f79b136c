import { fail } from "../../shape/fail.ts"
import { shapesDiffer } from "../../shape/messages.ts"
import { sameShape } from "../../shape/sizes.ts"
import type { Value } from "../../value.ts"
import { castTo, floatValue, promoted } from "../operands.ts"

/** Predictions and targets of one shape and dtype. Nothing broadcasts: [n, 1] against [n] would be the loss of all pairs. */
export function pair(op: string, predictions: unknown, targets: unknown): readonly [Value, Value] {
  const [x, y] = promoted(op, predictions, targets)
  const found = floatValue(op, x)
  const wanted = floatValue(op, y)
  if (!sameShape(found.shape, wanted.shape))
    fail("loss", shapesDiffer(op, found.shape, wanted.shape), { shapes: [found.shape, wanted.shape] })
  return [found, castTo(wanted, found.type.array.dtype)]
}
