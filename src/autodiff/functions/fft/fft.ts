/** Discrete Fourier transforms of complex pairs. */
import { typed } from "../../boundary.ts"
import { type AxisArgument, normaliseAxes, normaliseAxis } from "../../shape/axes.ts"
import type { Fft, FftN } from "../../signatures/fft.ts"
import { along, complexOf, type Norm, normOf, whole } from "./axes.ts"
import type { Direction } from "./pair.ts"

interface Options {
  readonly axis?: number
  readonly norm?: Norm
}
const onAxis =
  (op: string, direction: Direction) =>
  (x: unknown, options: Options = {}): unknown => {
    const norm = normOf(op, options, ["axis", "norm"])
    const pair = complexOf(op, x)
    return whole(along(op, pair, [normaliseAxis(op, options.axis ?? -1, pair.re.shape)], direction, norm))
  }
const onAxes =
  (op: string, direction: Direction, standard: AxisArgument | undefined) =>
  (x: unknown, options: { readonly axes?: readonly number[]; readonly norm?: Norm } = {}): unknown => {
    const norm = normOf(op, options, ["axes", "norm"])
    const pair = complexOf(op, x)
    return whole(along(op, pair, normaliseAxes(op, options.axes ?? standard, pair.re.shape), direction, norm))
  }

/**
 * The discrete Fourier transform along an axis, by default the last: X[k] = sum_j x[j] exp(-2 pi i jk / n). Complex numbers are
 * pairs `{ re, im }` of tensors of one shape, also as arguments, where a tensor alone is real. Any length goes: by its
 * factors, or, for primes above 64, by way of a longer convolution (Bluestein).
 *
 * @param options `axis`; `norm`, where to divide: "backward" (the inverse by n, the default), "forward" (this by n), "ortho" (both
 * by the root of n).
 * @throws ShapeError where the axis is out of range or empty, or the parts have two shapes.
 * @example
 * ```ts
 * import { fft, tensor } from "cotangent"
 * const { re, im } = fft(tensor([1, 2, 3, 4]))
 * console.log(await re.array(), await im.array())
 * ```
 */
export const fft: Fft<"fft"> = typed(onAxis("fft", "forward"))
/**
 * The inverse of `fft`, with the same options.
 *
 * @example
 * ```ts
 * import { fft, ifft, tensor } from "cotangent"
 * console.log(await ifft(fft(tensor([1, 2, 3]))).re.array())
 * ```
 */
export const ifft: Fft<"ifft"> = typed(onAxis("ifft", "inverse"))
/**
 * The transform along two axes, by default the last two; `norm` as in `fft`.
 *
 * @example
 * ```ts
 * import { fft2, ones } from "cotangent"
 * console.log(await fft2(ones([2, 3])).re.array())
 * ```
 */
export const fft2: FftN<"fft2"> = typed(onAxes("fft2", "forward", [-2, -1]))
/** The inverse of `fft2`. */
export const ifft2: FftN<"ifft2"> = typed(onAxes("ifft2", "inverse", [-2, -1]))
/**
 * The transform along several axes, by default all; `norm` as in `fft`.
 *
 * @example
 * ```ts
 * import { fftn, ones } from "cotangent"
 * console.log(await fftn(ones([2, 2, 2]), { axes: [0, 2] }).re.array())
 * ```
 */
export const fftn: FftN<"fftn"> = typed(onAxes("fftn", "forward", undefined))
/** The inverse of `fftn`. */
export const ifftn: FftN<"ifftn"> = typed(onAxes("ifftn", "inverse", undefined))
