import type { Exact, Label, Mismatch, Ok, Ranked, Shape } from "./dimension.ts"

type Trim<S extends string> = S extends ` ${infer T}` ? Trim<T> : S extends `${infer T} ` ? Trim<T> : S
type Letters<S extends string, R extends readonly string[] = readonly []> = S extends `...${infer T}`
  ? Letters<T, readonly [...R, "..."]>
  : S extends `${infer H}${infer T}`
    ? Letters<T, readonly [...R, H]>
    : R
/** A pattern without any space is in letters. */
type Names<S extends string, P extends string> = P extends `${string} ${string}` ? Words<Trim<S>> : Letters<S>
type Words<S extends string, R extends readonly string[] = readonly []> = S extends ""
  ? R
  : S extends `${infer H} ${infer T}`
    ? Words<Trim<T>, readonly [...R, H]>
    : readonly [...R, S]
type Terms<
  S extends string,
  P extends string,
  R extends readonly (readonly string[])[] = readonly [],
> = S extends `${infer H},${infer T}` ? Terms<T, P, readonly [...R, Names<H, P>]> : readonly [...R, Names<S, P>]

// ---- "...": spelled out in names that count from its end, which is how these axes broadcast -----------------------

/** The axes of S for which "..." stands among the words W; never where there are too few. */
type Middle<W, S> = W extends readonly ["...", ...infer T]
  ? T extends readonly []
    ? S
    : T extends readonly [...infer TI, infer _]
      ? S extends readonly [...infer SI, infer _]
        ? Middle<readonly ["...", ...TI], SI>
        : never
      : never
  : W extends readonly [infer _, ...infer T]
    ? S extends readonly [infer _, ...infer ST]
      ? Middle<T, ST>
      : never
    : never
type Spelled<M, C extends 0[] = [0]> = M extends readonly [...infer I, infer _]
  ? readonly [...Spelled<I, [...C, 0]>, `...[-${C["length"]}]`]
  : readonly []
type Put<W, Names extends readonly string[]> = W extends readonly [infer H, ...infer T]
  ? H extends "..."
    ? readonly [...Names, ...T]
    : readonly [H, ...Put<T, Names>]
  : readonly []
type Spell<W, S> = "..." extends W[number & keyof W]
  ? [Middle<W, S>] extends [never]
    ? W
    : Put<W, Spelled<Middle<W, S>>>
  : W
type SpellAll<T, S> = { readonly [K in keyof T]: K extends keyof S ? Spell<T[K], S[K]> : T[K] }
/** The names of "..." among the bound ones: how long the longest was. */
type Longest<E, C extends 0[] = [0]> = `...[-${C["length"]}]` extends keyof E ? Longest<E, [...C, 0]> : C
type SpellOutput<W, E> = "..." extends W[number & keyof W]
  ? Longest<E> extends readonly [0, ...infer Z]
    ? Put<W, Spelled<Z>>
    : W
  : W
type Spread<T, S, P extends string> = P extends `${string}...${string}` ? SpellAll<T, S> : T

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
            : H extends `...${string}`
              ? X extends 1
                ? Bind<WT, ST, E, Operand>
                : E[H] extends 1
                  ? Bind<WT, ST, Omit<E, H> & { readonly [K in H]: X }, Operand>
                  : Mismatch<`axis ${H} is ${Label<E[H]>} and also ${Label<X>} (operand ${Operand})`>
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
      : BindAll<Spread<Terms<L, P>, S, P>, S, object> extends infer E
        ? E extends Mismatch<infer M>
          ? Mismatch<`einsum "${P}": ${M}`>
          : Output<SpellOutput<Names<R, P>, E>, E> extends infer O
            ? O extends Mismatch<infer M>
              ? Mismatch<`einsum "${P}": ${M}`>
              : O
            : never
        : never
    : Mismatch<`einsum "${P}": there is no ->`>
