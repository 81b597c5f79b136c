/** The largest of each window. */
import { typed } from "../../boundary.ts"
import type { PoolOptions } from "../../shape/pool.ts"
import type { Numeric } from "../../signatures/arithmetic.ts"
import type { Pool } from "../../signatures/convolution.ts"
import { numericValue } from "../operands.ts"
import { pooled } from "./pooled.ts"

const maxPool =
  (op: string, axes: number) =>
  (x: unknown, options: PoolOptions): unknown =>
    pooled(op, axes, "max", numericValue(op, x), options).value

/**
 * The largest of each window of `[N, C, W]`; options as in `maxPool2d`.
 *
 * @example
 * ```ts
 * import { maxPool1d, tensor } from "cotangent"
 * console.log(await maxPool1d(tensor([[[1, 3, 2, 5]]]), { window: 2 }).array())
 * ```
 */
export const maxPool1d: Pool<"maxPool1d", 1, Numeric> = typed(maxPool("maxPool1d", 1))
/**
 * The largest of each window of images `[N, C, H, W]`. A NaN in the window wins. Padding never wins: it is -Infinity (the
 * least whole number). Where several are largest, or NaN, the gradient goes to the first of them, row by row.
 *
 * @param options `window`; `stride`, the window unless given; `padding` ("valid", "same", a number, or `[[low, high], …]`);
 * `dilation`.
 * @throws ShapeError where the image has other axes, or the window is larger than the padded image.
 * @example
 * ```ts
 * import { maxPool2d, tensor } from "cotangent"
 * const image = tensor([[[[1, 2, 0, 1], [3, 4, 1, 0]]]])
 * console.log(await maxPool2d(image, { window: 2 }).array())
 * ```
 */
export const maxPool2d: Pool<"maxPool2d", 2, Numeric> = typed(maxPool("maxPool2d", 2))
/**
 * The largest of each window of volumes `[N, C, D, H, W]`; options as in `maxPool2d`.
 *
 * @example
 * ```ts
 * import { maxPool3d, ones } from "cotangent"
 * console.log(maxPool3d(ones([1, 2, 4, 6, 6]), { window: [2, 3, 3] }).shape)
 * ```
 */
export const maxPool3d: Pool<"maxPool3d", 3, Numeric> = typed(maxPool("maxPool3d", 3))
