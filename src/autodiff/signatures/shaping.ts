import type { DType } from "../dtype.ts"
import type { CutSizes } from "../shape/types/arrange.ts"
import type { Axes, Axis, AxisArg, ExpandDimsShape, SetAxes, SqueezeShape } from "../shape/types/axes.ts"
import type { StretchShape } from "../shape/types/broadcast.ts"
import type { Dim, Guard, Ok, Out, Ranked, Result, Shape } from "../shape/types/dimension.ts"
import type { ConcatShape, SplitShape, StackShape } from "../shape/types/join.ts"
import type { ReshapeShape } from "../shape/types/reshape.ts"
import type { SwapAxesShape, TransposeShape } from "../shape/types/transpose.ts"
import type { PadShape } from "../shape/types/window.ts"
import type { AnyTensor, ShapesOf, Tensor } from "../types/tensor.ts"
import type { EinsumDType } from "./contraction.ts"

/** `reshape(x, [-1, 64])`: one size may be -1. */
export type Reshape = <S, T, const B extends number[]>(
  x: Tensor<S, T>,
  shape: readonly [...B] & Guard<ReshapeShape<S, B>>,
) => Tensor<Result<ReshapeShape<S, B>>, T>
/** One axis, row-major. */
export type Flatten = <S, T>(x: Tensor<S, T>) => Tensor<Result<ReshapeShape<S, [-1]>>, T>

/** `transpose(x, [2, 0, 1])`; without a permutation the axes are reversed. */
export type Transpose = <S, T, const P extends readonly number[] | undefined = undefined>(
  x: Tensor<S, T>,
  permutation?: P & Guard<TransposeShape<S, P>>,
) => Tensor<Result<TransposeShape<S, P>>, T>
export type SwapAxes = <S, T, const A extends number, const B extends number>(
  x: Tensor<S, T>,
  first: A,
  second: B & Guard<SwapAxesShape<S, A, B>>,
) => Tensor<Result<SwapAxesShape<S, A, B>>, T>
/** `flip(x, { axis })`; without an axis, all of them. */
export type Flip = <S, T, const N extends AxisArg = undefined>(
  x: Tensor<S, T>,
  options?: { readonly axis?: N & Guard<Axes<S, N, "flip">> },
) => Tensor<S, T>

/** `broadcastTo(x, [32, 10])` */
export type BroadcastTo = <S, T, const B extends number[]>(
  x: Tensor<S, T>,
  shape: readonly [...B] & Guard<StretchShape<S, B, "broadcastTo">>,
) => Tensor<B, T>
/** `expandDims(x, { axis })`: a new axis of size 1 at this position of the result. */
export type ExpandDims = <S, T, const N extends number>(
  x: Tensor<S, T>,
  options: { readonly axis: N & Guard<ExpandDimsShape<S, N>> },
) => Tensor<Result<ExpandDimsShape<S, N>>, T>
/** `squeeze(x, { axis })`: drops axes of size 1, by default all of them. */
export type Squeeze = <S, T, const N extends AxisArg = undefined>(
  x: Tensor<S, T>,
  options?: { readonly axis?: N & Guard<SqueezeShape<S, N>> },
) => Tensor<Result<SqueezeShape<S, N>>, T>

/** `pad(x, [[lo, hi], …], { value })` */
export type Pad = <
  S,
  T extends Exclude<DType, "key">,
  const W extends readonly (readonly [low: number, high: number])[],
>(
  x: Tensor<S, T>,
  padding: W & Guard<PadShape<S, W>>,
  options?: { readonly value?: number },
) => Tensor<Result<PadShape<S, W>>, T>

/** `concat([a, b], { axis })`, by default on axis 0. */
export type Concat = <const O extends readonly AnyTensor[], const N extends number = 0>(
  tensors: O & Guard<ConcatShape<ShapesOf<O>, N>> & Guard<EinsumDType<O>>,
  options?: { readonly axis?: N },
) => Tensor<Result<ConcatShape<ShapesOf<O>, N>>, Out<EinsumDType<O>>>
/** `stack([a, b], { axis })`: a new axis, by default the first. */
export type Stack = <const O extends readonly AnyTensor[], const N extends number = 0>(
  tensors: O & Guard<StackShape<ShapesOf<O>, N>> & Guard<EinsumDType<O>>,
  options?: { readonly axis?: N },
) => Tensor<Result<StackShape<ShapesOf<O>, N>>, Out<EinsumDType<O>>>

/** N times the same type, as a tuple; a plain array where N is not literal. */
export type Repeat<X, N, R extends readonly X[] = readonly []> = number extends N
  ? readonly X[]
  : R["length"] extends N
    ? R
    : Repeat<X, N, readonly [...R, X]>
/** What `split` cuts: equal parts by their number, or the parts between cuts that rise. */
export type SplitRule<S, P, N> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : P extends number
        ? SplitShape<S, P, N>
        : CutSizes<S, P, N>
type CutParts<S, T, P, N> =
  Ranked<S> extends false
    ? { readonly [K in keyof P]: Tensor<Shape, T> } extends infer R extends readonly unknown[]
      ? readonly [...R, Tensor<Shape, T>]
      : never
    : number extends N
      ? CutParts<Shape, T, P, 0>
      : CutSizes<S, P, N> extends Ok<infer Z>
        ? { readonly [K in keyof Z]: Tensor<SetAxes<S, Axis<S, N>, Z[K]>, T> }
        : readonly Tensor<Shape, T>[]
export type SplitParts<S, T, P, N> = P extends number
  ? Repeat<Tensor<Result<SplitShape<S, P, N>>, T>, P>
  : Ranked<P> extends false
    ? readonly Tensor<Shape, T>[]
    : CutParts<S, T, P, N>
/** `split(x, 3, { axis })`: equal parts, `split(x, [2, 5])`: cut before 2 and before 5; a tuple, by default on axis 0. */
export type Split = <S, T, const P extends number | readonly number[], const N extends number = 0>(
  x: Tensor<S, T>,
  parts: P & Guard<SplitRule<S, P, N>>,
  options?: { readonly axis?: N },
) => SplitParts<S, T, P, N>

/** `expectShape(x, [128, 784])`: the one way from unknown to known; throws where it is not so. */
export type ExpectShape = <T, const B extends number[]>(x: Tensor<Shape, T>, shape: readonly [...B]) => Tensor<B, T>
/** `const batch = dim("batch", 32)`: the number 32, with a name that shapes carry. */
export type DimFn = <const N extends string>(name: N, size: number) => Dim<N>
