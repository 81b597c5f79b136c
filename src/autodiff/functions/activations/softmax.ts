/** Scores turned into distributions along an axis. */
import { typed } from "../../boundary.ts"
import { DTypeError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import { stretchShape } from "../../shape/broadcast.ts"
import { boolOnly } from "../../shape/messages.ts"
import type { Softmax } from "../../signatures/activations.ts"
import type { Value } from "../../value.ts"
import { asValue, floatValue } from "../operands.ts"
import { anchor, sumOf } from "../reductions/reduce.ts"
import * as v from "../values.ts"

interface Options {
  readonly axis?: number
  readonly where?: unknown
}
/** x, its mask (where there is one) and the axis. */
function read(op: string, x: unknown, options: Options): readonly [x: Value, mask: Value | undefined, axis: number] {
  checkOptions(op, options, ["axis", "where"])
  const { axis = -1, where } = options
  const value = floatValue(op, x)
  if (where === undefined) return [value, undefined, axis]
  const mask = asValue(op, where)
  if (mask.dtype !== "bool") throw new DTypeError("bool-only", boolOnly(op, mask.dtype), { op, dtype: mask.dtype })
  stretchShape(op, mask.shape, value.shape)
  return [value, mask, axis]
}
const masked = (x: Value, mask: Value | undefined): Value =>
  mask === undefined ? x : v.where(mask, x, Number.NEGATIVE_INFINITY)

/**
 * exp(x) scaled to sum 1 along an axis, by default the last. With `where` (a bool that stretches to x) what is false takes
 * no part and gives 0; so does a row where nothing is true, and its derivative is 0.
 *
 * @throws ShapeError where the axis is out of range, or the mask does not stretch to x.
 * @example
 * ```ts
 * import { less, softmax, tensor } from "cotangent"
 * const x = tensor([0, 1, 2])
 * console.log(await softmax(x).array(), await softmax(x, { where: less(x, 2) }).array())
 * ```
 */
export const softmax: Softmax<"softmax"> = typed((x: unknown, options: Options = {}) => {
  const [value, mask, axis] = read("softmax", x, options)
  const scores = masked(value, mask)
  const powers = v.exp(v.sub(scores, anchor("softmax", scores, axis)))
  const total = sumOf("softmax", powers, { axis, keepDims: true })
  return v.div(powers, mask === undefined ? total : v.where(v.equal(total, 0), 1, total))
})
/**
 * log(softmax(x)), computed as x less its logSumExp. With `where`, what is false takes no part and gives -Infinity.
 *
 * @throws ShapeError where the axis is out of range, or the mask does not stretch to x.
 * @example
 * ```ts
 * import { logSoftmax, tensor } from "cotangent"
 * console.log(await logSoftmax(tensor([0, 1000])).array())
 * ```
 */
export const logSoftmax: Softmax<"logSoftmax"> = typed((x: unknown, options: Options = {}) => {
  const [value, mask, axis] = read("logSoftmax", x, options)
  const scores = masked(value, mask)
  const shifted = v.sub(scores, anchor("logSoftmax", scores, axis))
  const total = sumOf("logSoftmax", v.exp(shifted), { axis, keepDims: true })
  return v.sub(shifted, v.log(mask === undefined ? total : v.where(v.equal(total, 0), 1, total)))
})
