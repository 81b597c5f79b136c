import { DTypeError } from "../errors.ts"
import { unprovedAxes } from "../program/loop/affine.ts"
import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { binary, compare, constant, load, select } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { doNotMix } from "../shape/messages.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"

type Amounts = readonly (readonly [low: number, high: number])[]
/** Operands: x, and a scalar for the border, which a plain read outside could not give a slope. */
const by = (amounts: Amounts): LoopOperation =>
  loopOperation("pad", { amounts }, (types) => {
    const [x, border] = [operand("pad", types[0]), operand("pad", types[1])]
    if (x.dtype !== border.dtype)
      throw new DTypeError("mix", doNotMix("pad", x.dtype, border.dtype), { dtypes: [x.dtype, border.dtype] })
    const shape = x.shape.map((n, d) => n + (amounts[d]?.[0] ?? 0) + (amounts[d]?.[1] ?? 0))
    const inputs = inputsOf([x, border])
    return mapLoop(inputs, shape, (...i) => {
      const [from, value] = inputs
      if (from === undefined || value === undefined) return []
      const at = i.map((v, d) => binary("sub", v, amounts[d]?.[0] ?? 0))
      const inside = unprovedAxes(from.shape, at).map((d) => {
        const c = at[d] ?? constant(0)
        return binary("and", compare("le", constant(0), c), compare("lt", c, from.shape[d] ?? 0))
      })
      const test = inside.reduce((a, b) => binary("and", a, b), constant(1, "bool"))
      return select(test, load(from, at), load(value, []))
    })
  })
const values: Values = { min: -2, max: 2 }
/** A border around x. */
export const pad: Entry & { readonly by: typeof by } = {
  name: "pad",
  by,
  cases: [
    {
      operation: by([[1, 2]]),
      operands: [
        { shape: [3], values },
        { shape: [], values },
      ],
    },
    {
      operation: by([
        [0, 1],
        [2, 0],
      ]),
      operands: [
        { shape: [2, 3], values },
        { shape: [], values },
      ],
    },
    {
      operation: by([[1, 1]]),
      operands: [
        { shape: [0], values },
        { shape: [], values },
      ],
    },
  ],
}
