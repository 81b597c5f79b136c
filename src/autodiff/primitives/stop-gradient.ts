import { bind } from "../interpreter.ts"
import { inputsOf, viewLoop } from "../program/loop/loop.ts"
import type { LoopOperation } from "../program/operation.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"

// Written, because the point is to lie: the meaning is the identity, and its derived jvp would pass the tangent on. So
// would that of a derived batch. A key stays a key.
const operation: LoopOperation = loopOperation(
  "stopGradient",
  {},
  (types) => {
    const type = operand("stopGradient", types[0])
    const [x] = inputsOf([type])
    return viewLoop(x ?? { slot: 0, ...type }, type.shape)
  },
  {
    results: (types) => types,
    jvp: () => [undefined],
    batch: (values) => ({ values: bind(stopGradient.operation, values), batched: [true] }),
  },
)
const values: Values = { min: -2, max: 2 }
/** x itself, with a derivative of zero. */
export const stopGradient: Entry & { readonly operation: typeof operation } = {
  name: "stopGradient",
  operation,
  cases: [{ operation, operands: [{ shape: [2, 3], values }] }],
}
