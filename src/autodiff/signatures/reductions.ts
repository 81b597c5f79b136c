import type { DType, Float } from "../dtype.ts"
import type { Axes, Axis, AxisArg, ReduceShape, SetAxes } from "../shape/types/axes.ts"
import type { StretchShape } from "../shape/types/broadcast.ts"
import type { Guard, Mismatch, Ok, Ranked, Result, Shape, Show } from "../shape/types/dimension.ts"
import type { Tensor } from "../types/tensor.ts"
import type { Numeric } from "./arithmetic.ts"

/** Without `axis` all axes are reduced; `keepDims` leaves them with size 1. */
export interface ReduceOptions<N, K> {
  readonly axis?: N
  readonly keepDims?: K
}

/** sum, prod, max, min (over `Numeric`), mean, variance, std, logSumExp (over `Float`), any, all (over `"bool"`). */
export type Reduction<Op extends string, D extends DType = Numeric> = <
  S,
  T extends D,
  const N extends AxisArg = undefined,
  const K extends boolean = false,
>(
  x: Tensor<S, T>,
  options?: ReduceOptions<N & Guard<ReduceShape<S, N, K, Op>>, K>,
) => Tensor<Result<ReduceShape<S, N, K, Op>>, T>

/** variance, std: divided by n - `ddof`. */
export type Spread<Op extends string> = <
  S,
  T extends Float,
  const N extends AxisArg = undefined,
  const K extends boolean = false,
>(
  x: Tensor<S, T>,
  options?: ReduceOptions<N & Guard<ReduceShape<S, N, K, Op>>, K> & { readonly ddof?: number },
) => Tensor<Result<ReduceShape<S, N, K, Op>>, T>

/** `logSumExp(x, { axis, keepDims, weights })`: the weights stretch to x. */
export type LogSumExp = <
  S,
  T extends Float,
  const N extends AxisArg = undefined,
  const K extends boolean = false,
  U = readonly [],
>(
  x: Tensor<S, T>,
  options?: ReduceOptions<N & Guard<ReduceShape<S, N, K, "logSumExp">>, K> & {
    readonly weights?: Tensor<U, NoInfer<T>> & Guard<StretchShape<U, S, "logSumExp">>
  },
) => Tensor<Result<ReduceShape<S, N, K, "logSumExp">>, T>

/** countNonzero: of numbers and bools. */
export type CountNonzero = <
  S,
  T extends Numeric | "bool",
  const N extends AxisArg = undefined,
  const K extends boolean = false,
>(
  x: Tensor<S, T>,
  options?: ReduceOptions<N & Guard<ReduceShape<S, N, K, "countNonzero">>, K>,
) => Tensor<Result<ReduceShape<S, N, K, "countNonzero">>, "i32">

/** argmax, argmin: positions on the axis as i32; without `axis`, in the flattened tensor. */
export type ArgReduction<Op extends string> = <
  S,
  T extends Numeric,
  const N extends number | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<S, T>,
  options?: ReduceOptions<N & Guard<ReduceShape<S, N, K, Op>>, K>,
) => Tensor<Result<ReduceShape<S, N, K, Op>>, "i32">

/** sort: rising along one axis, by default the last; NaN comes last. */
export type Sort<Op extends string> = <S, T extends Numeric, const N extends number = -1>(
  x: Tensor<S, T>,
  options?: { readonly axis?: N & Guard<Axes<S, N, Op>>; readonly descending?: boolean },
) => Tensor<S, T>
export type ArgSort<Op extends string> = <S, T extends Numeric, const N extends number = -1>(
  x: Tensor<S, T>,
  options?: { readonly axis?: N & Guard<Axes<S, N, Op>>; readonly descending?: boolean },
) => Tensor<S, "i32">

export type TopKShape<S, K extends number, N extends number> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : [Axis<S, N>] extends [never]
        ? Mismatch<`topK: axis ${N} is out of range for ${Show<S>}`>
        : Ok<SetAxes<S, Axis<S, N>, K>>
/** The k largest along an axis, by default the last, falling. */
export type TopK = <S, T extends Numeric, const K extends number, const N extends number = -1>(
  x: Tensor<S, T>,
  k: K & Guard<TopKShape<S, K, N>>,
  options?: { readonly axis?: N },
) => {
  readonly values: Tensor<Result<TopKShape<S, K, N>>, T>
  readonly indices: Tensor<Result<TopKShape<S, K, N>>, "i32">
}
