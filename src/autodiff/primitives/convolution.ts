import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { binary, constant, foldAll, load, type Scalar, type Var } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { type Entry, floatOperand, loopOperation, type Values } from "./primitive.ts"

/** Per spatial axis; `size` is the result's. */
export interface Geometry {
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  /** Cells of zeros before the first element; how many come after it follows from `size`. */
  readonly low: readonly number[]
  readonly size: readonly number[]
}
const by = ({ stride, dilation, low, size }: Geometry): LoopOperation =>
  loopOperation("convolution", { stride, dilation, low, size }, (types) => {
    const [x, w] = [floatOperand("convolution", types[0]), floatOperand("convolution", types[1])]
    const [n = 1, groups = 1] = x.shape
    const [, outputs = 1, channels = 1, ...windows] = w.shape
    const inputs = inputsOf([x, w])
    return mapLoop(inputs, [n, groups, outputs, ...size], (...i) => {
      const [image, kernel] = inputs
      const [b, g, o, ...at] = i
      if (image === undefined || kernel === undefined || b === undefined || g === undefined || o === undefined)
        return []
      return foldAll("sum", [channels, ...windows], ([c, ...taps]) => {
        const place = (v: Var, d: number): Scalar => {
          const tap = binary("mul", taps[d] ?? constant(0), dilation[d] ?? 1)
          return binary("sub", binary("add", binary("mul", v, stride[d] ?? 1), tap), low[d] ?? 0)
        }
        const channel = c ?? constant(0)
        return binary("mul", load(image, [b, g, channel, ...at.map(place)]), load(kernel, [g, o, channel, ...taps]))
      })
    })
  })
const values: Values = { min: -1, max: 1 }
/**
 * Convolution in n dimensions, without turning the kernel round: x `[N, G, C / G, …]` with w `[G, O / G, C / G, …]` gives
 * `[N, G, O / G, …]`. The groups are an axis, so every index stays affine; padding is a read outside.
 */
export const convolution: Entry & { readonly by: typeof by } = {
  name: "convolution",
  by,
  cases: [
    {
      operation: by({ stride: [1], dilation: [1], low: [1], size: [5] }),
      operands: [
        { shape: [1, 1, 2, 5], values },
        { shape: [1, 2, 2, 3], values },
      ],
    },
    {
      operation: by({ stride: [2, 1], dilation: [1, 2], low: [1, 0], size: [2, 2] }),
      operands: [
        { shape: [2, 2, 1, 3, 4], values },
        { shape: [2, 1, 1, 2, 2], values },
      ],
    },
  ],
}
