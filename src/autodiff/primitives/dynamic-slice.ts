import { ShapeError } from "../errors.ts"
import { type ArrayType, inputsOf, mapLoop } from "../program/loop/loop.ts"
import { binary, cast, constant, type Input, load, type Scalar } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { dynamicSliceShape } from "../shape/dynamic.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"
import { indexOperand } from "./take.ts"

/** One start per axis, moved so that the window lies inside. */
export function clampedStarts(starts: Input, sizes: readonly number[], window: readonly number[]): readonly Scalar[] {
  return sizes.map((size, d) => {
    const start = cast("i32", load(starts, [constant(d)]))
    return binary("min", binary("max", start, 0), size - (window[d] ?? 0))
  })
}
/** The operand that holds one start per axis of `shape`. */
export function startsOperand(op: string, shape: readonly number[], type: ArrayType | undefined): ArrayType {
  const starts = indexOperand(op, type)
  if (starts.shape.length !== 1 || starts.shape[0] !== shape.length)
    throw new ShapeError("starts", `${op}: starts must be [${shape.length}], got [${starts.shape.join(", ")}]`, {
      shape,
    })
  return starts
}

const of = (sizes: readonly number[]): LoopOperation =>
  loopOperation("dynamicSlice", { sizes }, (types) => {
    const x = operand("dynamicSlice", types[0])
    const starts = startsOperand("dynamicSlice", x.shape, types[1])
    dynamicSliceShape(x.shape, x.shape.length, sizes)
    const inputs = inputsOf([x, starts])
    return mapLoop(inputs, sizes, (...i) => {
      const [from, at] = inputs
      if (from === undefined || at === undefined) return []
      const start = clampedStarts(at, x.shape, sizes)
      return load(
        from,
        i.map((v, d) => binary("add", v, start[d] ?? constant(0))),
      )
    })
  })
const values: Values = { min: -2, max: 2 }
/** The window of these sizes that starts where an operand of indices says, moved inside where it would stick out. */
export const dynamicSlice: Entry & { readonly of: typeof of } = {
  name: "dynamicSlice",
  of,
  cases: [
    {
      operation: of([2]),
      operands: [
        { shape: [5], values },
        { shape: [1], dtype: "i32", values: { min: -2, max: 6 } },
      ],
    },
    {
      operation: of([2, 3]),
      operands: [
        { shape: [4, 3], values },
        { shape: [2], dtype: "i32", values: { min: 0, max: 2 } },
      ],
    },
    {
      operation: of([0, 1]),
      operands: [
        { shape: [2, 3], values },
        { shape: [2], dtype: "u32", values: { min: 0, max: 2 } },
      ],
    },
  ],
}
