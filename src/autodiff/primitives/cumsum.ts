import { inputsOf, prefixLoop } from "../program/loop/loop.ts"
import { constant, load } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"

const along = (axis: number, reverse: boolean): LoopOperation =>
  loopOperation("cumsum", { axis, reverse }, (types) => {
    const type = operand("cumsum", types[0])
    const inputs = inputsOf([type])
    return prefixLoop(
      inputs,
      type.shape,
      { axis, monoid: "sum", reverse },
      (...i) => inputs.map((x) => load(x, i))[0] ?? constant(0),
    )
  })
const values: Values = { min: -2, max: 2 }
/** Running sums along an axis, from its end where `reverse`. */
export const cumsum: Entry & { readonly along: typeof along } = {
  name: "cumsum",
  along,
  cases: [
    { operation: along(0, false), operands: [{ shape: [5], values }] },
    { operation: along(1, true), operands: [{ shape: [2, 3, 2], values }] },
    { operation: along(2, false), operands: [{ shape: [2, 1, 6], values }] },
    { operation: along(0, false), operands: [{ shape: [0, 2], values }] },
  ],
}
