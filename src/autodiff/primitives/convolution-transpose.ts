import { internal } from "../errors.ts"
import { transposeLoop } from "../program/loop/derive/transpose.ts"
import type { LoopOperation } from "../program/operation.ts"
import { convolution, type Geometry } from "./convolution.ts"
import { type Entry, floatOperand, loopOperation, type Values } from "./primitive.ts"

const by = ({ stride, dilation, low, size }: Geometry): LoopOperation =>
  loopOperation("convolutionTranspose", { stride, dilation, low, size }, (types) => {
    const [x, w] = [floatOperand("convolutionTranspose", types[0]), floatOperand("convolutionTranspose", types[1])]
    const [n = 1, groups = 1, , ...placed] = x.shape
    const image = { dtype: x.dtype, shape: [n, groups, w.shape[2] ?? 1, ...size] }
    const forward = convolution.by({ stride, dilation, low, size: placed }).meaning([image, w])
    const [term] = transposeLoop(forward, 0, 0, [true, false]).terms
    // The cotangent has taken the image's slot, so the operands lie as they came: x, then w.
    if (term?.loop.form !== "map" && term?.loop.form !== "scatter") throw internal("a convolution without a transpose")
    return term.loop
  })
const values: Values = { min: -1, max: 1 }
/**
 * The transpose of a convolution in its image, derived from its meaning: x `[N, G, C / G, …]` with w `[G, C / G, O / G, …]`
 * gives `[N, G, O / G, …]`. The geometry is that of the convolution, but `size` is this result's.
 */
export const convolutionTranspose: Entry & { readonly by: typeof by } = {
  name: "convolutionTranspose",
  by,
  cases: [
    {
      operation: by({ stride: [2], dilation: [1], low: [1], size: [6] }),
      operands: [
        { shape: [1, 1, 2, 3], values },
        { shape: [1, 2, 2, 3], values },
      ],
    },
    {
      operation: by({ stride: [2, 1], dilation: [1, 2], low: [1, 0], size: [4, 5] }),
      operands: [
        { shape: [2, 2, 1, 2, 3], values },
        { shape: [2, 1, 2, 3, 2], values },
      ],
    },
  ],
}
