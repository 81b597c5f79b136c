import type { Exact, Guard, Mismatch, Ok, Ranked, Result, Shape, Show } from "../autodiff/shape/types/dimension.ts"
import type { F32, Key } from "../autodiff/types/tensor.ts"

/**
 * What shape a layer takes or gives: sizes, strings for sizes that are free and bound at the call (`["t", 64]`), or `"*"`
 * for a layer that takes any shape and keeps it.
 */
export type Pattern = readonly (number | string)[] | "*"

type ShowPattern<P> = P extends readonly [infer H]
  ? `${H & (string | number)}`
  : P extends readonly [infer H, ...infer T]
    ? `${H & (string | number)}, ${ShowPattern<T>}`
    : ""
type ShowAny<S> = S extends readonly []
  ? "[]"
  : Extract<S[number & keyof S], string> extends never
    ? Show<S>
    : `[${ShowPattern<S>}]`

/** Binds the free sizes of a pattern to a shape; never where they do not match. */
export type Match<P, S, E = object> = P extends readonly [infer H, ...infer PT]
  ? S extends readonly [infer X, ...infer ST]
    ? H extends string
      ? H extends keyof E
        ? Exact<E[H]> extends Exact<X>
          ? Match<PT, ST, E>
          : never
        : Match<PT, ST, E & { readonly [K in H]: X }>
      : Exact<H> extends Exact<X>
        ? Match<PT, ST, E>
        : number extends X
          ? Match<PT, ST, E>
          : never
    : never
  : S extends readonly []
    ? E
    : never
export type FillPattern<P, E> = { readonly [K in keyof P]: P[K] extends keyof E ? E[P[K]] : P[K] }

/** The shape a layer gives for an input of shape S. */
export type Applied<I, O, S> = I extends "*"
  ? Ok<S>
  : Ranked<S> extends false
    ? Ok<Shape>
    : [Match<I, S>] extends [never]
      ? Mismatch<`layer: takes ${ShowAny<I>}, got ${ShowAny<S>}`>
      : Ok<FillPattern<O, Match<I, S>>>

export interface ApplyOptions {
  /** For layers that draw random numbers (dropout). */
  readonly key?: Key
  /** Whether this is a training step; false by default. */
  readonly train?: boolean
}
// Without a free size `apply` is an ordinary function, so that vmap(layer.apply) works; with one it is generic.
export type ApplyFn<I extends Pattern, O extends Pattern, P> = I extends "*"
  ? <S>(params: P, x: F32<S>, options?: ApplyOptions) => F32<S>
  : [Extract<I[number], string>] extends [never]
    ? (params: P, x: F32<I>, options?: ApplyOptions) => F32<O>
    : <S>(params: P, x: F32<S> & Guard<Applied<I, O, S>>, options?: ApplyOptions) => F32<Result<Applied<I, O, S>>>

/** Two functions: parameters from a key, and what the layer computes with them. Layers take one example, without a batch. */
export interface Layer<I extends Pattern, O extends Pattern, P> {
  readonly "~": readonly [input: I, output: O, params: P]
  readonly init: (key: Key) => P
  readonly apply: ApplyFn<I, O, P>
}
export interface AnyLayer {
  readonly "~": readonly [input: Pattern, output: Pattern, params: unknown]
}
/** The parameters of a layer: `type Params = ParamsOf<typeof net>`. */
export type ParamsOf<L extends AnyLayer> = L["~"][2]

type StepThrough<H, S> = H extends AnyLayer ? Applied<H["~"][0], H["~"][1], S> : never
/** unknown for every layer that fits its predecessor, the reason on the one that does not. */
export type Fits<L, S, R extends readonly unknown[] = readonly []> = L extends readonly [infer H, ...infer T]
  ? StepThrough<H, S> extends Ok<infer N>
    ? Fits<T, N, readonly [...R, unknown]>
    : readonly [...R, StepThrough<H, S>, ...T]
  : R
export type End<L, S> = L extends readonly [infer H, ...infer T] ? End<T, Result<StepThrough<H, S>>> : S
/** What the first layer that asks for a shape takes. */
export type First<L> = L extends readonly [infer H extends AnyLayer, ...infer T]
  ? H["~"][0] extends "*"
    ? T extends readonly []
      ? "*"
      : First<T>
    : H["~"][0]
  : never
export type Composed<I extends Pattern, O, P> = O extends Pattern ? Layer<I, O, P> : never

/** `sequential(linear(784, 64), activation(tanh), linear(64, 10))`; the parameters are a tuple. */
export type Sequential = <const L extends readonly AnyLayer[]>(
  ...layers: { readonly [K in keyof L]: L[K] & Fits<L, First<L>>[K & keyof Fits<L, First<L>>] }
) => Composed<First<L>, End<L, First<L>>, { readonly [K in keyof L]: L[K] extends AnyLayer ? L[K]["~"][2] : never }>

/** `batched(layer)`: the same layer over a leading axis. */
export type BatchedLayer = <I extends readonly (number | string)[], O extends readonly (number | string)[], P>(
  layer: Layer<I, O, P>,
) => Layer<readonly ["batch", ...I], readonly ["batch", ...O], P>

export interface LinearParams<I, O> {
  readonly weight: F32<readonly [I, O]>
  readonly bias: F32<readonly [O]>
}
export type Linear = <const I extends number, const O extends number>(
  from: I,
  to: O,
) => Layer<readonly [I], readonly [O], LinearParams<I, O>>
/** No parameters. */
export type NoParams = Record<never, never>
/** `activation(tanh)`: a function of single elements as a layer. */
export type Activation = (f: <S extends Shape>(x: F32<S>) => F32<S>) => Layer<"*", "*", NoParams>
/** `dropout(0.1)`: zeroes elements while training, with the key given to `apply`. */
export type Dropout = (rate: number) => Layer<"*", "*", NoParams>
