import type { Float } from "../dtype.ts"
import type { Axes, ReduceShape } from "../shape/types/axes.ts"
import type { StretchShape } from "../shape/types/broadcast.ts"
import type { Guard, Mismatch, Result, Shape } from "../shape/types/dimension.ts"
import type { TakeShape } from "../shape/types/window.ts"
import type { Key, ShapeOf, Tensor } from "../types/tensor.ts"
import type { DTypeOption } from "./creation.ts"
import type { Repeat } from "./shaping.ts"

export type KeyOf = (seed: number) => Key
/** Two keys where nothing else is asked for. */
export type KeySplit = <const N extends number = 2>(key: Key, count?: N) => Repeat<Key, N>
export type Keys = <const N extends number>(key: Key, count: N) => Tensor<readonly [N], "key">
export type FoldIn = (key: Key, data: number | Tensor<readonly [], "i32"> | Tensor<readonly [], "u32">) => Key
export type Bits = <const S extends number[]>(key: Key, shape: readonly [...S]) => Tensor<S, "u32">
export type Threefry = <S>(key: Key, counter: Tensor<S, "u32">) => Tensor<S, "u32">

/** A parameter of a distribution: a number, or a tensor that stretches to the shape drawn, in the dtype drawn. */
export type Parameter = number | Tensor<Shape, Float>
type SameDType<A, T, Op extends string> =
  A extends Tensor<infer _, infer D>
    ? [D] extends [T]
      ? unknown
      : Mismatch<`random.${Op}: a parameter is ${D & string} and the draw ${T & string}; cast it, or choose the dtype with { dtype }`>
    : unknown
export type Fits<A, S, T, Op extends string> = Guard<StretchShape<ShapeOf<A>, S, `random.${Op}`>> & SameDType<A, T, Op>

/** `random.gumbel(key, [3])`, floats without parameters. */
export type Draw = <const S extends number[], T extends Float = "f32">(
  key: Key,
  shape: readonly [...S],
  options?: DTypeOption<T>,
) => Tensor<S, NoInfer<T>>
/** `random.exponential(key, [3], { rate })` */
export type DrawOne<Op extends string, N extends string> = <
  const S extends number[],
  T extends Float = "f32",
  A extends Parameter = number,
>(
  key: Key,
  shape: readonly [...S],
  options?: DTypeOption<T> & { readonly [K in N]?: A & Fits<A, S, T, Op> },
) => Tensor<S, NoInfer<T>>
/** `random.studentT(key, [3], { df })`, where the parameter has no default. */
export type DrawWith<Op extends string, N extends string> = <
  const S extends number[],
  T extends Float = "f32",
  A extends Parameter = number,
>(
  key: Key,
  shape: readonly [...S],
  options: DTypeOption<T> & { readonly [K in N]: A & Fits<A, S, T, Op> },
) => Tensor<S, NoInfer<T>>
/** `random.normal(key, [3], { mean, std })` */
export type DrawTwo<Op extends string, N extends string, M extends string> = <
  const S extends number[],
  T extends Float = "f32",
  A extends Parameter = number,
  B extends Parameter = number,
>(
  key: Key,
  shape: readonly [...S],
  options?: DTypeOption<T> & { readonly [K in N]?: A & Fits<A, S, T, Op> } & {
    readonly [K in M]?: B & Fits<B, S, T, Op>
  },
) => Tensor<S, NoInfer<T>>
/** `random.beta(key, [3], { a, b })`, where the first parameter, or both, have no default. */
export type DrawWithTwo<Op extends string, N extends string, M extends string, O extends string = never> = <
  const S extends number[],
  T extends Float = "f32",
  A extends Parameter = number,
  B extends Parameter = number,
