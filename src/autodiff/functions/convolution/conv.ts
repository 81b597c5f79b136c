/** Convolutions of sequences, images and volumes. */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { convolution } from "../../primitives/convolution.ts"
import { reshape } from "../../primitives/reshape.ts"
import { type ConvName, type ConvOptions, convGeometry } from "../../shape/conv.ts"
import type { Conv } from "../../signatures/convolution.ts"
import type { Value } from "../../value.ts"
import { arithmetic, floatValue } from "../operands.ts"

function convolve(op: ConvName, image: unknown, kernel: unknown, options?: ConvOptions): Value {
  checkOptions(op, options, ["stride", "padding", "dilation", "groups"])
  const [x, w] = arithmetic(op, floatValue(op, image), floatValue(op, kernel))
  const { shape, stride, dilation, padding, groups } = convGeometry(op, x.shape, w.shape, options)
  const [n = 0, channels = 0, ...sizes] = x.shape
  const [outputs = 0, perGroup = 0, ...windows] = w.shape
  const split = bindOne(reshape.to([n, groups, channels / groups, ...sizes]), x)
  const kernels = bindOne(reshape.to([groups, outputs / groups, perGroup, ...windows]), w)
  const operation = convolution.by({ stride, dilation, low: padding.map(([low]) => low), size: shape.slice(2) })
  return bindOne(reshape.to(shape), bindOne(operation, split, kernels))
}
/**
 * Convolution of `[N, C, W]` with kernels `[out, in / groups, kw]`, the kernel not turned round.
 *
 * @param options `stride`, `dilation` (whole numbers), `padding` ("valid", "same", a number, or `[[low, high]]`), `groups`.
 *
 * @example
 * ```ts
 * import { conv1d, ones } from "cotangent"
 * console.log(conv1d(ones([8, 3, 32]), ones([16, 3, 5]), { stride: 2, padding: "same" }).shape)
 * ```
 */
export const conv1d: Conv<"conv1d"> = typed((x: unknown, w: unknown, options?: ConvOptions) =>
  convolve("conv1d", x, w, options),
)
/**
 * Convolution of images `[N, C, H, W]` with kernels `[out, in / groups, kh, kw]`, the kernel not turned round.
 *
 * @param options `stride`, `dilation` (a number or one per axis), `padding` ("valid", "same", a number, or `[[low, high], …]`),
 * `groups`. As many groups as channels is the depthwise convolution, each channel with kernels of its own.
 * @throws ShapeError where ranks, channels or groups do not fit, or the kernel is larger than the padded image.
 * @example
 * ```ts
 * import { conv2d, ones } from "cotangent"
 * console.log(conv2d(ones([1, 1, 5, 5]), ones([2, 1, 3, 3]), { padding: "same", stride: 2 }).shape)
 * ```
 */
export const conv2d: Conv<"conv2d"> = typed((x: unknown, w: unknown, options?: ConvOptions) =>
  convolve("conv2d", x, w, options),
)
/**
 * Convolution of volumes `[N, C, D, H, W]` with kernels `[out, in / groups, kd, kh, kw]`, the kernel not turned round;
 * options as in `conv2d`.
 *
 * @example
 * ```ts
 * import { conv3d, ones } from "cotangent"
 * console.log(conv3d(ones([1, 2, 4, 6, 6]), ones([3, 2, 2, 3, 3]), { padding: "same", stride: [1, 2, 2] }).shape)
 * ```
 */
export const conv3d: Conv<"conv3d"> = typed((x: unknown, w: unknown, options?: ConvOptions) =>
  convolve("conv3d", x, w, options),
)
