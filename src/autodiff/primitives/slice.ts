import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { binary, load } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"

/** One entry per axis: where to start, the step (negative to go back), and how many to take. */
export interface Window {
  readonly start: readonly number[]
  readonly step: readonly number[]
  readonly size: readonly number[]
}
const window = ({ start, step, size }: Window): LoopOperation =>
  loopOperation("slice", { start, step, size }, (types) => {
    const inputs = inputsOf([operand("slice", types[0])])
    return mapLoop(inputs, size, (...i) =>
      inputs.map((x) =>
        load(
          x,
          i.map((v, d) => binary("add", binary("mul", v, step[d] ?? 1), start[d] ?? 0)),
        ),
      ),
    )
  })
const values: Values = { min: -2, max: 2 }
/** A window of a tensor, strided or backwards; it must lie inside. */
export const slice: Entry & { readonly window: typeof window } = {
  name: "slice",
  window,
  cases: [
    { operation: window({ start: [1], step: [1], size: [3] }), operands: [{ shape: [5], values }] },
    { operation: window({ start: [0, 1], step: [2, 1], size: [2, 2] }), operands: [{ shape: [4, 3], values }] },
    { operation: window({ start: [4], step: [-2], size: [3] }), operands: [{ shape: [5], values }] },
    { operation: window({ start: [1, 0], step: [1, 1], size: [0, 2] }), operands: [{ shape: [2, 2], values }] },
  ],
}
