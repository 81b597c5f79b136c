import type { Float } from "../dtype.ts"
import type { Axes, Axis, SetAxes } from "../shape/types/axes.ts"
import type { StretchShape } from "../shape/types/broadcast.ts"
import type { Quotient } from "../shape/types/digits.ts"
import type { Guard, Mismatch, Ok, Ranked, Result, Shape, Show } from "../shape/types/dimension.ts"
import type { Tensor } from "../types/tensor.ts"

/** `gelu(x, { approximate })` */
export type Gelu = <S, T extends Float>(x: Tensor<S, T>, options?: { readonly approximate?: boolean }) => Tensor<S, T>
/** `leakyRelu(x, { slope })` */
export type LeakyRelu = <S, T extends Float>(x: Tensor<S, T>, options?: { readonly slope?: number }) => Tensor<S, T>
/** `prelu(x, slopes)`: the slopes stretch to x. */
export type PRelu = <S, T extends Float, U>(
  x: Tensor<S, T>,
  slopes: Tensor<U, NoInfer<T>> & Guard<StretchShape<U, S, "prelu">>,
) => Tensor<S, T>
/** `elu(x, { alpha })`, `celu(x, { alpha })` */
export type Elu = <S, T extends Float>(x: Tensor<S, T>, options?: { readonly alpha?: number }) => Tensor<S, T>
/** `squareplus(x, { b })` */
export type Squareplus = <S, T extends Float>(x: Tensor<S, T>, options?: { readonly b?: number }) => Tensor<S, T>

type At<S, X> = S[X & keyof S]
/** An axis cut in half. */
export type GluShape<S, N> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : [Axis<S, N>] extends [never]
        ? Mismatch<`glu: axis ${N & number} is out of range for ${Show<S>}`>
        : [Quotient<At<S, Axis<S, N>>, 2>] extends [never]
          ? Mismatch<`glu: axis ${N & number} of ${Show<S>} has no halves`>
          : Ok<SetAxes<S, Axis<S, N>, Quotient<At<S, Axis<S, N>>, 2>>>
/** `glu(x, { axis })`: half as long on the axis, by default the last. */
export type Glu = <S, T extends Float, const N extends number = -1>(
  x: Tensor<S, T> & Guard<GluShape<S, N>>,
  options?: { readonly axis?: N },
) => Tensor<Result<GluShape<S, N>>, T>

/** softmax, logSoftmax: along one axis, by default the last, of what `where` keeps. */
export type Softmax<Op extends string> = <S, T extends Float, const N extends number = -1, U = readonly []>(
  x: Tensor<S, T>,
  options?: {
    readonly axis?: N & Guard<Axes<S, N, Op>>
    readonly where?: Tensor<U, "bool"> & Guard<StretchShape<U, S, Op>>
  },
) => Tensor<S, T>
