import { inputsOf, viewLoop } from "../program/loop/loop.ts"
import type { LoopOperation } from "../program/operation.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"

/** Axes split or merged in row-major order: a view, which no engine computes. Sizes must be whole (no -1). */
const to = (shape: readonly number[]): LoopOperation =>
  loopOperation("reshape", { shape }, (types) => {
    const type = operand("reshape", types[0])
    const [x] = inputsOf([type])
    return viewLoop(x ?? { slot: 0, ...type }, shape)
  })
const values: Values = { min: -2, max: 2 }
export const reshape: Entry & { readonly to: typeof to } = {
  name: "reshape",
  to,
  cases: [
    { operation: to([6]), operands: [{ shape: [2, 3], values }] },
    { operation: to([3, 1, 2]), operands: [{ shape: [2, 3], values }] },
    { operation: to([]), operands: [{ shape: [1, 1], values }] },
    { operation: to([2, 0]), operands: [{ shape: [0, 5], values }] },
  ],
}
