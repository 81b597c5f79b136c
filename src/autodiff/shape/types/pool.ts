import type { FirstAxis, Option, Padded, PerAxis, TooSmall, Window } from "./conv.ts"
import type { Add, Floor, Literals, Subtract } from "./digits.ts"
import type { Mismatch, Ok, Ranked, Shape, Show } from "./dimension.ts"

type Layouts = { 1: "[N, C, W]"; 2: "[N, C, H, W]"; 3: "[N, C, D, H, W]" }
type Rank = { 1: 3; 2: 4; 3: 5 }

type Size<N, W, P, Stride, K> = P extends "same"
  ? Floor<Subtract<Add<N, Stride>, 1>, Stride>
  : Literals<Padded<N, P, K>, W> extends true
    ? [Subtract<Padded<N, P, K>, W>] extends [never]
      ? never
      : Add<Floor<Subtract<Padded<N, P, K>, W>, Stride>, 1>
    : number
type Sizes<N, W, P, Stride, Dilation> = {
  readonly [K in keyof N]: Size<N[K], Window<PerAxis<W, K>, PerAxis<Dilation, K>>, P, PerAxis<Stride, K>, K>
}
type Spatial<Op extends string, B, C, N, W, P, Stride, Dilation> =
  Sizes<N, W, P, Stride, Dilation> extends infer R
    ? TooSmall<R> extends infer K
      ? [K] extends [never]
        ? R extends readonly unknown[]
          ? Ok<readonly [B, C, ...R]>
          : never
        : Mismatch<`${Op}: a window of ${Window<PerAxis<W, K>, PerAxis<Dilation, K>> & number} does not fit ${Padded<N[K & keyof N], P, K> & number} on axis ${FirstAxis[K & keyof FirstAxis]}`>
      : never
    : never

/** `[N, C, …]` with as many places as the window has positions. */
export type PoolShape<Op extends string, Axes extends number, X, O> =
  Ranked<X> extends false
    ? Ok<Shape>
    : X extends readonly [infer B, infer C, ...infer N]
      ? X["length"] extends Rank[Axes & keyof Rank]
        ? Spatial<
            Op,
            B,
            C,
            N,
            Option<O, "window", number>,
            Option<O, "padding", "valid">,
            Option<O, "stride", Option<O, "window", number>>,
            Option<O, "dilation", 1>
          >
        : Mismatch<`${Op}: the input needs axes ${Layouts[Axes & keyof Layouts]}, got ${Show<X>}`>
      : Mismatch<`${Op}: the input needs axes ${Layouts[Axes & keyof Layouts]}, got ${Show<X>}`>
