import type { BroadcastShape } from "./broadcast.ts"
import type { Subtract } from "./digits.ts"
import type { Agree, Mismatch, Ok, Ranked, Shape, Show } from "./dimension.ts"
import type { Inside, Part } from "./window.ts"

type At<S, X> = S[X & keyof S]

// ---- dynamicSlice ----------------------------------------------------------------------------------------------

/** One start per axis, in a list or in a tensor. */
export type DynamicStart<S, L, Op extends string> =
  Ranked<S> extends false
    ? unknown
    : L extends readonly unknown[]
      ? Ranked<L> extends false
        ? unknown
        : S extends { readonly length: L["length"] }
          ? unknown
          : Mismatch<`${Op}: start needs one entry per axis of ${Show<S>}, got ${L["length"]}`>
      : unknown
type TooLarge<S, W> = {
  [K in keyof S & `${number}`]: [Subtract<S[K], At<W, K>>] extends [never] ? K : never
}[keyof S & `${number}`]
/** A window that fits; `what` is what the user gave it by. */
export type WindowShape<S, W, Op extends string, What extends string> =
  Ranked<S> extends false
    ? Ok<W>
    : Ranked<W> extends false
      ? Ok<W>
      : S extends { readonly length: At<W, "length"> }
        ? [TooLarge<S, W>] extends [never]
          ? Ok<W>
          : TooLarge<S, W> extends infer K extends string
            ? Mismatch<`${Op}: a window of ${At<W, K> & number} does not fit axis ${K} of ${Show<S>}`>
            : never
        : Mismatch<`${Op}: ${What} needs one entry per axis of ${Show<S>}, got ${At<W, "length"> & number}`>

// ---- at --------------------------------------------------------------------------------------------------------

/** What the tensors among the indices broadcast to. */
type Meet<I, R = Ok<readonly []>> = I extends readonly [infer H, ...infer T]
  ? H extends { readonly shape: infer U }
    ? R extends Ok<infer Q>
      ? Meet<T, BroadcastShape<Q, U, "at">>
      : R
    : Meet<T, R>
  : R
type Before<W extends readonly unknown[], R> =
  R extends Ok<infer X>
    ? X extends readonly unknown[]
      ? Ranked<X> extends false
        ? Ok<Shape>
        : Ok<readonly [...W, ...X]>
      : R
    : R
/** Given: all that was indexed and all indices, for messages; C counts axes. */
type Walk<All, Given, S, I, Q extends readonly unknown[], Placed, C extends 0[] = []> = I extends readonly [
  infer H,
  ...infer IT,
]
  ? S extends readonly [infer N, ...infer ST]
    ? H extends number
      ? Inside<H, N> extends false
        ? Mismatch<`at: index ${H} is out of range on axis ${C["length"]} of ${Show<All>}`>
        : Walk<All, Given, ST, IT, Q, Placed, [...C, 0]>
      : H extends readonly [infer Low, (infer High)?]
        ? Part<N, Low, unknown extends High ? N : High> extends Ok<infer Size>
          ? Before<readonly [Size], Walk<All, Given, ST, IT, Q, Placed, [...C, 0]>>
          : Mismatch<`at: ${Low & number} to ${(unknown extends High ? N : High) & number} is no range on axis ${C["length"]} of ${Show<All>}`>
        : Placed extends true
          ? Walk<All, Given, ST, IT, Q, Placed, [...C, 0]>
          : Before<Q, Walk<All, Given, ST, IT, Q, true, [...C, 0]>>
    : Mismatch<`at: ${At<Given, "length"> & number} indices for the ${At<All, "length"> & number} axes of ${Show<All>}`>
  : Ok<S>
/** What an index names: numbers drop axes, windows shorten them, tensors put theirs where the first of them stands. */
export type AtShape<S, I> =
  Ranked<S> extends false
    ? Ok<Shape>
    : Ranked<I> extends false
      ? Ok<Shape>
      : Meet<I> extends Ok<infer Q>
        ? Q extends readonly unknown[]
          ? Ranked<Q> extends false
            ? Ok<Shape>
            : Walk<S, I, S, I, Q, false>
          : never
        : Meet<I>

// ---- segments --------------------------------------------------------------------------------------------------

/** Axis 0 becomes the segments; the ids have one entry for each row. */
export type SegmentShape<S, I, K, Op extends string> =
  Ranked<S> extends false
    ? Ok<Shape>
    : Ranked<I> extends false
      ? S extends readonly [unknown, ...infer R]
        ? Ok<readonly [K, ...R]>
        : Mismatch<`${Op}: ids ${Show<I>} do not fit axis 0 of ${Show<S>}`>
      : S extends readonly [infer N, ...infer R]
        ? I extends readonly [infer M]
          ? Agree<N, M> extends true
            ? Ok<readonly [K, ...R]>
            : Mismatch<`${Op}: ids ${Show<I>} do not fit axis 0 of ${Show<S>}`>
          : Mismatch<`${Op}: ids ${Show<I>} do not fit axis 0 of ${Show<S>}`>
        : Mismatch<`${Op}: ids ${Show<I>} do not fit axis 0 of ${Show<S>}`>
