import type { ConvTransposeName } from "../conv-transpose.ts"
import type { FirstAxis, High, Low, Option, PerAxis, TooSmall, Window } from "./conv.ts"
import type { Add, Literals, Multiply, Quotient, Subtract } from "./digits.ts"
import type { Agree, Label, Mismatch, Ok, Ranked, Shape, Show } from "./dimension.ts"

type Full<N, W, Stride> = Add<Multiply<Subtract<N, 1>, Stride>, W>
type Kept<Whole, P, Extra, K> =
  Literals<Add<Whole, Extra>, Add<Low<P, K>, High<P, K>>> extends true
    ? Subtract<Add<Whole, Extra>, Add<Low<P, K>, High<P, K>>> extends infer R
      ? [R] extends [0]
        ? never
        : R
      : never
    : number
type Sizes<N, KS, P, Stride, Dilation, Extra> = {
  readonly [K in keyof N]: P extends "same"
    ? Add<Multiply<N[K], PerAxis<Stride, K>>, PerAxis<Extra, K>>
    : Kept<Full<N[K], Window<KS[K & keyof KS], PerAxis<Dilation, K>>, PerAxis<Stride, K>>, P, PerAxis<Extra, K>, K>
}
type Spatial<Op extends string, B, O, N, KS, P, Stride, Dilation, Extra> =
  Sizes<N, KS, P, Stride, Dilation, Extra> extends infer R
    ? TooSmall<R> extends infer K
      ? [K] extends [never]
        ? R extends readonly unknown[]
          ? Ok<readonly [B, O, ...R]>
          : never
        : Mismatch<`${Op}: padding [${Low<P, K> & number}, ${High<P, K> & number}] leaves nothing of ${Full<N[K & keyof N], Window<KS[K & keyof KS], PerAxis<Dilation, K>>, PerAxis<Stride, K>> & number} on axis ${FirstAxis[K & keyof FirstAxis]}`>
      : never
    : never
type Channels<Op extends string, C, I, G, Then> =
  Agree<C, I> extends true
    ? [Quotient<C, G>] extends [never]
      ? Mismatch<`${Op}: ${G & number} groups do not divide ${C & number} input channels`>
      : Then
    : Mismatch<`${Op}: ${Label<C>} channels do not fit a kernel for ${Label<I>} channels`>

interface Layouts {
  convTranspose1d: ["[N, C, W]", "[in, out / groups, kw]"]
  convTranspose2d: ["[N, C, H, W]", "[in, out / groups, kh, kw]"]
  convTranspose3d: ["[N, C, D, H, W]", "[in, out / groups, kd, kh, kw]"]
}
type Rank = { convTranspose1d: 3; convTranspose2d: 4; convTranspose3d: 5 }

/** The output shape `[N, out, …]`. */
export type ConvTransposeShape<Op extends ConvTransposeName, X, W, O> =
  Ranked<X> extends false
    ? Ok<Shape>
    : Ranked<W> extends false
      ? Ok<Shape>
      : X extends readonly [infer B, infer C, ...infer N]
        ? X["length"] extends Rank[Op]
          ? W extends readonly [infer I, infer PerGroup, ...infer KS]
            ? W["length"] extends Rank[Op]
              ? Channels<
                  Op,
                  C,
                  I,
                  Option<O, "groups", 1>,
                  Spatial<
                    Op,
                    B,
                    Multiply<PerGroup, Option<O, "groups", 1>>,
                    N,
                    KS,
                    Option<O, "padding", "valid">,
                    Option<O, "stride", 1>,
                    Option<O, "dilation", 1>,
                    Option<O, "outputPadding", 0>
                  >
                >
              : Mismatch<`${Op}: the kernel needs axes ${Layouts[Op][1]}, got ${Show<W>}`>
            : Mismatch<`${Op}: the kernel needs axes ${Layouts[Op][1]}, got ${Show<W>}`>
          : Mismatch<`${Op}: the input needs axes ${Layouts[Op][0]}, got ${Show<X>}`>
        : Mismatch<`${Op}: the input needs axes ${Layouts[Op][0]}, got ${Show<X>}`>
