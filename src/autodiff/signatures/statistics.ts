import type { Float } from "../dtype.ts"
import type { Axis, AxisArg, ReduceShape } from "../shape/types/axes.ts"
import type { Agree, Guard, Mismatch, Ok, Ranked, Result, Shape, Show } from "../shape/types/dimension.ts"
import type { Alike } from "../shape/types/join.ts"
import type { Tensor } from "../types/tensor.ts"
import type { ReduceOptions } from "./reductions.ts"

/** Weights like x, or one per place of the one axis that is averaged over. */
export type AverageWeights<S, N, U> =
  Ranked<S> extends false
    ? Ok<U>
    : Ranked<U> extends false
      ? Ok<U>
      : Alike<S, U> extends true
        ? Ok<U>
        : AlongAxis<S, N, U> extends true
          ? Ok<U>
          : Mismatch<`average: weights ${Show<U>} fit neither ${Show<S>} nor the one axis averaged over`>
type AlongAxis<S, N, U> = N extends number
  ? U extends readonly [infer W]
    ? [Axis<S, N>] extends [never]
      ? true
      : Agree<W, S[Axis<S, N> & keyof S]>
    : false
  : false
/** `average(x, { weights, axis, keepDims })` */
export type Average = <
  S,
  T extends Float,
  const N extends AxisArg = undefined,
  const K extends boolean = false,
  U = Shape,
>(
  x: Tensor<S, T>,
  options?: ReduceOptions<N & Guard<ReduceShape<S, N, K, "average">>, K> & {
    readonly weights?: Tensor<U, NoInfer<T>> & Guard<AverageWeights<S, N, U>>
  },
) => Tensor<Result<ReduceShape<S, N, K, "average">>, T>

/** How a quantile between two elements is read. */
export type QuantileMethod = "linear" | "lower" | "higher" | "midpoint" | "nearest"
/** A list of quantiles comes as a leading axis. */
export type QuantileShape<S, N, K, Q, Op extends string> =
  ReduceShape<S, N, K, Op> extends Ok<infer R>
    ? Q extends readonly unknown[]
      ? R extends readonly unknown[]
        ? Ranked<R> extends false
          ? Ok<Shape>
          : Ok<readonly [Q["length"], ...R]>
        : Ok<Shape>
      : number extends Q
        ? Ok<R>
        : Q extends number
          ? Ok<R>
          : Ok<Shape>
    : ReduceShape<S, N, K, Op>
/** `quantile(x, 0.5, { axis, keepDims, method })`, `percentile(x, 50)`; with a list of them a leading axis. */
export type Quantile<Op extends string> = <
  S,
  T extends Float,
  const Q extends number | readonly number[],
  const N extends AxisArg = undefined,
  const K extends boolean = false,
>(
  x: Tensor<S, T>,
  q: Q,
  options?: ReduceOptions<N & Guard<ReduceShape<S, N, K, Op>>, K> & { readonly method?: QuantileMethod },
) => Tensor<Result<QuantileShape<S, N, K, Q, Op>>, T>

/** One variable gives a scalar, several a matrix. */
export type CovarianceShape<S, Op extends string> =
  Ranked<S> extends false
    ? Ok<Shape>
    : S extends readonly [unknown]
      ? Ok<readonly []>
      : S extends readonly [infer V, unknown]
        ? Ok<readonly [V, V]>
        : Mismatch<`${Op}: takes [observations] or [variables, observations], got ${Show<S>}`>
/** `cov(x, { ddof })` */
export type Covariance = <S, T extends Float>(
  x: Tensor<S, T> & Guard<CovarianceShape<S, "cov">>,
  options?: { readonly ddof?: number },
) => Tensor<Result<CovarianceShape<S, "cov">>, T>
/** `corrCoef(x)` */
export type Correlation = <S, T extends Float>(
  x: Tensor<S, T> & Guard<CovarianceShape<S, "corrCoef">>,
) => Tensor<Result<CovarianceShape<S, "corrCoef">>, T>
