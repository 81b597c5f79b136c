import type { Axis, DropAxes, Insert, SetAxes } from "./axes.ts"
import type { Add, Literals, Multiply, Subtract } from "./digits.ts"
import type { Exact, Mismatch, Ok, Ranked, Shape, Show } from "./dimension.ts"
import type { ReshapeShape } from "./reshape.ts"

type At<S, X> = S[X & keyof S]

/** Refused where there are no rows and columns. */
export type Matrices<S, Op extends string> =
  Ranked<S> extends false
    ? Ok<S>
    : S extends readonly [unknown, unknown, ...unknown[]]
      ? Ok<S>
      : S extends readonly [unknown] | readonly []
        ? Mismatch<`${Op}: needs at least two axes, got ${Show<S>}`>
        : Ok<S>

type Least<A, B> =
  Exact<A> extends Exact<B> ? A : Literals<A, B> extends true ? ([Subtract<B, A>] extends [never] ? B : A) : number
type Less<A, B> = [Subtract<A, B>] extends [never] ? 0 : Subtract<A, B>
/** How long the diagonal K places above the main one is. */
export type DiagonalSize<Rows, Columns, K> = K extends 0
  ? Least<Rows, Columns>
  : number extends K
    ? number
    : `${K & number}` extends `-${infer P extends number}`
      ? Least<Less<Rows, P>, Columns>
      : Least<Rows, Less<Columns, K>>

/** Two axes that exist and differ, as a union; otherwise why not. */
export type TwoAxes<S, A, B, Op extends string> = [Axis<S, A>] extends [never]
  ? Mismatch<`${Op}: axis ${A & number} is out of range for ${Show<S>}`>
  : [Axis<S, B>] extends [never]
    ? Mismatch<`${Op}: axis ${B & number} is out of range for ${Show<S>}`>
    : Axis<S, A> extends Axis<S, B>
      ? Mismatch<`${Op}: axes ${A & number} and ${B & number} of ${Show<S>} are one`>
      : Ok<S>
type Appended<S, N> = S extends readonly unknown[] ? readonly [...S, N] : Shape
/** Two axes dropped, their diagonal last. */
export type DiagonalShape<S, K, A, B, Op extends string> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends A | B
      ? Ok<Shape>
      : TwoAxes<S, A, B, Op> extends Mismatch<infer M>
        ? Mismatch<M>
        : Ok<Appended<DropAxes<S, Axis<S, A> | Axis<S, B>>, DiagonalSize<At<S, Axis<S, A>>, At<S, Axis<S, B>>, K>>>
/** The same, summed. */
export type TraceShape<S, A, B> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends A | B
      ? Ok<Shape>
      : TwoAxes<S, A, B, "trace"> extends Mismatch<infer M>
        ? Mismatch<M>
        : Ok<DropAxes<S, Axis<S, A> | Axis<S, B>>>
type Plus<N, K> = K extends 0 ? N : number extends K ? number : number extends N ? number : Longer<N, K>
type Longer<N, K> = `${K & number}` extends `-${infer P extends number}` ? Add<N, P> : Add<N, K>
/** A vector on a diagonal, or the diagonal of a matrix. */
export type DiagShape<S, K> =
  Ranked<S> extends false
    ? Ok<Shape>
    : S extends readonly [infer N]
      ? Ok<readonly [Plus<N, K>, Plus<N, K>]>
      : S extends readonly [infer N, infer M]
        ? Ok<readonly [DiagonalSize<N, M, K>]>
        : Mismatch<`diag: takes one or two axes, got ${Show<S>}`>

/** Each element N times along an axis, or along the only one of the flattened tensor. */
export type RepeatShape<S, C, N> = N extends undefined
  ? ReshapeShape<S, [-1]> extends Ok<readonly [infer All]>
    ? Ok<readonly [Multiply<All, C>]>
    : Ok<readonly [number]>
  : Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : [Axis<S, N>] extends [never]
        ? Mismatch<`repeat: axis ${N & number} is out of range for ${Show<S>}`>
        : Ok<SetAxes<S, Axis<S, N>, Multiply<At<S, Axis<S, N>>, C>>>

