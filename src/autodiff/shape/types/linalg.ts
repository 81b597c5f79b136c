import type { Axis, DropAxes } from "./axes.ts"
import type { BroadcastShape } from "./broadcast.ts"
import type { Literals, Multiply, Subtract } from "./digits.ts"
import type { Agree, Exact, Mismatch, Ok, Ranked, Shape, Show } from "./dimension.ts"

/** What a rule makes of the axes before a matrix, its rows and its columns: one record per answer, so that they are named once. */
interface Split<B, M, N> {
  readonly batch: B
  readonly rows: M
  readonly columns: N
}
type Matrices<S, Op extends string> = S extends readonly [...infer B, infer M, infer N]
  ? Split<B, M, N>
  : Mismatch<`${Op}: takes matrices, at least two axes, got ${Show<S>}`>
export type MatricesShape<S, Op extends string> =
  Ranked<S> extends false ? Ok<S> : Matrices<S, Op> extends Mismatch<infer W> ? Mismatch<W> : Ok<S>

type Square<S, Op extends string> =
  Matrices<S, Op> extends infer R
    ? R extends Split<infer B, infer M, infer N>
      ? Agree<M, N> extends true
        ? Split<B, M, N>
        : Mismatch<`${Op}: takes square matrices, got ${Show<S>}`>
      : R
    : never
export type SquareShape<S, Op extends string> =
  Ranked<S> extends false ? Ok<S> : Square<S, Op> extends Mismatch<infer W> ? Mismatch<W> : Ok<S>
/** One number for each matrix. */
export type PerSquare<S, Op extends string> =
  Ranked<S> extends false
    ? Ok<Shape>
    : Square<S, Op> extends infer R
      ? R extends Split<infer B, infer _, infer _N>
        ? Ok<B>
        : R
      : never
/** A row of n numbers for each square matrix. */
export type RowPerSquare<S, Op extends string> =
  Ranked<S> extends false
    ? Ok<Shape>
    : Square<S, Op> extends infer R
      ? R extends Split<infer B extends readonly unknown[], infer M, infer _>
        ? Ok<readonly [...B, M]>
        : R
      : never

type Min<M, N> =
  Exact<M> extends Exact<N> ? M : Literals<M, N> extends true ? ([Subtract<M, N>] extends [never] ? M : N) : number
/** Which sizes of a matrix a result has: rows, columns, or the smaller of both. */
type Size<D, M, N> = D extends "rows" ? M : D extends "columns" ? N : Min<M, N>
type Sizes<D, M, N> = { readonly [K in keyof D]: Size<D[K], M, N> }
/** A result for each matrix, of the sizes named. */
export type PerMatrix<S, D extends readonly ("rows" | "columns" | "smaller")[], Op extends string> =
  Ranked<S> extends false
    ? Ok<Shape>
    : Matrices<S, Op> extends infer R
      ? R extends Split<infer B extends readonly unknown[], infer M, infer N>
        ? Sizes<D, M, N> extends infer E extends readonly unknown[]
          ? Ok<readonly [...B, ...E]>
          : never
        : R
      : never

type Solved<B, Rest extends readonly unknown[]> =
  B extends Ok<infer R extends readonly unknown[]> ? Ok<readonly [...R, ...Rest]> : B
type SystemOf<R, A, U, Of extends "x" | "columns", Op extends string> =
  R extends Split<infer AB, infer M, infer N>
    ? U extends readonly [infer K]
      ? Agree<M, K> extends true
        ? Solved<Ok<AB>, Of extends "x" ? [N] : []>
        : Mismatch<`${Op}: a right-hand side of ${Show<U>} does not fit ${Show<A>}`>
      : U extends readonly [...infer UB, infer K, infer C]
        ? Agree<M, K> extends true
          ? Solved<BroadcastShape<AB, UB, Op>, Of extends "x" ? [N, C] : [C]>
          : Mismatch<`${Op}: a right-hand side of ${Show<U>} does not fit ${Show<A>}`>
        : Mismatch<`${Op}: a right-hand side of ${Show<U>} does not fit ${Show<A>}`>
    : R
/** x of A x = b: b is a vector, or columns of them; leading axes broadcast. */
export type SolveShape<A, U, Op extends string> =
  Ranked<A> extends false ? Ok<Shape> : Ranked<U> extends false ? Ok<Shape> : SystemOf<Square<A, Op>, A, U, "x", Op>
/** The same for matrices that need not be square; `columns`: one number for each vector of b. */
export type LeastShape<A, U, Of extends "x" | "columns", Op extends string> =
  Ranked<A> extends false ? Ok<Shape> : Ranked<U> extends false ? Ok<Shape> : SystemOf<Matrices<A, Op>, A, U, Of, Op>

