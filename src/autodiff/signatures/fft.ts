import type { Float } from "../dtype.ts"
import type { Axes } from "../shape/types/axes.ts"
import type { Guard, Result, Shape } from "../shape/types/dimension.ts"
import type { Frequencies, IrfftShape, RfftShape } from "../shape/types/fft.ts"
import type { Tensor } from "../types/tensor.ts"

/** Complex numbers: two tensors of one shape. */
export interface Complex<S = Shape, T = Float> {
  readonly re: Tensor<S, T>
  readonly im: Tensor<S, T>
}
type Norm = "backward" | "ortho" | "forward"

/** fft, ifft: along one axis, by default the last. */
export type Fft<Op extends string> = <S, T extends Float, const N extends number = -1>(
  x: Tensor<S, T> | Complex<S, T>,
  options?: { readonly axis?: N & Guard<Axes<S, N, Op>>; readonly norm?: Norm },
) => Complex<S, T>
/** fft2, ifft2, fftn, ifftn: along several axes. */
export type FftN<Op extends string> = <S, T extends Float, const N extends readonly number[] | undefined = undefined>(
  x: Tensor<S, T> | Complex<S, T>,
  options?: { readonly axes?: N & Guard<Axes<S, N, Op>>; readonly norm?: Norm },
) => Complex<S, T>
/** `rfft(x, { axis })`: n / 2 + 1 frequencies. */
export type Rfft = <S, T extends Float, const N extends number = -1>(
  x: Tensor<S, T>,
  options?: { readonly axis?: N & Guard<Axes<S, N, "rfft">>; readonly norm?: Norm },
) => Complex<Result<RfftShape<S, N>>, T>
/** `irfft(x, { length, axis })`: as many elements as `length` says. */
export type Irfft = <S, T extends Float, const N extends number = -1, const L extends number | undefined = undefined>(
  x: Tensor<S, T> | Complex<S, T>,
  options?: {
    readonly axis?: N & Guard<Axes<S, N, "irfft">>
    readonly length?: L & Guard<IrfftShape<S, N, L>>
    readonly norm?: Norm
  },
) => Tensor<Result<IrfftShape<S, N, L>>, T>

export type FftFreq = <const N extends number>(
  n: N,
  options?: { readonly spacing?: number },
) => Tensor<readonly [N], "f32">
export type RfftFreq = <const N extends number>(
  n: N,
  options?: { readonly spacing?: number },
) => Tensor<readonly [Frequencies<N>], "f32">
/** fftshift, ifftshift: of a tensor or a pair. */
export type FftShift = <X extends Tensor | Complex>(x: X, options?: { readonly axes?: number | readonly number[] }) => X
