/** Windows that start where tensors say. */
import { typed } from "../../boundary.ts"
import { isInteger } from "../../dtype.ts"
import { CotangentError, DTypeError, ShapeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { concat } from "../../primitives/concat.ts"
import { dynamicSlice as dynamicSliceOp } from "../../primitives/dynamic-slice.ts"
import { keyToWords } from "../../primitives/key-words.ts"
import { dynamicUpdateSlice as dynamicUpdateSliceOp } from "../../primitives/update-slice.ts"
import { dynamicSliceShape, updateSliceShape } from "../../shape/dynamic.ts"
import { doNotMix, indicesOnly, perAxis, type Sizes } from "../../shape/messages.ts"
import type { DynamicSlice, DynamicUpdateSlice } from "../../signatures/updates.ts"
import { fromNumber } from "../../tensor.ts"
import { Value } from "../../value.ts"
import { asValue } from "../operands.ts"
import { onWords } from "../shaping.ts"
import * as v from "../values.ts"

/** One i32 per axis, from a list of numbers and scalars, or from a tensor of them. */
function startsValue(op: string, shape: Sizes, start: unknown): Value {
  const whole = (x: unknown): Value => {
    if (typeof x === "number") {
      if (!Number.isInteger(x)) throw new CotangentError("start", `${op}: a start must be a whole number, got ${x}`)
      return v.reshape(fromNumber("i32", x), [1])
    }
    const value = asValue(op, x)
    if (!isInteger(value.dtype))
      throw new DTypeError("indices", indicesOnly(op, value.dtype), { op, dtype: value.dtype })
    if (value.shape.length > 0)
      throw new ShapeError("starts", `${op}: a start must be a number or a scalar, got [${value.shape.join(", ")}]`)
    return v.reshape(v.cast("i32", value), [1])
  }
  if (start instanceof Value) {
    if (!isInteger(start.dtype))
      throw new DTypeError("indices", indicesOnly(op, start.dtype), { op, dtype: start.dtype })
    return v.cast("i32", start)
  }
  if (!Array.isArray(start))
    throw new CotangentError("start", `${op}: start is an array of numbers and i32 scalars, or an i32 tensor of them`)
  const given: readonly unknown[] = start
  if (given.length !== shape.length)
    throw new ShapeError("shape-dynamic-slice", perAxis(op, "start", shape, given.length), { shape })
  const [first, ...others] = given.map(whole)
  if (first === undefined) return v.iota(0)
  return others.length === 0 ? first : bindOne(concat.along(0), first, ...others)
}
/** A key's two words are taken together. */
const withWords = (starts: Value, extra: readonly number[]): Value =>
  extra.length === 0 ? starts : bindOne(concat.along(0), starts, v.iota(1))

/**
 * The window of these sizes that starts at `start`: for each axis a number or an i32 scalar, or one i32 tensor for all. A
 * window that would stick out is moved inside, as in JAX: a start is clamped to 0 … size - window, and a negative one does
 * not count from the end.
 *
 * @throws ShapeError where the sizes do not fit x; DTypeError where a start is no integer.
 * @example
 * ```ts
 * import { arange, dynamicSlice, tensor } from "cotangent"
 * const start = tensor(3, { dtype: "i32" })
 * console.log(await dynamicSlice(arange(6), [start], [2]).array(), await dynamicSlice(arange(6), [5], [2]).array())
 * ```
 */
export const dynamicSlice: DynamicSlice = typed((x: unknown, start: unknown, sizes: readonly number[]) => {
  const value = asValue("dynamicSlice", x)
  const starts = startsValue("dynamicSlice", value.shape, start)
  dynamicSliceShape(value.shape, starts.shape[0] ?? 0, sizes)
  return onWords(value, (w, extra) => bindOne(dynamicSliceOp.of([...sizes, ...extra]), w, withWords(starts, extra)))
})
/**
 * x with `update` in the window that starts at `start`, given and clamped as in `dynamicSlice`.
 *
 * @throws ShapeError where the update does not fit x; DTypeError where the dtypes differ or a start is no integer.
 * @example
 * ```ts
 * import { dynamicUpdateSlice, ones, zeros } from "cotangent"
 * console.log(await dynamicUpdateSlice(zeros([4]), ones([2]), [1]).array())
 * ```
 */
export const dynamicUpdateSlice: DynamicUpdateSlice = typed((x: unknown, update: unknown, start: unknown) => {
  const [value, put] = [asValue("dynamicUpdateSlice", x), asValue("dynamicUpdateSlice", update)]
  if (value.dtype !== put.dtype)
    throw new DTypeError("mix", doNotMix("dynamicUpdateSlice", value.dtype, put.dtype), {
      dtypes: [value.dtype, put.dtype],
    })
  updateSliceShape("dynamicUpdateSlice", value.shape, put.shape)
  const starts = startsValue("dynamicUpdateSlice", value.shape, start)
  const words = put.dtype === "key" ? bindOne(keyToWords.operation, put) : put
  return onWords(value, (w, extra) => bindOne(dynamicUpdateSliceOp.operation, w, words, withWords(starts, extra)))
})