/** Sizes multiply, counted from the last axis. */
type Products<A, B, R extends readonly unknown[] = readonly []> = A extends readonly [...infer AI, infer AL]
  ? B extends readonly [...infer BI, infer BL]
    ? Products<AI, BI, readonly [Multiply<AL, BL>, ...R]>
    : readonly [...A, ...R]
  : B extends readonly unknown[]
    ? readonly [...B, ...R]
    : never
export type KronShape<A, B> =
  Ranked<A> extends false ? Shape : Ranked<B> extends false ? Shape : Products<A, B> extends infer R ? R : never

type AxisSize<S, N> = S[Axis<S, N> & keyof S]
type Three<S, N, Op extends string> =
  Ranked<S> extends false
    ? true
    : [Axis<S, N>] extends [never]
      ? Mismatch<`${Op}: axis ${N & number} is out of range for ${Show<S>}`>
      : Agree<AxisSize<S, N>, 3> extends true
        ? true
        : Mismatch<`${Op}: takes vectors of 3 on axis ${N & number}, got ${Show<S>}`>
/** Vectors of three on one axis; the others broadcast. */
export type CrossShape<A, B, N> = number extends N
  ? Ok<Shape>
  : Three<A, N, "cross"> extends Mismatch<infer W>
    ? Mismatch<W>
    : Three<B, N, "cross"> extends Mismatch<infer W>
      ? Mismatch<W>
      : BroadcastShape<A, B, "cross">

type Parts<A, B, N extends number, Taken extends readonly unknown[] = readonly []> = Taken["length"] extends N
  ? Ok<readonly [A, Taken, B]>
  : A extends readonly [...infer AI, infer AL]
    ? Parts<AI, B, N, readonly [AL, ...Taken]>
    : never
type Heads<B, N extends number, Taken extends readonly unknown[] = readonly []> = Taken["length"] extends N
  ? readonly [Taken, B]
  : B extends readonly [infer H, ...infer T]
    ? Heads<T, N, readonly [...Taken, H]>
    : never
type Fit<X, Y> = X extends readonly [infer H, ...infer T]
  ? Y extends readonly [infer G, ...infer U]
    ? Agree<H, G> extends true
      ? Fit<T, U>
      : false
    : false
  : true
type Counted<A, B, N extends number> = [Parts<A, B, N>] extends [never]
  ? Mismatch<`tensordot: the summed axes of ${Show<A>} and ${Show<B>} differ`>
  : [Heads<B, N>] extends [never]
    ? Mismatch<`tensordot: the summed axes of ${Show<A>} and ${Show<B>} differ`>
    : Parts<A, B, N> extends Ok<readonly [infer AI extends readonly unknown[], infer X, unknown]>
      ? Heads<B, N> extends readonly [infer Y, infer BT extends readonly unknown[]]
        ? Fit<X, Y> extends true
          ? Ok<readonly [...AI, ...BT]>
          : Mismatch<`tensordot: the summed axes of ${Show<A>} and ${Show<B>} differ`>
        : never
      : never
type Picked<S, N> = N extends readonly [infer H, ...infer T] ? readonly [AxisSize<S, H>, ...Picked<S, T>] : readonly []
type AllAxes<S, N> = N extends readonly [infer H, ...infer T] ? Axis<S, H> | AllAxes<S, T> : never
/** `axes`: how many, the last ones of a and the first of b; or which, of each. */
export type TensordotShape<A, B, N> =
  Ranked<A> extends false
    ? Ok<Shape>
    : Ranked<B> extends false
      ? Ok<Shape>
      : N extends number
        ? number extends N
          ? Ok<Shape>
          : Counted<A, B, N>
        : N extends readonly [infer X extends readonly number[], infer Y extends readonly number[]]
          ? number extends X["length"] | Y["length"]
            ? Ok<Shape>
            : Fit<Picked<A, X>, Picked<B, Y>> extends true
              ? DropAxes<A, AllAxes<A, X>> extends infer P extends readonly unknown[]
                ? DropAxes<B, AllAxes<B, Y>> extends infer Q extends readonly unknown[]
                  ? Ok<readonly [...P, ...Q]>
                  : never
                : never
              : Mismatch<`tensordot: the summed axes of ${Show<A>} and ${Show<B>} differ`>
          : Ok<Shape>

/** Last axes are summed; what is before them stays, a's first. */
export type InnerShape<A, B> =
  Ranked<A> extends false
    ? Ok<Shape>
    : Ranked<B> extends false
      ? Ok<Shape>
      : A extends readonly [...infer AI, infer K]
        ? B extends readonly [...infer BI, infer L]
          ? Agree<K, L> extends true
            ? Ok<readonly [...AI, ...BI]>
            : Mismatch<`inner: last axes differ, ${Show<A>} and ${Show<B>}`>
          : Mismatch<`inner: last axes differ, ${Show<A>} and ${Show<B>}`>
        : Mismatch<`inner: last axes differ, ${Show<A>} and ${Show<B>}`>
