/** The mean of each window. */
import { typed } from "../../boundary.ts"
import type { Float } from "../../dtype.ts"
import { bindOne } from "../../interpreter.ts"
import { broadcast } from "../../primitives/broadcast.ts"
import { div } from "../../primitives/div.ts"
import { product } from "../../shape/fail.ts"
import type { PoolOptions } from "../../shape/pool.ts"
import type { Pool } from "../../signatures/convolution.ts"
import { floatValue, like } from "../operands.ts"
import { pooled } from "./pooled.ts"

interface Counting {
  /** Whether cells of padding count as zeros (true unless given) or not at all. */
  readonly countPadding?: boolean
}
const avgPool =
  (op: string, axes: number) =>
  (image: unknown, options: PoolOptions & Counting): unknown => {
    const x = floatValue(op, image)
    const { value, geometry } = pooled(op, axes, "sum", x, options, ["countPadding"])
    const padded = geometry.padding.some(([low, high]) => low > 0 || high > 0)
    if (options.countPadding !== false || !padded)
      return bindOne(div.operation, value, like(x, product(geometry.window)))
    const one = bindOne(broadcast.to([1, 1, ...x.shape.slice(2)]), like(x, 1))
    const { countPadding: _, ...windows } = options
    return bindOne(div.operation, value, pooled(op, axes, "sum", one, windows).value)
  }

/**
 * The mean of each window of `[N, C, W]`; options as in `avgPool2d`.
 *
 * @example
 * ```ts
 * import { avgPool1d, tensor } from "cotangent"
 * console.log(await avgPool1d(tensor([[[1, 3, 2, 5]]]), { window: 2 }).array())
 * ```
 */
export const avgPool1d: Pool<"avgPool1d", 1, Float, Counting> = typed(avgPool("avgPool1d", 1))
/**
 * The mean of each window of images `[N, C, H, W]`. The global one is `mean(x, { axis: [2, 3] })`.
 *
 * @param options `window`, `stride`, `padding` and `dilation` as in `maxPool2d`; `countPadding` (true), whether cells of padding
 * count as zeros, as in PyTorch and Flax, or are left out of the mean; of a window that is all padding that mean is NaN.
 * @throws ShapeError where the image has other axes, or the window is larger than the padded image.
 * @example
 * ```ts
 * import { avgPool2d, ones } from "cotangent"
 * const image = ones([1, 1, 2, 2])
 * console.log(await avgPool2d(image, { window: 2, stride: 1, padding: 1 }).array())
 * console.log(await avgPool2d(image, { window: 2, stride: 1, padding: 1, countPadding: false }).array())
 * ```
 */
export const avgPool2d: Pool<"avgPool2d", 2, Float, Counting> = typed(avgPool("avgPool2d", 2))
/**
 * The mean of each window of volumes `[N, C, D, H, W]`; options as in `avgPool2d`.
 *
 * @example
 * ```ts
 * import { avgPool3d, ones } from "cotangent"
 * console.log(avgPool3d(ones([1, 2, 4, 6, 6]), { window: [2, 3, 3] }).shape)
 * ```
 */
export const avgPool3d: Pool<"avgPool3d", 3, Float, Counting> = typed(avgPool("avgPool3d", 3))
