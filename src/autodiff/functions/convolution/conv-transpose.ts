/** Transposed convolutions: what sends a cotangent of the result back to the image, taken as a function of its own. */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { convolutionTranspose } from "../../primitives/convolution-transpose.ts"
import { reshape } from "../../primitives/reshape.ts"
import { type ConvTransposeName, type ConvTransposeOptions, convTransposeGeometry } from "../../shape/conv-transpose.ts"
import type { ConvTranspose } from "../../signatures/convolution.ts"
import type { Value } from "../../value.ts"
import { arithmetic, floatValue } from "../operands.ts"

function transposed(op: ConvTransposeName, image: unknown, kernel: unknown, options?: ConvTransposeOptions): Value {
  checkOptions(op, options, ["stride", "padding", "outputPadding", "dilation", "groups"])
  const [x, w] = arithmetic(op, floatValue(op, image), floatValue(op, kernel))
  const { shape, stride, dilation, padding, groups } = convTransposeGeometry(op, x.shape, w.shape, options)
  const [n = 0, channels = 0, ...sizes] = x.shape
  const [, perGroup = 0, ...windows] = w.shape
  const split = bindOne(reshape.to([n, groups, channels / groups, ...sizes]), x)
  const kernels = bindOne(reshape.to([groups, channels / groups, perGroup, ...windows]), w)
  const low = padding.map(([cells]) => cells)
  const operation = convolutionTranspose.by({ stride, dilation, low, size: shape.slice(2) })
  return bindOne(reshape.to(shape), bindOne(operation, split, kernels))
}
/**
 * The transpose of `conv1d`: `[N, C, W]` with kernels `[in, out / groups, kw]`, as `conv_transpose1d` of PyTorch; options
 * as in `convTranspose2d`.
 *
 * @example
 * ```ts
 * import { convTranspose1d, tensor } from "cotangent"
 * console.log(await convTranspose1d(tensor([[[1, 10]]]), tensor([[[1, 2, 3]]]), { stride: 2 }).array())
 * ```
 */
export const convTranspose1d: ConvTranspose<"convTranspose1d"> = typed(
  (x: unknown, w: unknown, options?: ConvTransposeOptions) => transposed("convTranspose1d", x, w, options),
)
/**
 * The transpose of `conv2d` (a "deconvolution"): images `[N, C, H, W]` with kernels `[in, out / groups, kh, kw]`, which is
 * the layout and the meaning of `conv_transpose2d` in PyTorch: each pixel lays down a copy of the kernel, `stride` apart. In
 * JAX it is `lax.conv_transpose` with `transpose_kernel=True`. Each axis of the result has
 * `(size - 1) * stride - low - high + dilation * (k - 1) + outputPadding + 1` cells.
 *
 * @param options `stride`, `dilation`, `groups`; `padding`, the cells cut off at each end, as the convolution added them ("same"
 * makes `size * stride`); `outputPadding`, cells added at the high end, fewer than `stride` or `dilation`, to tell apart the
 * sizes that a strided convolution maps to one.
 * @throws ShapeError where ranks, channels or groups do not fit, or nothing is left.
 * @example
 * ```ts
 * import { convTranspose2d, ones } from "cotangent"
 * const image = ones([1, 8, 7, 7])
 * console.log(convTranspose2d(image, ones([8, 4, 3, 3]), { stride: 2, padding: 1, outputPadding: 1 }).shape)
 * ```
 */
export const convTranspose2d: ConvTranspose<"convTranspose2d"> = typed(
  (x: unknown, w: unknown, options?: ConvTransposeOptions) => transposed("convTranspose2d", x, w, options),
)
/**
 * The transpose of `conv3d`: volumes `[N, C, D, H, W]` with kernels `[in, out / groups, kd, kh, kw]`; options as in
 * `convTranspose2d`.
 *
 * @example
 * ```ts
 * import { convTranspose3d, ones } from "cotangent"
 * console.log(convTranspose3d(ones([1, 2, 2, 3, 3]), ones([2, 1, 2, 2, 2]), { stride: 2 }).shape)
 * ```
 */
export const convTranspose3d: ConvTranspose<"convTranspose3d"> = typed(
  (x: unknown, w: unknown, options?: ConvTransposeOptions) => transposed("convTranspose3d", x, w, options),
)
