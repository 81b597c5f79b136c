import type { Add, Floor, Literals, Multiply, Quotient, Subtract } from "./digits.ts"
import type { Agree, Label, Mismatch, Ok, Ranked, Shape, Show } from "./dimension.ts"

// Options reach these rules as the literal type of the object the user wrote; what is not literal there makes a size
// `number`, and the run-time rule decides.
export type Option<O, K extends string, Default> = K extends keyof O
  ? O[K] extends undefined
    ? Default
    : Exclude<O[K], undefined>
  : Default
/** A number for all spatial axes, or one for each. */
export type PerAxis<V, K> = V extends readonly unknown[] ? V[K & keyof V] : V
export type Low<P, K> = P extends "valid"
  ? 0
  : P extends readonly unknown[]
    ? PerAxis<P, K>[0 & keyof PerAxis<P, K>]
    : P
export type High<P, K> = P extends "valid"
  ? 0
  : P extends readonly unknown[]
    ? PerAxis<P, K>[1 & keyof PerAxis<P, K>]
    : P

/** The window a kernel of size K covers when its taps are `Dilation` apart. */
export type Window<K, Dilation> = Dilation extends 1 ? K : Add<Multiply<Dilation, Subtract<K, 1>>, 1>
export type Padded<N, P, K> = Add<Add<N, Low<P, K>>, High<P, K>>
type Size<N, W, P, Stride, K> = P extends "same"
  ? Floor<Subtract<Add<N, Stride>, 1>, Stride>
  : Literals<Padded<N, P, K>, W> extends true
    ? [Subtract<Padded<N, P, K>, W>] extends [never]
      ? never
      : Add<Floor<Subtract<Padded<N, P, K>, W>, Stride>, 1>
    : number
export type Sizes<N, KS, P, Stride, Dilation> = {
  readonly [K in keyof N]: Size<N[K], Window<KS[K & keyof KS], PerAxis<Dilation, K>>, P, PerAxis<Stride, K>, K>
}
export type TooSmall<S> = { [K in keyof S & `${number}`]: [S[K]] extends [never] ? K : never }[keyof S & `${number}`]
export type FirstAxis = { "0": 2; "1": 3; "2": 4 }

type Spatial<Op extends string, B, O, N, KS, P, Stride, Dilation> =
  Sizes<N, KS, P, Stride, Dilation> extends infer R
    ? TooSmall<R> extends infer K
      ? [K] extends [never]
        ? R extends readonly unknown[]
          ? Ok<readonly [B, O, ...R]>
          : never
        : Mismatch<`${Op}: a window of ${Window<KS[K & keyof KS], PerAxis<Dilation, K>> & number} does not fit ${Padded<N[K & keyof N], P, K> & number} on axis ${FirstAxis[K & keyof FirstAxis]}`>
      : never
    : never

type Channels<Op extends string, C, I, O, G, Then> =
  Agree<C, Multiply<I, G>> extends true
    ? [Quotient<O, G>] extends [never]
      ? Mismatch<`${Op}: ${G & number} groups do not divide ${O & number} output channels`>
      : Then
    : Mismatch<`${Op}: ${Label<C>} channels in ${Label<G>} groups do not fit a kernel of ${Label<I>} channels`>

export interface Layouts {
  conv1d: ["[N, C, W]", "[out, in / groups, kw]"]
  conv2d: ["[N, C, H, W]", "[out, in / groups, kh, kw]"]
  conv3d: ["[N, C, D, H, W]", "[out, in / groups, kd, kh, kw]"]
}
type Rank = { conv1d: 3; conv2d: 4; conv3d: 5 }

/** The output shape `[N, out, …]`. */
export type ConvShape<Op extends keyof Layouts, X, W, O> =
  Ranked<X> extends false
    ? Ok<Shape>
    : Ranked<W> extends false
      ? Ok<Shape>
      : X extends readonly [infer B, infer C, ...infer N]
        ? X["length"] extends Rank[Op]
          ? W extends readonly [infer Out, infer I, ...infer KS]
            ? W["length"] extends Rank[Op]
              ? Channels<
                  Op,
                  C,
                  I,
                  Out,
                  Option<O, "groups", 1>,
                  Spatial<
                    Op,
                    B,
                    Out,
                    N,
                    KS,
                    Option<O, "padding", "valid">,
                    Option<O, "stride", 1>,
                    Option<O, "dilation", 1>
                  >
                >
              : Mismatch<`${Op}: the kernel needs axes ${Layouts[Op][1]}, got ${Show<W>}`>
            : Mismatch<`${Op}: the kernel needs axes ${Layouts[Op][1]}, got ${Show<W>}`>
          : Mismatch<`${Op}: the input needs axes ${Layouts[Op][0]}, got ${Show<X>}`>
        : Mismatch<`${Op}: the input needs axes ${Layouts[Op][0]}, got ${Show<X>}`>
