import type { DType } from "../dtype.ts"
import type {
  DiagonalShape,
  DiagShape,
  GridShape,
  Matrices,
  MoveAxisShape,
  RepeatShape,
  Rot90Shape,
  TileShape,
  TraceShape,
} from "../shape/types/arrange.ts"
import type { Axes, AxisArg } from "../shape/types/axes.ts"
import type { Guard, Ranked, Result, Shape } from "../shape/types/dimension.ts"
import type { AnyTensor, ShapesOf, Tensor } from "../types/tensor.ts"
import type { Numeric } from "./arithmetic.ts"
import type { DTypeOption } from "./creation.ts"
import type { Indices } from "./indexing.ts"

/** `roll(x, 1, { axis })`; without an axis the flattened elements roll. */
export type Roll = <S, T, const N extends AxisArg = undefined>(
  x: Tensor<S, T>,
  shift: number | readonly number[],
  options?: { readonly axis?: N & Guard<Axes<S, N, "roll">> },
) => Tensor<S, T>
/** `tril(x, { k })`, `triu(x, { k })`: of the last two axes. */
export type Triangle<Op extends string> = <S, T extends Exclude<DType, "key">>(
  x: Tensor<S, T> & Guard<Matrices<S, Op>>,
  options?: { readonly k?: number },
) => Tensor<S, T>
/** `tri(3)`, `tri(3, { columns, k, dtype })` */
export type Tri = <const N extends number, const M extends number = N, T extends Exclude<DType, "key"> = "f32">(
  size: N,
  options?: DTypeOption<T> & { readonly columns?: M; readonly k?: number },
) => Tensor<readonly [N, M], NoInfer<T>>

/** `diag(x, { k })`: a vector becomes a matrix, a matrix its diagonal. */
export type Diag = <S, T extends Numeric, const K extends number = 0>(
  x: Tensor<S, T> & Guard<DiagShape<S, K>>,
  options?: { readonly k?: K },
) => Tensor<Result<DiagShape<S, K>>, T>
interface DiagonalOptions<K, A, B> {
  readonly offset?: K
  readonly axis1?: A
  readonly axis2?: B
}
/** `diagonal(x, { offset, axis1, axis2 })`: the diagonal of two axes, by default the first two, as a last axis. */
export type Diagonal = <
  S,
  T extends Numeric,
  const K extends number = 0,
  const A extends number = 0,
  const B extends number = 1,
>(
  x: Tensor<S, T> & Guard<DiagonalShape<S, K, A, B, "diagonal">>,
  options?: DiagonalOptions<K, A, B>,
) => Tensor<Result<DiagonalShape<S, K, A, B, "diagonal">>, T>
/** `trace(x, { offset, axis1, axis2 })` */
export type Trace = <S, T extends Numeric, const A extends number = 0, const B extends number = 1>(
  x: Tensor<S, T> & Guard<TraceShape<S, A, B>>,
  options?: DiagonalOptions<number, A, B>,
) => Tensor<Result<TraceShape<S, A, B>>, T>

/** `repeat(x, 3, { axis })`: each element; without an axis of the flattened tensor. */
export type Repeated = <S, T, const C extends number, const N extends number | undefined = undefined>(
  x: Tensor<S, T>,
  count: C & Guard<RepeatShape<S, C, N>>,
  options?: { readonly axis?: N },
) => Tensor<Result<RepeatShape<S, C, N>>, T>
/** `tile(x, [2, 3])`: the whole. */
export type Tile = <S, T, const R extends number | readonly number[]>(
  x: Tensor<S, T>,
  reps: R,
) => Tensor<TileShape<S, R>, T>
/** `moveAxis(x, 0, -1)` */
export type MoveAxis = <S, T, const A extends number, const B extends number>(
  x: Tensor<S, T>,
  from: A,
  to: B & Guard<MoveAxisShape<S, A, B>>,
) => Tensor<Result<MoveAxisShape<S, A, B>>, T>
/** `rot90(x, k, { axes })`: by right angles. */
export type Rot90 = <
  S,
  T,
  const K extends number = 1,
  const P extends readonly [first: number, second: number] = readonly [0, 1],
>(
  x: Tensor<S, T> & Guard<Rot90Shape<S, K, P>>,
  k?: K,
  options?: { readonly axes?: P },
) => Tensor<Result<Rot90Shape<S, K, P>>, T>

type Grids<O, D> = { readonly [K in keyof O]: O[K] extends Tensor<infer _, infer T> ? Tensor<D, T> : never }
/** `meshgrid([x, y], { indexing })`: a tuple of tensors of one shape. */
export type Meshgrid = <const O extends readonly AnyTensor[], const I extends "xy" | "ij" = "xy">(
  coordinates: O & Guard<GridShape<ShapesOf<O>, I>>,
  options?: { readonly indexing?: I },
) => Grids<O, Result<GridShape<ShapesOf<O>, I>>>
/** `indices([2, 3])`: `[2, 2, 3]`. */
export type GridIndices = <const S extends number[]>(
  shape: readonly [...S],
) => Tensor<Ranked<S> extends false ? Shape : readonly [S["length"], ...S], "i32">
/** `unravelIndex(flat, [2, 3])`: a tuple with one tensor per axis. */
export type UnravelIndex = <I, const S extends number[]>(
  flat: Indices<I>,
  shape: readonly [...S],
) => { readonly [K in keyof S]: Tensor<I, "i32"> }
/** `ravelMultiIndex([row, column], [2, 3])`: tensors of one shape, one per axis. */
export type RavelMultiIndex = <I, const S extends number[]>(
  coordinates: { readonly [K in keyof S]: Indices<I> },
  shape: readonly [...S],
) => Tensor<I, "i32">

/** `logspace(0, 3, 4, { base })`: both ends included. */
export type Logspace = <const N extends number>(
  start: number,
  stop: number,
  count: N,
  options?: { readonly base?: number },
) => Tensor<readonly [N], "f32">
/** `geomspace(1, 8, 4)`: both ends included. */
export type Geomspace = <const N extends number>(start: number, stop: number, count: N) => Tensor<readonly [N], "f32">
/** `fullLike(x, 7, { dtype })` */
export type FullLike = <S, T extends Exclude<DType, "key">, V extends Exclude<DType, "key"> = T>(
  x: Tensor<S, T>,
  value: number | boolean,
  options?: DTypeOption<V>,
) => Tensor<S, NoInfer<V>>
