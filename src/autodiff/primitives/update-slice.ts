import { DTypeError } from "../errors.ts"
import { unprovedAxes } from "../program/loop/affine.ts"
import { type ArrayType, inputsOf, type MapLoop, mapLoop } from "../program/loop/loop.ts"
import { binary, compare, constant, type Input, load, type Scalar, select } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { updateSliceShape } from "../shape/dynamic.ts"
import { doNotMix } from "../shape/messages.ts"
import { clampedStarts, startsOperand } from "./dynamic-slice.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"

/** `update` where the index lies in its window, x elsewhere. */
function placed(
  op: string,
  types: readonly ArrayType[],
  startsOf: (inputs: readonly Input[], x: ArrayType, update: ArrayType) => readonly Scalar[],
): MapLoop {
  const [x, update] = [operand(op, types[0]), operand(op, types[1])]
  if (x.dtype !== update.dtype)
    throw new DTypeError("mix", doNotMix(op, x.dtype, update.dtype), { dtypes: [x.dtype, update.dtype] })
  updateSliceShape(op, x.shape, update.shape)
  const inputs = inputsOf(types)
  const starts = startsOf(inputs, x, update)
  return mapLoop(inputs, x.shape, (...i) => {
    const [from, put] = inputs
    if (from === undefined || put === undefined) return []
    const at = i.map((v, d) => binary("sub", v, starts[d] ?? constant(0)))
    const inside = unprovedAxes(put.shape, at).map((d) => {
      const c = at[d] ?? constant(0)
      return binary("and", compare("le", constant(0), c), compare("lt", c, put.shape[d] ?? 0))
    })
    const test = inside.reduce((a, b) => binary("and", a, b), constant(1, "bool"))
    return select(test, load(put, at), load(from, i))
  })
}

const at = (start: readonly number[]): LoopOperation =>
  loopOperation("updateSlice", { start }, (types) => placed("updateSlice", types, () => start.map((s) => constant(s))))
const values: Values = { min: -2, max: 2 }
/** x with another tensor in the window that starts at `start`. */
export const updateSlice: Entry & { readonly at: typeof at } = {
  name: "updateSlice",
  at,
  cases: [
    {
      operation: at([1]),
      operands: [
        { shape: [4], values },
        { shape: [2], values },
      ],
    },
    {
      operation: at([0, 2]),
      operands: [
        { shape: [2, 3], values },
        { shape: [2, 1], values },
      ],
    },
  ],
}

const operation = loopOperation("dynamicUpdateSlice", {}, (types) =>
  placed("dynamicUpdateSlice", types, (inputs, x, update) => {
    startsOperand("dynamicUpdateSlice", x.shape, types[2])
    const [, , starts] = inputs
    return starts === undefined ? [] : clampedStarts(starts, x.shape, update.shape)
  }),
)
/** The same where an operand of indices says where the window starts, moved inside where it would stick out. */
export const dynamicUpdateSlice: Entry & { readonly operation: typeof operation } = {
  name: "dynamicUpdateSlice",
  operation,
  cases: [
    {
      operation,
      operands: [
        { shape: [5], values },
        { shape: [2], values },
        { shape: [1], dtype: "i32", values: { min: -2, max: 6 } },
      ],
    },
    {
      operation,
      operands: [
        { shape: [3, 4], values },
        { shape: [2, 2], values },
        { shape: [2], dtype: "i32", values: { min: 0, max: 2 } },
      ],
    },
  ],
}
