import type { Float } from "../dtype.ts"
import type { Box, Exact, Mismatch, Show } from "../shape/types/dimension.ts"
import type { Tensor, Value } from "./tensor.ts"

// Trees are plain objects, arrays and tuples with tensors at the leaves; `undefined` and None are empty nodes. They need
// no index signature (an `interface` is welcome) and no bound on a type parameter (it would be circular): they are checked,
// by path, where a function is handed over.

/** A step of a path: `.w` into an object, `[0]` into a list. */
export type Into<P, K> = P extends readonly unknown[] ? `[${K & string}]` : `.${K & string}`

type NoLeaf<P, At extends string> = P extends null
  ? `${At} is null: use undefined for what is absent`
  : P extends (...args: never) => unknown
    ? `${At} is a function: trees hold tensors, numbers, plain objects and arrays; close over anything else`
    : P extends string
      ? `${At} is a string: trees hold tensors, numbers, plain objects and arrays; close over anything else`
      : P extends number
        ? `${At} is a number; make it a tensor to differentiate for it`
        : `${At} is no tensor; only f32 and f64 have gradients`
/** never for a tree of float leaves, otherwise the path of what does not belong. A `_tag` belongs to the structure. */
export type BadLeaf<P, Op extends string, At extends string> =
  P extends Tensor<infer _, infer T>
    ? T extends Float
      ? never
      : Mismatch<`${Op}: ${At} is ${T & string}; only f32 and f64 have gradients`>
    : P extends undefined
      ? never
      : P extends boolean
        ? Mismatch<`${Op}: ${At} is bool; only f32 and f64 have gradients`>
        : P extends (...args: never) => unknown
          ? Mismatch<NoLeaf<P, At>>
          : P extends object
            ? {
                [K in keyof P]-?: K extends "_tag" ? never : BadLeaf<P[K], Op, `${At}${Into<P, K>}`>
              }[P extends readonly unknown[] ? keyof P & number : keyof P]
            : Mismatch<NoLeaf<P, At>>
/** Refused where a tree has leaves without gradients. */
export type FloatLeaves<P, Op extends string, At extends string = "params"> = [BadLeaf<P, Op, At>] extends [never]
  ? unknown
  : BadLeaf<P, Op, At>

/** The same for the arguments differentiated for: the first is `params`, others go by their number. */
export type FloatArguments<A extends readonly unknown[], N, Op extends string> = N extends readonly [0]
  ? FloatLeaves<Strict<A[0]>, Op>
  : N extends readonly [infer H, ...infer T]
    ? FloatLeaves<Strict<A[H & number]>, Op, `argument ${H & number}`> & FloatArguments<A, T, Op>
    : N extends number
      ? FloatLeaves<Strict<A[N]>, Op, N extends 0 ? "params" : `argument ${N}`>
      : unknown

/** Callers may pass a number where a function takes a scalar tensor; a parameter typed `number` stays a number. */
export type Loose<A> = {
  [K in keyof A]: A[K] extends Tensor<infer S, infer T> ? (readonly [] extends S ? A[K] | Value<T> : A[K]) : A[K]
}
/** How operands reach a traced function: numbers have become scalars. */
export type Traced<A> = {
  [K in keyof A]: A[K] extends number
    ? Tensor<readonly [], "f32">
    : A[K] extends boolean
      ? Tensor<readonly [], "bool">
      : A[K]
}
/** A parameter as the innermost function declared it, where an outer transform had loosened it. */
export type Strict<X> = [Exclude<X, Value>] extends [never] ? X : Exclude<X, Value>
/** The arguments at some positions: one, or a tuple of several. */
export type ArgumentsAt<A extends readonly unknown[], N> = N extends readonly number[]
  ? { readonly [K in keyof N]: Strict<A[N[K] & number]> }
  : Strict<A[N & number]>
/** Positions of arguments. */
export type Positions<A> = { [K in keyof A]: K extends `${infer N extends number}` ? N : never }[number & keyof A]

/** How a leaf reads in a message: `f32[2, 3]`. */
export type Describe<X> =
  X extends Tensor<infer S, infer T>
    ? `${T & string}${Show<S>}`
    : X extends number
      ? "a number"
      : X extends undefined
        ? "empty"
        : "a tree"
/** The first leaf in which two trees differ, as a path and the two types. */
export type Change<C, D, At extends string> =
  Box<Exact<C>> extends Box<Exact<D>>
    ? never
    : C extends Tensor
      ? D extends C
        ? never
        : readonly [At, Describe<C>, Describe<D>]
      : D extends Tensor
        ? readonly [At, Describe<C>, Describe<D>]
        : C extends object
          ? D extends object
            ? {
                [K in keyof C]-?: K extends keyof D
                  ? Change<C[K], D[K], `${At}${Into<C, K>}`>
                  : readonly [`${At}${Into<C, K>}`, Describe<C[K]>, "missing"]
              }[C extends readonly unknown[] ? keyof C & number : keyof C]
            : readonly [At, "a tree", Describe<D>]
          : never
/** A loop's carry must leave as it entered: `scan: carry.h enters as f32[8] and leaves as f32[4]`. */
export type SameCarry<C, D, Op extends string> = unknown extends D
  ? unknown
  : Box<D> extends Box<C>
    ? unknown
    : Change<C, D, "carry"> extends readonly [
          infer At extends string,
          infer Before extends string,
          infer After extends string,
        ]
      ? Mismatch<`${Op}: ${At} enters as ${Before} and leaves as ${After}`>
      : Mismatch<`${Op}: the carry must leave with the structure it entered with`>
