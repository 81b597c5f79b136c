import type { Guard, Result, Shape } from "../shape/types/dimension.ts"
import type { SliceShape, SliceStart, TakeAlongAxisShape, TakeShape } from "../shape/types/window.ts"
import type { Tensor } from "../types/tensor.ts"

export type Indices<S = Shape> = Tensor<S, "i32"> | Tensor<S, "u32">

/** `slice(x, start, end)`: one entry per axis; negative ones count from the end, no `end` means to the end. */
export type Slice = <
  S,
  T,
  const L extends readonly number[],
  const H extends readonly number[] | undefined = undefined,
>(
  x: Tensor<S, T>,
  start: L & Guard<SliceStart<S, L>>,
  end?: H & Guard<SliceShape<S, L, H>>,
) => Tensor<Result<SliceShape<S, L, H>>, T>

type Position<I> = I extends Tensor<infer S, infer _> ? S : I
/** `take(x, indices, { axis })`, by default on axis 0; a number drops the axis. */
export type Take = <S, T, const I extends number | Indices, const N extends number = 0>(
  x: Tensor<S, T>,
  indices: I & Guard<TakeShape<S, Position<I>, N>>,
  options?: { readonly axis?: N },
) => Tensor<Result<TakeShape<S, Position<I>, N>>, T>

/** `takeAlongAxis(x, indices, { axis })`: one index per place, by default on the last axis. */
export type TakeAlongAxis = <S, T, I, const N extends number = -1>(
  x: Tensor<S, T>,
  indices: Indices<I> & Guard<TakeAlongAxisShape<S, I, N>>,
  options?: { readonly axis?: N },
) => Tensor<Result<TakeAlongAxisShape<S, I, N>>, T>

/** `oneHot(labels, 10)`: a new last axis. */
export type OneHot = <S, const N extends number>(
  labels: Indices<S>,
  classes: N,
) => Tensor<S extends readonly unknown[] ? (number extends S["length"] ? Shape : readonly [...S, N]) : Shape, "f32">

/** `scatterAdd(x, indices, updates, { axis })`: updates have the shape that `take` would give, by default on axis 0. */
export type ScatterAdd = <S, T, const I extends Indices, U, const N extends number = 0>(
  x: Tensor<S, T>,
  indices: I,
  updates: Tensor<U, NoInfer<T>>,
  options?: { readonly axis?: N },
) => Tensor<S, T>
