import { allocate, isFloat } from "../dtype.ts"
import { bind, bindOne } from "../interpreter.ts"
import { type ArrayType, inputsOf, type Routine, routineLoop } from "../program/loop/loop.ts"
import type { LoopOperation } from "../program/operation.ts"
import { orderOf } from "./order.ts"
import { type Entry, opaqueOperation, operand, type Values } from "./primitive.ts"
import { takeAlongAxis } from "./take-along-axis.ts"

const routine: Routine = {
  name: "sort",
  run: ([x], [type]) => {
    if (x === undefined || type === undefined) return []
    const size = type.shape.at(-1) ?? 1
    const sorted = allocate(type.dtype, x.length)
    const indices = new Int32Array(x.length)
    const order = orderOf(size, x)
    for (let from = 0; from < x.length; from += size) {
      order(x, from, from + size, indices)
      for (let k = from; k < from + size; k++) sorted[k] = x[from + (indices[k] ?? 0)] ?? 0
    }
    return [sorted, indices]
  },
}
// Host code says nothing about itself, so both rules are written: the tangent is selected by the same order, and the
// routine takes the last axis of whatever stands before it, so a batch is one more axis there.
const operation: LoopOperation = opaqueOperation(
  "sort",
  {},
  (types) => {
    const type: ArrayType = operand("sort", types[0])
    return routineLoop(inputsOf([type]), routine, [type, { dtype: "i32", shape: type.shape }])
  },
  {
    jvp: (_, [, indices], [tangent]) => {
      if (tangent === undefined || indices === undefined || !isFloat(tangent.type.array.dtype))
        return [undefined, undefined]
      return [bindOne(takeAlongAxis.along(tangent.shape.length - 1), tangent, indices), undefined]
    },
    batch: (values) => ({ values: bind(sort.operation, values), batched: [true, true] }),
  },
)
const values: Values = { min: -3, max: 3, gap: 0.05 }
/** The last axis in rising order, NaN last, equals in their order; and where each came from, as i32. */
export const sort: Entry & { readonly operation: typeof operation } = {
  name: "sort",
  operation,
  cases: [
    { operation, operands: [{ shape: [5], values }] },
    { operation, operands: [{ shape: [2, 4], values }] },
    { operation, operands: [{ shape: [0], values }] },
  ],
}
