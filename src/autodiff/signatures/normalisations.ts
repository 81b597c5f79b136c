import type { Float } from "../dtype.ts"
import type { Axes, AxisArg, AxisSet, KeepAxes } from "../shape/types/axes.ts"
import type { Quotient } from "../shape/types/digits.ts"
import type { Agree, Guard, Mismatch, Ok, Ranked, Shape, Show } from "../shape/types/dimension.ts"
import type { Alike } from "../shape/types/join.ts"
import type { Tensor } from "../types/tensor.ts"

/** The sizes of the normalised axes, in their order. */
export type NormOperand<S, N, U, Op extends string, What extends string> =
  Ranked<S> extends false
    ? Ok<U>
    : Ranked<U> extends false
      ? Ok<U>
      : number extends N
        ? Ok<U>
        : Axes<S, N, Op> extends Mismatch<string>
          ? Ok<U>
          : Alike<KeepAxes<S, AxisSet<S, N>>, U> extends true
            ? Ok<U>
            : Mismatch<`${Op}: ${What} ${Show<U>} does not fit the normalised axes ${Show<KeepAxes<S, AxisSet<S, N>>>} of ${Show<S>}`>

/** `layerNorm(x, { scale, bias, epsilon, axis })` */
export type LayerNorm = <S, T extends Float, const N extends AxisArg = -1, U = Shape, V = Shape>(
  x: Tensor<S, T>,
  options?: {
    readonly scale?: Tensor<U, NoInfer<T>> & Guard<NormOperand<S, N, U, "layerNorm", "scale">>
    readonly bias?: Tensor<V, NoInfer<T>> & Guard<NormOperand<S, N, V, "layerNorm", "bias">>
    readonly epsilon?: number
    readonly axis?: N & Guard<Axes<S, N, "layerNorm">>
  },
) => Tensor<S, T>
/** `rmsNorm(x, { scale, epsilon, axis })` */
export type RmsNorm = <S, T extends Float, const N extends AxisArg = -1, U = Shape>(
  x: Tensor<S, T>,
  options?: {
    readonly scale?: Tensor<U, NoInfer<T>> & Guard<NormOperand<S, N, U, "rmsNorm", "scale">>
    readonly epsilon?: number
    readonly axis?: N & Guard<Axes<S, N, "rmsNorm">>
  },
) => Tensor<S, T>
/** standardize, l2Normalize: along axes, by default the last. */
export type Normalise<Op extends string, O = unknown> = <S, T extends Float, const N extends AxisArg = -1>(
  x: Tensor<S, T>,
  options?: { readonly axis?: N & Guard<Axes<S, N, Op>> } & O,
) => Tensor<S, T>

export type GroupsOf<S, G> =
  Ranked<S> extends false
    ? Ok<S>
    : S extends readonly [unknown, infer C, ...unknown[]]
      ? [Quotient<C, G>] extends [never]
        ? Mismatch<`groupNorm: ${G & number} groups do not divide axis 1 of ${Show<S>}`>
        : Ok<S>
      : Mismatch<`groupNorm: axis 1 is out of range for ${Show<S>}`>
export type PerChannel<S, U, What extends string> =
  Ranked<S> extends false
    ? Ok<U>
    : Ranked<U> extends false
      ? Ok<U>
      : U extends readonly [infer D]
        ? Agree<D, S[1 & keyof S]> extends true
          ? Ok<U>
          : Mismatch<`groupNorm: ${What} ${Show<U>} has not one entry per channel of ${Show<S>}`>
        : Mismatch<`groupNorm: ${What} ${Show<U>} has not one entry per channel of ${Show<S>}`>
/** `groupNorm(x, groups, { scale, bias, epsilon })` for x `[N, C, …]`. */
export type GroupNorm = <S, T extends Float, const G extends number, U = Shape, V = Shape>(
  x: Tensor<S, T>,
  groups: G & Guard<GroupsOf<S, G>>,
  options?: {
    readonly scale?: Tensor<U, NoInfer<T>> & Guard<PerChannel<S, U, "scale">>
    readonly bias?: Tensor<V, NoInfer<T>> & Guard<PerChannel<S, V, "bias">>
    readonly epsilon?: number
  },
) => Tensor<S, T>
