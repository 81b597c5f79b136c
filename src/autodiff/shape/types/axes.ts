import type { Agree, Mismatch, Ok, Ranked, Shape, Show } from "./dimension.ts"

export type AxisArg = number | readonly number[] | undefined

// Axes are counted on a tuple of zeros, never on the sizes, so that `axis: -1` resolves where sizes are type parameters.
export type Zeros<S> = { readonly [K in keyof S]: 0 }
type FromEnd<Z, N extends number, C extends 0[] = [0]> = Z extends readonly [...infer I, unknown]
  ? C["length"] extends N
    ? I["length"]
    : FromEnd<I, N, [...C, 0]>
  : never
/** An axis counted from the start; never where there is none. */
export type Axis<S, N> = `${N & number}` extends `-${infer P extends number}`
  ? FromEnd<Zeros<S>, P>
  : `${N & number}` extends keyof S
    ? N
    : never
export type AxisSet<S, N> = N extends readonly [infer H, ...infer T]
  ? Axis<S, H> | AxisSet<S, T>
  : N extends readonly []
    ? never
    : N extends undefined
      ? keyof S & `${number}`
      : Axis<S, N>
type Outside<S, N> = N extends readonly [infer H, ...infer T]
  ? Outside<S, H> | Outside<S, T>
  : N extends number
    ? [Axis<S, N>] extends [never]
      ? N
      : never
    : never
type NamedTwice<S, N, Seen = never> = N extends readonly [infer H, ...infer T]
  ? Axis<S, H> extends Seen
    ? H
    : NamedTwice<S, T, Seen | Axis<S, H>>
  : never

/** Ok where every axis exists and none is named twice. */
export type Axes<S, N, Op extends string> = N extends undefined
  ? Ok<S>
  : Ranked<S> extends false
    ? Ok<S>
    : [Outside<S, N>] extends [never]
      ? [NamedTwice<S, N>] extends [never]
        ? Ok<S>
        : Mismatch<`${Op}: axis ${NamedTwice<S, N> & number} of ${Show<S>} is named twice`>
      : number extends N
        ? Ok<S>
        : Mismatch<`${Op}: axis ${Outside<S, N> & number} is out of range for ${Show<S>}`>

export type DropAxes<S, X, C extends 0[] = []> = S extends readonly [infer H, ...infer T]
  ? `${C["length"]}` extends `${X & (number | string)}`
    ? DropAxes<T, X, [...C, 0]>
    : readonly [H, ...DropAxes<T, X, [...C, 0]>]
  : readonly []
/** The sizes of some axes, in their order. */
export type KeepAxes<S, X, C extends 0[] = []> = S extends readonly [infer H, ...infer T]
  ? `${C["length"]}` extends `${X & (number | string)}`
    ? readonly [H, ...KeepAxes<T, X, [...C, 0]>]
    : KeepAxes<T, X, [...C, 0]>
  : readonly []
/** The shape with another size on some axes. */
export type SetAxes<S, X, Size> = { readonly [K in keyof S]: K extends `${X & (number | string)}` ? Size : S[K] }

/** What a reduction leaves. */
export type ReduceShape<S, N, Keep, Op extends string> = N extends undefined
  ? Keep extends true
    ? Ok<SetAxes<S, AxisSet<S, N>, 1>>
    : Ok<readonly []>
  : Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : Axes<S, N, Op> extends Mismatch<infer M>
        ? Mismatch<M>
        : boolean extends Keep
          ? Ok<Shape>
          : Keep extends true
            ? Ok<SetAxes<S, AxisSet<S, N>, 1>>
            : Ok<DropAxes<S, AxisSet<S, N>>>

/** Puts a size before the axis at position X. */
export type Insert<S, X, Size, C extends 0[] = []> = C["length"] extends X
  ? S extends readonly unknown[]
    ? readonly [Size, ...S]
    : Shape
  : S extends readonly [infer H, ...infer T]
    ? readonly [H, ...Insert<T, X, Size, [...C, 0]>]
    : Shape
/** Replaces the axis at position X by several. */
export type Splice<S, X, Middle extends readonly unknown[], C extends 0[] = []> = S extends readonly [
  infer H,
  ...infer T,
]
  ? C["length"] extends X
    ? readonly [...Middle, ...T]
    : readonly [H, ...Splice<T, X, Middle, [...C, 0]>]
  : Shape
/** A shape one axis longer, on which the position of a new axis counts. */
export type Longer<S> = S extends readonly unknown[] ? readonly [...Zeros<S>, 0] : never

/** A new axis of size 1; its position counts in the result. */
export type ExpandDimsShape<S, N extends number> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : [Axis<Longer<S>, N>] extends [never]
        ? Mismatch<`expandDims: axis ${N} is out of range for ${Show<Insert<S, 0, 1>>}`>
        : Ok<Insert<S, Axis<Longer<S>, N>, 1>>

type NotOne<S, X> = {
  [K in keyof S & `${number}`]: K extends `${X & (number | string)}` ? (Agree<S[K], 1> extends true ? never : K) : never
}[keyof S & `${number}`]
type WithoutOnes<S> = S extends readonly [infer H, ...infer T]
  ? H extends 1
    ? WithoutOnes<T>
    : readonly [H, ...WithoutOnes<T>]
  : readonly []
/** Drops axes of size 1: the named ones, or all. */
export type SqueezeShape<S, N> =
  Ranked<S> extends false
    ? Ok<Shape>
    : N extends undefined
      ? number extends S[number & keyof S]
        ? Ok<Shape>
        : Ok<WithoutOnes<S>>
      : number extends N
        ? Ok<Shape>
        : Axes<S, N, "squeeze"> extends Mismatch<infer M>
          ? Mismatch<M>
          : [NotOne<S, AxisSet<S, N>>] extends [never]
            ? Ok<DropAxes<S, AxisSet<S, N>>>
            : Mismatch<`squeeze: axis ${NotOne<S, AxisSet<S, N>> & string} of ${Show<S>} has size ${S[NotOne<S, AxisSet<S, N>> & keyof S] & number}, not 1`>
