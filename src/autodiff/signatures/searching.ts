import type { Float } from "../dtype.ts"
import type { BroadcastShape } from "../shape/types/broadcast.ts"
import type { Add } from "../shape/types/digits.ts"
import type { Guard, Mismatch, Ok, Out, Ranked, Result, Shape, Show } from "../shape/types/dimension.ts"
import type { AnyTensor, Operand, ShapeOf, ShapesOf, Tensor } from "../types/tensor.ts"
import type { BinaryDType, Numeric } from "./arithmetic.ts"
import type { EinsumDType } from "./contraction.ts"
import type { Indices } from "./indexing.ts"

/** Refused where there is other than one axis. */
export type Vector<S, Op extends string> =
  Ranked<S> extends false
    ? unknown
    : S extends readonly [unknown]
      ? unknown
      : Mismatch<`${Op}: takes tensors of one axis, got ${Show<S>}`>
type NumericOperand = Tensor<Shape, Numeric> | number

/** `searchSorted(sorted, x, { side })`: i32 in x's shape. */
export type SearchSorted = <S, T extends Numeric, const B extends NumericOperand>(
  sorted: Tensor<S, T> & Vector<S, "searchSorted">,
  x: B & Guard<BinaryDType<Tensor<S, T>, B, "searchSorted">>,
  options?: { readonly side?: "left" | "right" },
) => Tensor<ShapeOf<B>, "i32">
/** `digitize(x, edges, { right })` */
export type Digitize = <S, T extends Numeric, U>(
  x: Tensor<S, T>,
  edges: Tensor<U, NoInfer<T>> & Vector<U, "digitize">,
  options?: { readonly right?: boolean },
) => Tensor<S, "i32">
/** `isIn(x, values)` */
export type IsIn = <S, T extends Numeric>(x: Tensor<S, T>, values: Tensor<Shape, NoInfer<T>>) => Tensor<S, "bool">
/** `interp(x, xp, fp, { left, right })` */
export type Interp = <A extends Tensor<Shape, Float> | number, T extends Float, P, F>(
  x: A,
  xp: Tensor<P, T> & Vector<P, "interp">,
  fp: Tensor<F, NoInfer<T>> & Vector<F, "interp">,
  options?: { readonly left?: number; readonly right?: number },
) => Tensor<ShapeOf<A>, Out<BinaryDType<A, Tensor<P, T>, "interp">>>

/** `bincount(x, { length, weights })` */
export type Bincount = <S, const N extends number, W extends Numeric = "i32">(
  x: Indices<S>,
  options: { readonly length: N; readonly weights?: Tensor<S, W> },
) => Tensor<readonly [N], NoInfer<W>>
/** `histogram(x, { bins, range, weights })` */
export type Histogram = <S, T extends Float, const N extends number = 10, W extends Numeric = "i32">(
  x: Tensor<S, T>,
  options?: {
    readonly bins?: N
    readonly range?: readonly [low: number, high: number]
    readonly weights?: Tensor<S, W>
  },
) => { readonly counts: Tensor<readonly [N], NoInfer<W>>; readonly edges: Tensor<readonly [Add<N, 1>], T> }

interface Bound<K> {
  readonly size: K
  readonly fill?: number
}
/** `unique(x, { size, fill })` */
export type Unique = <S, T extends Numeric, const K extends number>(
  x: Tensor<S, T>,
  options: Bound<K>,
) => {
  readonly values: Tensor<readonly [K], T>
  readonly indices: Tensor<readonly [K], "i32">
  readonly inverse: Tensor<S, "i32">
  readonly counts: Tensor<readonly [K], "i32">
  readonly found: Tensor<readonly [], "i32">
}
/** `nonzero(x, { size, fill })`: one tensor per axis. */
export type Nonzero = <S, const K extends number>(
  x: Tensor<S, Numeric | "bool">,
  options: Bound<K>,
) => Ranked<S> extends false
  ? readonly Tensor<readonly [K], "i32">[]
  : { readonly [D in keyof S]: Tensor<readonly [K], "i32"> }
/** `argWhere(x, { size, fill })` */
export type ArgWhere = <S, const K extends number>(
  x: Tensor<S, Numeric | "bool">,
  options: Bound<K>,
) => Tensor<readonly [K, S["length" & keyof S] & number], "i32">

type Together<O, R = Ok<readonly []>> = O extends readonly [infer H, ...infer T]
  ? R extends Ok<infer S>
    ? Together<T, BroadcastShape<S, H, "select">>
    : R
  : O extends readonly []
    ? R
    : Ok<Shape>
type Both<A, B> = A extends Ok<infer S> ? (B extends Ok<infer U> ? BroadcastShape<S, U, "select"> : B) : A
type SelectShape<C, V, D> = Both<Both<Together<ShapesOf<C>>, Together<ShapesOf<V>>>, Ok<ShapeOf<D>>>
type SelectDType<V, D> =
  EinsumDType<V> extends Ok<infer T> ? BinaryDType<Tensor<readonly [], T>, D, "select"> : EinsumDType<V>
/** `select([c1, c2], [a, b], otherwise)` */
export type Select = <
  const C extends readonly Tensor<Shape, "bool">[],
  const V extends readonly AnyTensor[],
  D extends Operand = number,
>(
  conditions: C,
  choices: V & Guard<SelectShape<C, V, D>> & Guard<SelectDType<V, D>>,
  otherwise?: D,
) => Tensor<Result<SelectShape<C, V, D>>, Out<SelectDType<V, D>>>
