import type { DType } from "../dtype.ts"
import type { StretchShape } from "../shape/types/broadcast.ts"
import type { Guard, Result } from "../shape/types/dimension.ts"
import type { AtShape, DynamicStart, SegmentShape, WindowShape } from "../shape/types/places.ts"
import type { Tensor, Value } from "../types/tensor.ts"
import type { Numeric } from "./arithmetic.ts"
import type { Indices } from "./indexing.ts"

/** One start per axis: numbers and i32 scalars, or one tensor of them. */
export type Starts = readonly (number | Indices<readonly []>)[] | Indices<readonly [number]>
/** `dynamicSlice(x, [i, 0], [1, 4])`: the sizes are the shape of the result. */
export type DynamicSlice = <S, T, const L extends Starts, const B extends number[]>(
  x: Tensor<S, T>,
  start: L & DynamicStart<S, L, "dynamicSlice">,
  sizes: readonly [...B] & Guard<WindowShape<S, B, "dynamicSlice", "sizes">>,
) => Tensor<Result<WindowShape<S, B, "dynamicSlice", "sizes">>, T>
/** `dynamicUpdateSlice(x, update, [i, 0])` */
export type DynamicUpdateSlice = <S, T, U, const L extends Starts>(
  x: Tensor<S, T>,
  update: Tensor<U, NoInfer<T>> & Guard<WindowShape<S, U, "dynamicUpdateSlice", "update">>,
  start: L & DynamicStart<S, L, "dynamicUpdateSlice">,
) => Tensor<S, T>

/** A position, a window `[start, end]`, or a tensor of positions. */
export type AtIndex = number | readonly [start: number, end?: number] | Indices
/** Puts what broadcasts to the named elements. */
export type AtPut<S, T, Z> = <U>(value: Value<T> | (Tensor<U, T> & Guard<StretchShape<U, Z, "at">>)) => Tensor<S, T>
/** The elements of an x (of shape S) that an index names (of shape Z). */
export interface At<S, T, Z> {
  readonly get: () => Tensor<Z, T>
  readonly set: AtPut<S, T, Z>
  readonly add: AtPut<S, T, Z>
  readonly multiply: AtPut<S, T, Z>
  readonly max: AtPut<S, T, Z>
  readonly min: AtPut<S, T, Z>
}
/** `at(x, 0, [1, 3]).set(v)` */
export type AtFn = <S, T extends Exclude<DType, "key">, const I extends readonly AtIndex[]>(
  x: Tensor<S, T>,
  ...index: I & Guard<AtShape<S, I>>
) => At<S, T, Result<AtShape<S, I>>>

interface Segments<K> {
  readonly segments: K
}
/** segmentSum, segmentMean …: axis 0 becomes the segments. */
export type Segment<Op extends string, D extends DType = Numeric> = <S, T extends D, I, const K extends number>(
  x: Tensor<S, T>,
  ids: Indices<I> & Guard<SegmentShape<S, I, K, Op>>,
  options: Segments<K>,
) => Tensor<Result<SegmentShape<S, I, K, Op>>, T>
