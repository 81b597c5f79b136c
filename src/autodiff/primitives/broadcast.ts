import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { load } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { stretchShape } from "../shape/broadcast.ts"
import { aligned } from "./elementwise.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"

const to = (shape: readonly number[]): LoopOperation =>
  loopOperation("broadcast", { shape }, (types) => {
    const type = operand("broadcast", types[0])
    stretchShape("broadcastTo", type.shape, shape)
    const inputs = inputsOf([type])
    return mapLoop(inputs, shape, (...i) => inputs.map((x) => load(x, aligned(x, i))))
  })
const values: Values = { min: -2, max: 2 }
/** Axes of size 1 stretched and leading axes added. */
export const broadcast: Entry & { readonly to: typeof to } = {
  name: "broadcast",
  to,
  cases: [
    { operation: to([3]), operands: [{ shape: [], values }] },
    { operation: to([2, 3, 4]), operands: [{ shape: [3, 1], values }] },
    { operation: to([0, 2]), operands: [{ shape: [1, 2], values }] },
  ],
}
