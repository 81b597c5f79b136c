import type { Multiply, Quotient } from "./digits.ts"
import type { Box, Dim, Exact, Mismatch, Ok, Ranked, Show } from "./dimension.ts"

// Equal sizes cancel before anything is multiplied: that is what makes most reshapes cheap, and what lets sizes that are
// type parameters or labels take part. The common head goes first, by position, since a type parameter cannot be told
// apart from a literal it is not identical to.
type Cancel<A, B, Head extends readonly unknown[] = readonly []> = A extends readonly [infer H, ...infer AT]
  ? B extends readonly [infer G, ...infer BT]
    ? Exact<H> extends Exact<G>
      ? Cancel<AT, BT, readonly [...Head, H]>
      : readonly [Head, A, B]
    : readonly [Head, A, B]
  : readonly [Head, A, B]
type CancelRest<A, B, R extends readonly unknown[] = readonly []> = A extends readonly [infer H, ...infer T]
  ? Without<B, H> extends infer Left
    ? [Left] extends [never]
      ? CancelRest<T, B, readonly [...R, H]>
      : CancelRest<T, Left, R>
    : never
  : readonly [R, B]
type Without<S, X, R extends readonly unknown[] = readonly []> = S extends readonly [infer H, ...infer T]
  ? Exact<H> extends Exact<X>
    ? readonly [...R, ...T]
    : Without<T, X, readonly [...R, H]>
  : never

export type Product<S, P = 1> = S extends readonly [infer H, ...infer T] ? Product<T, Multiply<P, H>> : P
type Labelled<S> = Extract<S[number & keyof S], Dim<string>>
type Minus<S> = S extends readonly [infer H, ...infer T]
  ? H extends -1
    ? Minus<T>
    : readonly [H, ...Minus<T>]
  : readonly []
type Fill<S, Rest> = { readonly [K in keyof S]: S[K] extends -1 ? Rest : S[K] }
type Unknowns<S> = S extends readonly [infer H, ...infer T] ? (H extends -1 ? [0, ...Unknowns<T>] : Unknowns<T>) : []

/** The size -1 stands for: what is left of X when the known sizes Y are divided out; never where that is not whole. */
type Rest<X, Y> = Y extends readonly []
  ? X extends readonly [infer Only]
    ? Only
    : [Labelled<X>] extends [never]
      ? Product<X>
      : number
  : number extends (X | Y)[number & keyof (X | Y)]
    ? number
    : [Labelled<X>] extends [never]
      ? Quotient<Product<X>, Product<Y>>
      : number
type Filled<A, B, Head extends readonly unknown[], Tail, X, Y> = [Labelled<Y>] extends [never]
  ? Rest<X, Y> extends infer Size
    ? Box<Size> extends Box<never>
      ? Mismatch<`reshape: no size for -1 makes ${Show<B>} hold the elements of ${Show<A>}`>
      : Fill<Tail, Size> extends infer F extends readonly unknown[]
        ? Ok<readonly [...Head, ...F]>
        : never
    : never
  : Mismatch<`reshape: the named sizes of ${Show<A>} and ${Show<B>} differ`>

type Counts<A, B, X, Y> =
  Box<readonly [X, Y]> extends Box<readonly [readonly [], readonly []]>
    ? Ok<B>
    : number extends (X | Y)[number & keyof (X | Y)]
      ? Ok<B>
      : [Labelled<X> | Labelled<Y>] extends [never]
        ? Exact<Product<X>> extends Exact<Product<Y>>
          ? Ok<B>
          : Mismatch<`reshape: ${Show<A>} has ${Product<A> & number} elements, ${Show<B>} has ${Product<B> & number}`>
        : Mismatch<`reshape: the named sizes of ${Show<A>} and ${Show<B>} differ`>

/** X and Y are what follows the common head: the elements are there, the size asked for here. */
type Decide<A, B, Head extends readonly unknown[], X, Y> =
  Box<-1> extends Box<Y[number & keyof Y]>
    ? number extends Y[number & keyof Y]
      ? Ok<Fill<B, number>>
      : Unknowns<Y> extends [0]
        ? CancelRest<X, Minus<Y>> extends readonly [infer P, infer Q]
          ? Filled<A, B, Head, Y, P, Q>
          : never
        : Mismatch<`reshape: only one size may be -1, got ${Show<B>}`>
    : CancelRest<X, Y> extends readonly [infer P, infer Q]
      ? Counts<A, B, P, Q>
      : never

/** Ok where both shapes hold the same number of elements, with one -1 worked out. */
export type ReshapeShape<A, B> =
  Ranked<A> extends false
    ? Ranked<B> extends false
      ? Ok<B>
      : Ok<Fill<B, number>>
    : Ranked<B> extends false
      ? Ok<B>
      : Cancel<A, B> extends readonly [infer Head extends readonly unknown[], infer X, infer Y]
        ? Decide<A, B, Head, X, Y>
        : never
