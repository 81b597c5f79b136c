import { DTypeError } from "../errors.ts"
import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { load, select } from "../program/loop/scalar.ts"
import { broadcastShapes } from "../shape/broadcast.ts"
import { boolOnly, doNotMix } from "../shape/messages.ts"
import { aligned, around, elementwiseCases } from "./elementwise.ts"
import { type Entry, loopOperation, operand } from "./primitive.ts"

const operation = loopOperation("where", {}, (types) => {
  const [test, x, y] = [operand("where", types[0]), operand("where", types[1]), operand("where", types[2])]
  if (test.dtype !== "bool") throw new DTypeError("bool-only", boolOnly("where", test.dtype), { dtype: test.dtype })
  if (x.dtype !== y.dtype)
    throw new DTypeError("mix", doNotMix("where", x.dtype, y.dtype), { dtypes: [x.dtype, y.dtype] })
  const inputs = inputsOf(types)
  const shape = broadcastShapes("where", ...types.map((t) => t.shape))
  return mapLoop(inputs, shape, (...i) => {
    const [t, a, b] = inputs.map((input) => load(input, aligned(input, i)))
    return t === undefined || a === undefined || b === undefined ? [] : select(t, a, b)
  })
})
/** `test ? x : y`, element by element, all three broadcast. */
export const where: Entry & { readonly operation: typeof operation } = {
  name: "where",
  operation,
  cases: elementwiseCases(operation, [{ min: 0, max: 1 }, around, around], ["bool"]),
}
