/** Symbolic zeros made real, and sums of what may be zero. */
import { isFloat } from "../dtype.ts"
import { bindOne } from "../interpreter.ts"
import { add } from "../primitives/add.ts"
import { broadcast } from "../primitives/broadcast.ts"
import { wordsToKey } from "../primitives/key-words.ts"
import type { Maybe } from "../program/operation.ts"
import type { TensorType } from "../program/type.ts"
import { fromNumber } from "../tensor.ts"
import type { Value } from "../value.ts"

/** A tensor full of one number. */
export function fill(type: TensorType, value: number): Value {
  const scalar = fromNumber(type.array.dtype, value, type.weak)
  if (type.array.shape.length === 0) return scalar
  const filled = bindOne(broadcast.to(type.array.shape), scalar)
  return type.dtype === "key" ? bindOne(wordsToKey.operation, filled) : filled
}
export const zeros = (type: TensorType): Value => fill(type, 0)
export const orZeros = (x: Maybe, type: TensorType): Value => x ?? zeros(type)

/** The sum of two tangents or cotangents, a zero for which nothing is computed. */
export const plus = (a: Maybe, b: Maybe): Maybe =>
  a === undefined ? b : b === undefined ? a : bindOne(add.operation, a, b)

/** Whether values of this type have tangents; those of the others are zero for good. */
export const hasTangent = (type: TensorType): boolean => isFloat(type.dtype)
