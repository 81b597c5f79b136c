import { DTypeError } from "../errors.ts"
import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { binary, compare, constant, load, type Scalar, select } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { concatShape } from "../shape/join.ts"
import { doNotMix } from "../shape/messages.ts"
import { type Entry, loopOperation, type Values } from "./primitive.ts"

const along = (axis: number): LoopOperation =>
  loopOperation("concat", { axis }, (types) => {
    const shape = concatShape(
      types.map((t) => t.shape),
      axis,
    )
    for (const t of types)
      if (t.dtype !== types[0]?.dtype)
        throw new DTypeError("mix", doNotMix("concat", types[0]?.dtype ?? "nothing", t.dtype), {
          dtypes: types.map((x) => x.dtype),
        })
    const inputs = inputsOf(types)
    let end = 0
    const starts = inputs.map((x) => {
      const start = end
      end += x.shape[axis] ?? 0
      return start
    })
    return mapLoop(inputs, shape, (...i) => {
      const along = i[axis] ?? constant(0)
      const part = (k: number): Scalar => {
        const x = inputs[k]
        const start = starts[k] ?? 0
        if (x === undefined) return constant(0)
        return load(
          x,
          i.map((v, d) => (d === axis ? binary("sub", v, start) : v)),
        )
      }
      // The last part needs no test: what is not in an earlier one is in it.
      let body = part(inputs.length - 1)
      for (let k = inputs.length - 2; k >= 0; k--)
        body = select(compare("lt", along, starts[k + 1] ?? 0), part(k), body)
      return body
    })
  })
const values: Values = { min: -2, max: 2 }
/** Tensors joined along an axis. */
export const concat: Entry & { readonly along: typeof along } = {
  name: "concat",
  along,
  cases: [
    {
      operation: along(0),
      operands: [
        { shape: [2], values },
        { shape: [3], values },
      ],
    },
    {
      operation: along(1),
      operands: [
        { shape: [2, 1], values },
        { shape: [2, 2], values },
        { shape: [2, 3], values },
      ],
    },
    {
      operation: along(0),
      operands: [
        { shape: [0, 2], values },
        { shape: [2, 2], values },
      ],
    },
  ],
}
