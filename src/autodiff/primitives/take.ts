import { isInteger } from "../dtype.ts"
import { DTypeError } from "../errors.ts"
import { type ArrayType, inputsOf, mapLoop } from "../program/loop/loop.ts"
import { cast, load } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { indicesOnly } from "../shape/messages.ts"
import { takeShape } from "../shape/window.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"

export function indexOperand(op: string, type: ArrayType | undefined): ArrayType {
  const found = operand(op, type)
  if (!isInteger(found.dtype)) throw new DTypeError("indices", indicesOnly(op, found.dtype), { op, dtype: found.dtype })
  return found
}
const along = (axis: number): LoopOperation =>
  loopOperation("take", { axis }, (types) => {
    const [x, which] = [operand("take", types[0]), indexOperand("take", types[1])]
    const shape = takeShape(x.shape, which.shape, axis)
    const inputs = inputsOf([x, which])
    const rank = which.shape.length
    return mapLoop(inputs, shape, (...i) => {
      const [from, indices] = inputs
      if (from === undefined || indices === undefined) return []
      const at = cast("i32", load(indices, i.slice(axis, axis + rank)))
      return load(from, [...i.slice(0, axis), at, ...i.slice(axis + rank)])
    })
  })
const values: Values = { min: -2, max: 2 }
const indices: Values = { min: 0, max: 2 }
/** Slices of x along an axis by index (i32 or u32); the indices' axes stand where the axis stood. An index outside reads 0. */
export const take: Entry & { readonly along: typeof along } = {
  name: "take",
  along,
  cases: [
    {
      operation: along(0),
      operands: [
        { shape: [3], values },
        { shape: [4], dtype: "i32", values: indices },
      ],
    },
    {
      operation: along(1),
      operands: [
        { shape: [2, 3], values },
        { shape: [2, 2], dtype: "i32", values: indices },
      ],
    },
    {
      operation: along(0),
      operands: [
        { shape: [3, 2], values },
        { shape: [], dtype: "i32", values: indices },
      ],
    },
    {
      operation: along(0),
      operands: [
        { shape: [3, 2], values },
        { shape: [5], dtype: "i32", values: { min: -2, max: 4 } },
      ],
    },
  ],
}
