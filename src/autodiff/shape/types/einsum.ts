import type { Exact, Label, Mismatch, Ok, Ranked, Shape } from "./dimension.ts"

type Trim<S extends string> = S extends ` ${infer T}` ? Trim<T> : S extends `${infer T} ` ? Trim<T> : S
type Words<S extends string, R extends readonly string[] = readonly []> = S extends ""
  ? R
  : S extends `${infer H} ${infer T}`
    ? Words<Trim<T>, readonly [...R, H]>
    : readonly [...R, S]
type Terms<S extends string, R extends readonly (readonly string[])[] = readonly []> = S extends `${infer H},${infer T}`
  ? Terms<T, readonly [...R, Words<Trim<H>>]>
  : readonly [...R, Words<Trim<S>>]

/** Binds the axis names of one operand, refining or rejecting the bindings so far. */
type Bind<W, S, E, Operand extends string> = W extends readonly [infer H extends string, ...infer WT]
  ? S extends readonly [infer X, ...infer ST]
    ? H extends keyof E
      ? Exact<E[H]> extends Exact<X>
        ? Bind<WT, ST, E, Operand>
        : number extends E[H]
          ? Bind<WT, ST, Omit<E, H> & { readonly [K in H]: X }, Operand>
          : number extends X
            ? Bind<WT, ST, E, Operand>
            : Mismatch<`axis ${H} is ${Label<E[H]>} and also ${Label<X>} (operand ${Operand})`>
      : Bind<WT, ST, E & { readonly [K in H]: X }, Operand>
    : Mismatch<`operand ${Operand} has fewer axes than the pattern names`>
  : S extends readonly []
    ? E
    : Mismatch<`operand ${Operand} has more axes than the pattern names`>
type BindAll<T, S, E, N extends readonly 0[] = []> = T extends readonly [infer W, ...infer TT]
  ? S extends readonly [infer X, ...infer ST]
    ? Bind<W, X, E, `${N["length"] & number}`> extends infer R
      ? R extends Mismatch<string>
        ? R
        : BindAll<TT, ST, R, [...N, 0]>
      : never
    : Mismatch<"fewer operands than the pattern names">
  : S extends readonly []
    ? E
    : Mismatch<"more operands than the pattern names">

type Output<W, E, Seen = never, R extends readonly unknown[] = readonly []> = W extends readonly [infer H, ...infer T]
  ? H extends Seen
    ? Mismatch<`output axis ${H & string} is named twice`>
    : H extends keyof E
      ? Output<T, E, Seen | H, readonly [...R, E[H]]>
      : Mismatch<`output axis ${H & string} is not in any operand`>
  : Ok<R>
type AnyUnranked<S> = S extends readonly [infer H, ...infer T]
  ? Ranked<H> extends false
    ? true
    : AnyUnranked<T>
  : S extends readonly []
    ? false
    : true

/** `"b i k, b k j -> b i j"`: axes share a size by sharing a name; what the output leaves out is summed. */
export type EinsumShape<P extends string, S> = string extends P
  ? Ok<Shape>
  : P extends `${infer L}->${infer R}`
    ? AnyUnranked<S> extends true
      ? Ok<Shape>
      : BindAll<Terms<L>, S, object> extends infer E
        ? E extends Mismatch<infer M>
          ? Mismatch<`einsum "${P}": ${M}`>
          : Output<Words<Trim<R>>, E> extends infer O
            ? O extends Mismatch<infer M>
              ? Mismatch<`einsum "${P}": ${M}`>
              : O
            : never
        : never
    : Mismatch<`einsum "${P}": there is no ->`>