>(
  key: Key,
  shape: readonly [...S],
  options: DTypeOption<T> & { readonly [K in N]: A & Fits<A, S, T, Op> } & {
    readonly [K in M]: B & Fits<B, S, T, Op>
  } & { readonly [K in O]?: B & Fits<B, S, T, Op> },
) => Tensor<S, NoInfer<T>>
/** Counts or coins, `random.poisson(key, [3], { rate })`: the parameter is f32. */
export type Count<Op extends string, N extends string, T = "i32"> = <
  const S extends number[],
  A extends number | Tensor<Shape, "f32"> = number,
>(
  key: Key,
  shape: readonly [...S],
  options: { readonly [K in N]: A & Guard<StretchShape<ShapeOf<A>, S, `random.${Op}`>> },
) => Tensor<S, T>

export type Bernoulli = <const S extends number[], A extends number | Tensor<Shape, "f32"> = number>(
  key: Key,
  shape: readonly [...S],
  options?: { readonly p?: A & Guard<StretchShape<ShapeOf<A>, S, "random.bernoulli">> },
) => Tensor<S, "bool">
export type Rademacher = <const S extends number[], T extends Float | "i32" = "i32">(
  key: Key,
  shape: readonly [...S],
  options?: DTypeOption<T>,
) => Tensor<S, NoInfer<T>>
export type RandInt = <const S extends number[]>(
  key: Key,
  shape: readonly [...S],
  options: { readonly low?: number; readonly high: number },
) => Tensor<S, "i32">
type CategoricalRows<S, N, D> = [D] extends [never]
  ? unknown
  : Guard<StretchShape<Result<ReduceShape<S, N, false, "random.categorical">>, D, "random.categorical">>
/** `random.categorical(key, logits, { axis, shape })`: without a shape, one draw for each row of logits. */
export type Categorical = <S, T extends Float, const N extends number = -1, const D extends number[] = never>(
  key: Key,
  logits: Tensor<S, T>,
  options?: {
    readonly axis?: N & Guard<ReduceShape<S, N, false, "random.categorical">>
    readonly shape?: readonly [...D] & CategoricalRows<S, N, D>
  },
) => Tensor<[D] extends [never] ? Result<ReduceShape<S, N, false, "random.categorical">> : D, "i32">

/** The axis along which a tensor's slices are drawn. */
type SliceAxis<X, N, Op extends string> =
  X extends Tensor<infer S, infer _> ? Guard<Axes<S, N, `random.${Op}`>> : unknown
/** `random.permutation(key, 5)`, or of a tensor's slices along an axis. */
export type Permutation = <const X extends number | Tensor, const N extends number = 0>(
  key: Key,
  x: X,
  options?: { readonly axis?: N & SliceAxis<X, N, "permutation">; readonly independent?: boolean },
) => X extends Tensor<infer S, infer T> ? Tensor<S, T> : Tensor<readonly [X & number], "i32">

/** `random.choice(key, x, { shape, replace, p, axis })`: slices of x along an axis, or numbers below x. */
export type Choice = <const X extends number | Tensor, const D extends number[] = [], const N extends number = 0>(
  key: Key,
  x: X,
  options?: {
    readonly shape?: readonly [...D]
    readonly replace?: boolean
    readonly p?: Tensor<readonly [number], "f32">
    readonly axis?: N & SliceAxis<X, N, "choice">
  },
) => X extends Tensor<infer S, infer T> ? Tensor<Result<TakeShape<S, D, N>>, T> : Tensor<D, "i32">
/** `random.orthogonal(key, n)` */
export type Orthogonal = <const N extends number, T extends Float = "f32">(
  key: Key,
  n: N,
  options?: DTypeOption<T>,
) => Tensor<readonly [N, N], NoInfer<T>>
/** `random.multivariateNormal(key, [3, 2], { mean, covariance })` */
export type MultivariateNormal = <const S extends number[], T extends Float = "f32", A extends Parameter = number>(
  key: Key,
  shape: readonly [...S],
  options: DTypeOption<T> & {
    readonly mean?: A & Fits<A, S, T, "multivariateNormal">
    readonly covariance: Tensor<Shape, NoInfer<T>>
  },
) => Tensor<S, NoInfer<T>>
