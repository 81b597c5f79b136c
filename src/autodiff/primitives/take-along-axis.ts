import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { cast, load } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { takeAlongAxisShape } from "../shape/window.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"
import { indexOperand } from "./take.ts"

const along = (axis: number): LoopOperation =>
  loopOperation("takeAlongAxis", { axis }, (types) => {
    const [x, which] = [operand("takeAlongAxis", types[0]), indexOperand("takeAlongAxis", types[1])]
    const shape = takeAlongAxisShape(x.shape, which.shape, axis)
    const inputs = inputsOf([x, which])
    return mapLoop(inputs, shape, (...i) => {
      const [from, indices] = inputs
      if (from === undefined || indices === undefined) return []
      const at = cast("i32", load(indices, i))
      return load(
        from,
        i.map((v, d) => (d === axis ? at : v)),
      )
    })
  })
const values: Values = { min: -2, max: 2 }
/** One element of x per index: result[…, j, …] = x[…, indices[…, j, …], …]. An index outside reads 0. */
export const takeAlongAxis: Entry & { readonly along: typeof along } = {
  name: "takeAlongAxis",
  along,
  cases: [
    {
      operation: along(1),
      operands: [
        { shape: [2, 3], values },
        { shape: [2, 2], dtype: "i32", values: { min: 0, max: 2 } },
      ],
    },
    {
      operation: along(0),
      operands: [
        { shape: [3], values },
        { shape: [4], dtype: "i32", values: { min: -1, max: 3 } },
      ],
    },
  ],
}