type Tiled<S, R> = S extends readonly [...infer SI, infer SL]
  ? R extends readonly [...infer RI, infer RL]
    ? readonly [...Tiled<SI, RI>, Multiply<SL, RL>]
    : S
  : R extends readonly unknown[]
    ? R
    : readonly []
/** The whole several times, sizes counted from the last axis. */
export type TileShape<S, R> =
  Ranked<S> extends false
    ? Shape
    : R extends number
      ? Tiled<S, readonly [R]>
      : Ranked<R> extends false
        ? Shape
        : Tiled<S, R>

/** One axis moved to another place. */
export type MoveAxisShape<S, A, B> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends A | B
      ? Ok<Shape>
      : [Axis<S, A>] extends [never]
        ? Mismatch<`moveAxis: axis ${A & number} is out of range for ${Show<S>}`>
        : [Axis<S, B>] extends [never]
          ? Mismatch<`moveAxis: axis ${B & number} is out of range for ${Show<S>}`>
          : Ok<Insert<DropAxes<S, Axis<S, A>>, Axis<S, B>, At<S, Axis<S, A>>>>

type Even = 0 | 2 | 4 | 6 | 8
type Turned<S, X, Y> = {
  readonly [K in keyof S]: K extends `${X & number}` ? At<S, Y> : K extends `${Y & number}` ? At<S, X> : S[K]
}
type Quarter<S, K, X, Y> =
  Exact<At<S, X>> extends Exact<At<S, Y>>
    ? S
    : number extends K
      ? SetAxes<S, X | Y, number>
      : `${K & number}` extends `${string}${Even}`
        ? S
        : Turned<S, X, Y>
/** An odd number of right angles exchanges two sizes. */
export type Rot90Shape<S, K, P> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends At<P, 0> | At<P, 1>
      ? Ok<Shape>
      : TwoAxes<S, At<P, 0>, At<P, 1>, "rot90"> extends Mismatch<infer M>
        ? Mismatch<M>
        : Ok<Quarter<S, K, Axis<S, At<P, 0>>, Axis<S, At<P, 1>>>>

type NotVector<O> = O extends readonly [infer H, ...infer T]
  ? Ranked<H> extends false
    ? NotVector<T>
    : H extends readonly [unknown]
      ? NotVector<T>
      : H
  : never
type Sizes<O> = { readonly [K in keyof O]: number extends At<O[K], "length"> ? number : At<O[K], 0> }
type Crossed<D> = D extends readonly [infer A, infer B, ...infer T] ? readonly [B, A, ...T] : D
/** The grid of some coordinates; "xy" exchanges the first two axes. */
export type GridShape<O, I> =
  Ranked<O> extends false
    ? Ok<Shape>
    : [NotVector<O>] extends [never]
      ? I extends "ij"
        ? Ok<Sizes<O>>
        : I extends "xy"
          ? Ok<Crossed<Sizes<O>>>
          : Ok<Shape>
      : Mismatch<`meshgrid: takes tensors of one axis, got ${Show<NotVector<O>>}`>

type Lengths<P, Size, Before = 0> = P extends readonly [infer H, ...infer T]
  ? [Subtract<H, Before>] extends [never]
    ? never
    : [Subtract<Size, H>] extends [never]
      ? never
      : Lengths<T, Size, H> extends infer R extends readonly unknown[]
        ? readonly [Subtract<H, Before>, ...R]
        : never
  : readonly [Subtract<Size, Before>]
/** The sizes between cuts that rise. */
export type CutSizes<S, P, N> = [Axis<S, N>] extends [never]
  ? Mismatch<`split: axis ${N & number} is out of range for ${Show<S>}`>
  : [Lengths<P, At<S, Axis<S, N>>>] extends [never]
    ? Mismatch<`split: cuts ${Show<P>} do not rise within axis ${N & number} of ${Show<S>}`>
    : Ok<Lengths<P, At<S, Axis<S, N>>>>
