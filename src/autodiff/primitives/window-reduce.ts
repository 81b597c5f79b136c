import { type ArrayType, inputsOf, mapLoop } from "../program/loop/loop.ts"
import { type Simple, unitOf } from "../program/loop/monoid.ts"
import { binary, constant, foldAll, load, type Scalar } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import type { Geometry } from "./convolution.ts"
import { type Case, type Entry, loopOperation, operand, type Values } from "./primitive.ts"

export interface Windows extends Geometry {
  readonly monoid: Extract<Simple, "sum" | "max">
  readonly window: readonly number[]
}
const by = ({ monoid, window, stride, dilation, low, size }: Windows): LoopOperation =>
  loopOperation("windowReduce", { monoid, window, stride, dilation, low, size }, (types) => {
    const x: ArrayType = operand("windowReduce", types[0])
    const lead = x.shape.slice(0, x.shape.length - window.length)
    const inputs = inputsOf([x])
    const [outside = 0] = unitOf(monoid, [x.dtype])
    return mapLoop(inputs, [...lead, ...size], (...i) =>
      foldAll(monoid, window, (taps) => {
        const at = i.slice(lead.length).map((v, d): Scalar => {
          const tap = binary("mul", taps[d] ?? constant(0), dilation[d] ?? 1)
          return binary("sub", binary("add", binary("mul", v, stride[d] ?? 1), tap), low[d] ?? 0)
        })
        return inputs.map((image) => load(image, [...i.slice(0, lead.length), ...at], outside))[0] ?? constant(0)
      }),
    )
  })
const values: Values = { min: -3, max: 3, gap: 0.05 }
const cases: readonly Case[] = (["sum", "max"] as const).flatMap((monoid) => [
  {
    operation: by({ monoid, window: [2], stride: [2], dilation: [1], low: [0], size: [3] }),
    operands: [{ shape: [2, 6], values }],
  },
  {
    operation: by({ monoid, window: [3, 2], stride: [2, 1], dilation: [1, 2], low: [1, 0], size: [2, 2] }),
    operands: [{ shape: [2, 3, 4], values }],
  },
])
/**
 * Windows over the last axes folded: the sum or the largest. Cells outside count for nothing: 0 in a sum, and no number is
 * smaller than the padding of a maximum. The slope of a maximum goes to the first of equals, in row-major order.
 */
export const windowReduce: Entry & { readonly by: typeof by } = { name: "windowReduce", by, cases }
