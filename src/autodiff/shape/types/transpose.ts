import type { Axis } from "./axes.ts"
import type { Join, Mismatch, Ok, Ranked, Shape, Show } from "./dimension.ts"

export type Reverse<S> = S extends readonly [infer H, ...infer T] ? readonly [...Reverse<T>, H] : readonly []
type Positions<S, P> = P extends readonly [infer H, ...infer T] ? Axis<S, H> | Positions<S, T> : never
type Pick<S, P> = P extends readonly [infer H, ...infer T]
  ? readonly [S[Axis<S, H> & keyof S], ...Pick<S, T>]
  : readonly []

/** The axes in another order; reversed where none is given. */
export type TransposeShape<S, P> =
  Ranked<S> extends false
    ? Ok<Shape>
    : P extends undefined
      ? Ok<Reverse<S>>
      : Ranked<P> extends false
        ? Ok<Shape>
        : P extends readonly unknown[]
          ? S extends { readonly length: P["length"] }
            ? `${Positions<S, P> & number}` extends infer Named
              ? [keyof S & `${number}`] extends [Named]
                ? Ok<Pick<S, P>>
                : Mismatch<`transpose: [${Join<P>}] does not permute the axes of ${Show<S>}`>
              : never
            : Mismatch<`transpose: [${Join<P>}] does not permute the axes of ${Show<S>}`>
          : never

/** Two axes exchanged. */
export type SwapAxesShape<S, A, B> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends A
      ? Ok<Shape>
      : number extends B
        ? Ok<Shape>
        : [Axis<S, A>] extends [never]
          ? Mismatch<`swapAxes: axis ${A & number} is out of range for ${Show<S>}`>
          : [Axis<S, B>] extends [never]
            ? Mismatch<`swapAxes: axis ${B & number} is out of range for ${Show<S>}`>
            : Ok<{
                readonly [K in keyof S]: K extends `${Axis<S, A> & number}`
                  ? S[Axis<S, B> & keyof S]
                  : K extends `${Axis<S, B> & number}`
                    ? S[Axis<S, A> & keyof S]
                    : S[K]
              }>
