import type { Axis, Splice } from "./axes.ts"
import type { Add, Literal, Literals, Subtract } from "./digits.ts"
import type { Exact, Mismatch, Ok, Out, Ranked, Shape, Show } from "./dimension.ts"
import type { AgreeOffAxis } from "./join.ts"

type At<S, X> = S[X & keyof S]

// ---- slice -----------------------------------------------------------------------------------------------------

/** A position counted from the start; never before it. */
type Place<N, Size> = `${N & number}` extends `-${infer P extends number}` ? Subtract<Size, P> : N
/** High - low inside a size; false where that is no range. */
type Range<Size, Low, High> = [Low] extends [never]
  ? false
  : [High] extends [never]
    ? false
    : Literal<Size> extends true
      ? [Subtract<Size, High>] extends [never]
        ? false
        : Length<Low, High>
      : Length<Low, High>
type Length<Low, High> = [Subtract<High, Low>] extends [never] ? false : Ok<Subtract<High, Low>>
// Wrapped, so that a size that is a type parameter can be told from false at once.
export type Part<Size, Low, High> =
  Exact<readonly [Low, High]> extends Exact<readonly [0, Size]>
    ? Ok<Size>
    : Literals<Low, High> extends true
      ? Range<Size, Place<Low, Size>, Place<High, Size>>
      : Ok<number>
type Parts<S, Low, High> = { readonly [K in keyof S]: Part<S[K], At<Low, K>, At<High, K>> }
type Empty<P> = { [K in keyof P & `${number}`]: P[K] extends false ? K : never }[keyof P & `${number}`]
type Sliced<S, Low, High, P> = [Empty<P>] extends [never]
  ? Ok<{ readonly [K in keyof P]: Out<P[K]> }>
  : Empty<P> extends infer K extends string
    ? Mismatch<`slice: ${At<Low, K> & number} to ${At<High, K> & number} is no range on axis ${K} of ${Show<S>}`>
    : never
/** What can be said of `start` alone: it has one entry per axis. */
export type SliceStart<S, Low> =
  Ranked<S> extends false
    ? unknown
    : Ranked<Low> extends false
      ? unknown
      : S extends { readonly length: At<Low, "length"> }
        ? unknown
        : Mismatch<`slice: start needs one entry per axis of ${Show<S>}, got ${At<Low, "length"> & number}`>
/** From `start` up to `end` on every axis; negative positions count from the end. */
export type SliceShape<S, Low, High> =
  Ranked<S> extends false
    ? Ok<Shape>
    : Ranked<Low> extends false
      ? Ok<{ readonly [K in keyof S]: number }>
      : S extends { readonly length: At<Low, "length"> }
        ? High extends undefined
          ? Sliced<S, Low, S, Parts<S, Low, S>>
          : Ranked<High> extends false
            ? Ok<{ readonly [K in keyof S]: number }>
            : S extends { readonly length: At<High, "length"> }
              ? Sliced<S, Low, High, Parts<S, Low, High>>
              : Mismatch<`slice: end needs one entry per axis of ${Show<S>}, got ${At<High, "length"> & number}`>
        : Ok<Shape>

// ---- pad -------------------------------------------------------------------------------------------------------

type Negative<N> = `${N & number}` extends `-${string}` ? true : false
type BadPair<W> = {
  [K in keyof W & `${number}`]: true extends Negative<At<W[K], 0>> | Negative<At<W[K], 1>> ? K : never
}[keyof W & `${number}`]
/** One [low, high] pair of amounts per axis. */
export type PadShape<S, W> =
  Ranked<S> extends false
    ? Ok<Shape>
    : Ranked<W> extends false
      ? Ok<{ readonly [K in keyof S]: number }>
      : S extends { readonly length: At<W, "length"> }
        ? [BadPair<W>] extends [never]
          ? Ok<{ readonly [K in keyof S]: Add<Add<S[K], At<At<W, K>, 0>>, At<At<W, K>, 1>> }>
          : BadPair<W> extends infer K extends string
            ? Mismatch<`pad: amounts must be whole numbers, 0 or more, got [${At<At<W, K>, 0> & number}, ${At<At<W, K>, 1> & number}] on axis ${K}`>
            : never
        : Mismatch<`pad: padding needs one entry per axis of ${Show<S>}, got ${At<W, "length"> & number}`>

// ---- take ------------------------------------------------------------------------------------------------------

export type Inside<Index, Size> =
  Literals<Index, Size> extends true
    ? `${Index & number}` extends `-${infer P extends number}`
      ? [Subtract<Size, P>] extends [never]
        ? false
        : true
      : [Subtract<Size, Index>] extends [never]
        ? false
        : Size extends Index
          ? false
          : true
    : true
/** A number drops the axis; the axes of an index tensor (of shape I) take its place. */
export type TakeShape<S, I, N> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : [Axis<S, N>] extends [never]
        ? Mismatch<`take: axis ${N & number} is out of range for ${Show<S>}`>
        : I extends number
          ? Inside<I, At<S, Axis<S, N>>> extends false
            ? Mismatch<`take: index ${I} is out of range on axis ${N & number} of ${Show<S>}`>
            : Ok<Splice<S, Axis<S, N>, []>>
          : Ranked<I> extends false
            ? Ok<Shape>
            : I extends readonly unknown[]
              ? Ok<Splice<S, Axis<S, N>, I>>
              : never

/** The indices have the tensor's shape except on the axis. */
export type TakeAlongAxisShape<S, I, N> =
  Ranked<S> extends false
    ? Ok<I>
    : Ranked<I> extends false
      ? Ok<I>
      : number extends N
        ? Ok<I>
        : [Axis<S, N>] extends [never]
          ? Mismatch<`takeAlongAxis: axis ${N & number} is out of range for ${Show<S>}`>
          : AgreeOffAxis<S, I, Axis<S, N>, N, "takeAlongAxis"> extends Mismatch<infer M>
            ? Mismatch<M>
            : Ok<I>
