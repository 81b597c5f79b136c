import { DTypeError, ShapeError } from "../errors.ts"
import { inputsOf, scatterLoop } from "../program/loop/loop.ts"
import { cast, constant, load } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { doNotMix, showShape } from "../shape/messages.ts"
import { sameShape } from "../shape/sizes.ts"
import { takeShape } from "../shape/window.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"
import { indexOperand } from "./take.ts"

const along = (axis: number): LoopOperation =>
  loopOperation("scatterAdd", { axis }, (types) => {
    const [x, which, updates] = [
      operand("scatterAdd", types[0]),
      indexOperand("scatterAdd", types[1]),
      operand("scatterAdd", types[2]),
    ]
    const expected = takeShape(x.shape, which.shape, axis)
    if (!sameShape(expected, updates.shape))
      throw new ShapeError(
        "scatter",
        `scatterAdd: updates must be ${showShape(expected)} for x ${showShape(x.shape)} and indices ${showShape(which.shape)} on axis ${axis}, got ${showShape(updates.shape)}`,
        { shapes: [x.shape, which.shape, updates.shape], axis },
      )
    if (x.dtype !== updates.dtype)
      throw new DTypeError("mix", doNotMix("scatterAdd", x.dtype, updates.dtype), { dtypes: [x.dtype, updates.dtype] })
    const inputs = inputsOf([x, which, updates])
    const [start, indices, added] = inputs
    const rank = which.shape.length
    return scatterLoop(
      inputs,
      x.shape,
      updates.shape,
      (...i) => (start === undefined ? constant(0) : load(start, i)),
      (...r) => {
        if (indices === undefined || added === undefined) return { at: [], value: constant(0) }
        const at = cast("i32", load(indices, r.slice(axis, axis + rank)))
        return { at: [...r.slice(0, axis), at, ...r.slice(axis + rank)], value: load(added, r) }
      },
    )
  })
const values: Values = { min: -2, max: 2 }
/** x with slices added along an axis by index, repeated ones added up; an index outside adds nothing. The transpose of `take`. */
export const scatterAdd: Entry & { readonly along: typeof along } = {
  name: "scatterAdd",
  along,
  cases: [
    {
      operation: along(0),
      operands: [
        { shape: [3], values },
        { shape: [4], dtype: "i32", values: { min: 0, max: 2 } },
        { shape: [4], values },
      ],
    },
    {
      operation: along(1),
      operands: [
        { shape: [2, 3], values },
        { shape: [2], dtype: "i32", values: { min: -1, max: 3 } },
        { shape: [2, 2], values },
      ],
    },
  ],
}
