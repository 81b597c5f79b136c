/** Transforms of real sequences: half of the frequencies say all. */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { concat } from "../../primitives/concat.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import { fail } from "../../shape/fail.ts"
import { irfftLength } from "../../shape/messages.ts"
import type { Irfft, Rfft } from "../../signatures/fft.ts"
import { floatValue } from "../operands.ts"
import * as v from "../values.ts"
import { along, complexOf, type Norm, normOf, whole } from "./axes.ts"
import { onBoth } from "./pair.ts"

/**
 * The Fourier transform of a real sequence along an axis, by default the last: frequencies 0 to n / 2, for the others are
 * their conjugates. Options as in `fft`.
 *
 * @example
 * ```ts
 * import { rfft, tensor } from "cotangent"
 * console.log(await rfft(tensor([1, 2, 3, 4])).re.array())
 * ```
 */
export const rfft: Rfft = typed((x: unknown, options: { readonly axis?: number; readonly norm?: Norm } = {}) => {
  const norm = normOf("rfft", options, ["axis", "norm"])
  const re = floatValue("rfft", x)
  const axis = normaliseAxis("rfft", options.axis ?? -1, re.shape)
  const all = whole(along("rfft", { re, im: undefined }, [axis], "forward", norm))
  return onBoth(all, (part) => v.part(part, axis, 0, Math.floor((re.shape[axis] ?? 0) / 2) + 1))
})
/**
 * The inverse of `rfft`: a real sequence of `length` elements. Two lengths have m frequencies, 2 m - 2 (the default) and
 * 2 m - 1; NumPy also cuts and pads to others, which here is said with `slice` and `pad`. The imaginary part of frequency 0, and of
 * the middle one of an even length, which no real sequence has, counts for nothing.
 *
 * @throws ShapeError where m frequencies do not make `length` elements.
 * @example
 * ```ts
 * import { irfft, rfft, tensor } from "cotangent"
 * console.log(await irfft(rfft(tensor([1, 2, 4])), { length: 3 }).array())
 * ```
 */
export const irfft: Irfft = typed(
  (x: unknown, options: { readonly axis?: number; readonly norm?: Norm; readonly length?: number } = {}) => {
    const norm = normOf("irfft", options, ["axis", "norm", "length"])
    const { re, im } = whole(complexOf("irfft", x))
    const axis = normaliseAxis("irfft", options.axis ?? -1, re.shape)
    const count = re.shape[axis] ?? 0
    const length = options.length ?? 2 * (count - 1)
    if (Math.floor(length / 2) + 1 !== count || length < 1)
      fail("irfft", irfftLength(count, options.axis ?? -1, re.shape, length), { shape: re.shape, axis, length })
    // The negative frequencies are the conjugates of the positive ones.
    const rest = length - count
    const mirrored = (part: typeof re): typeof re => v.reversed(v.part(part, axis, 1, rest), axis)
    const full =
      rest === 0
        ? { re, im }
        : {
            re: bindOne(concat.along(axis), re, mirrored(re)),
            im: bindOne(concat.along(axis), im, v.neg(mirrored(im))),
          }
    return along("irfft", full, [axis], "inverse", norm).re
  },
)
