import type { Axis, Insert, Longer, SetAxes } from "./axes.ts"
import type { Add, Quotient } from "./digits.ts"
import type { Agree, Label, Mismatch, Ok, Ranked, Refine, Shape, Show } from "./dimension.ts"

type At<S, X> = S[X & keyof S]
/** First axis other than X on which two shapes of one rank differ. */
type Differs<A, B, X, C extends 0[] = []> = A extends readonly [infer H, ...infer AT]
  ? B extends readonly [infer G, ...infer BT]
    ? C["length"] extends X
      ? Differs<AT, BT, X, [...C, 0]>
      : Agree<H, G> extends true
        ? Differs<AT, BT, X, [...C, 0]>
        : Mismatch<`${Label<H>} against ${Label<G>} on axis ${C["length"]}`>
    : unknown
  : unknown

/** Refused where two shapes differ off the axis X, written N by the user. */
export type AgreeOffAxis<A, B, X, N, Op extends string> = A extends { readonly length: B["length" & keyof B] }
  ? Differs<A, B, X> extends Mismatch<infer M>
    ? Mismatch<`${Op} on axis ${N & number}: ${Show<A>} and ${Show<B>} do not fit (${M})`>
    : Ok<A>
  : Mismatch<`${Op}: ranks differ, ${Show<A>} and ${Show<B>}`>

type Joined<A, B, X> = {
  readonly [K in keyof A]: K extends `${X & (number | string)}` ? Add<A[K], At<B, K>> : Refine<A[K], At<B, K>>
}
type ConcatRest<A, O, X, N> = O extends readonly [infer B, ...infer T]
  ? Ranked<B> extends false
    ? Ok<Shape>
    : AgreeOffAxis<A, B, X, N, "concat"> extends Mismatch<infer M>
      ? Mismatch<M>
      : ConcatRest<Joined<A, B, X>, T, X, N>
  : Ok<A>
/** Sizes add up on one axis and agree on the others. */
export type ConcatShape<O, N> = O extends readonly [infer A, ...infer T]
  ? Ranked<A> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : [Axis<A, N>] extends [never]
        ? Mismatch<`concat: axis ${N & number} is out of range for ${Show<A>}`>
        : ConcatRest<A, T, Axis<A, N>, N>
  : O extends readonly []
    ? Mismatch<"concat: needs at least one tensor">
    : number extends N
      ? Ok<Shape>
      : Ranked<At<O, number>> extends false
        ? Ok<Shape>
        : Ok<SetAxes<At<O, number>, Axis<At<O, number>, N>, number>>

/** Whether two shapes of known rank may be one. */
export type Alike<A, B> = A extends readonly [infer H, ...infer AT]
  ? B extends readonly [infer G, ...infer BT]
    ? Agree<H, G> extends true
      ? Alike<AT, BT>
      : false
    : false
  : B extends readonly []
    ? true
    : false
type StackRest<A, O> = O extends readonly [infer B, ...infer T]
  ? Ranked<B> extends false
    ? StackRest<A, T>
    : Alike<A, B> extends false
      ? Mismatch<`stack: shapes differ, ${Show<A>} and ${Show<B>}`>
      : StackRest<{ readonly [K in keyof A]: Refine<A[K], At<B, K>> }, T>
  : Ok<A>
/** A new axis as long as the list; its position counts in the result. */
export type StackShape<O, N> = O extends readonly []
  ? Mismatch<"stack: needs at least one tensor">
  : number extends N
    ? Ok<Shape>
    : O extends readonly [infer A, ...infer T]
      ? Ranked<A> extends false
        ? Ok<Shape>
        : StackRest<A, T> extends infer R
          ? R extends Ok<infer S>
            ? [Axis<Longer<S>, N>] extends [never]
              ? Mismatch<`stack: axis ${N & number} is out of range for ${Show<S extends readonly unknown[] ? [...S, O["length"]] : S>}`>
              : Ok<Insert<S, Axis<Longer<S>, N>, O["length"]>>
            : R
          : never
      : Ranked<At<O, number>> extends false
        ? Ok<Shape>
        : Ok<Insert<At<O, number>, Axis<Longer<At<O, number>>, N>, number>>

/** The shape of each of several equal parts. */
export type SplitShape<S, Parts, N> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : [Axis<S, N>] extends [never]
        ? Mismatch<`split: axis ${N & number} is out of range for ${Show<S>}`>
        : [Quotient<At<S, Axis<S, N>>, Parts>] extends [never]
          ? Mismatch<`split: ${Parts & number} parts do not divide axis ${N & number} of ${Show<S>}`>
          : Ok<SetAxes<S, Axis<S, N>, Quotient<At<S, Axis<S, N>>, Parts>>>
