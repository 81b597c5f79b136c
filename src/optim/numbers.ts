/**
 * Arithmetic of tensors with hyper-parameters. One may be a number, or a scalar tensor: traced by `jit`, one of many under
 * `vmap`, or kept in a state by `injectHyperparameters`. The result keeps the dtype of the tensor.
 */

import { typed } from "../autodiff/boundary.ts"
import type { Float } from "../autodiff/dtype.ts"
import { add, cast, maximum, mul, square, sub } from "../autodiff/functions/arithmetic.ts"
import { equal, where } from "../autodiff/functions/logic.ts"
import { sqrt } from "../autodiff/functions/real.ts"
import { sum } from "../autodiff/functions/reductions/sum.ts"
import type { Shape } from "../autodiff/shape/types/dimension.ts"
import type { Scalar, Tensor } from "../autodiff/types/tensor.ts"

export type Hyperparameter = number | Scalar

/** x h. An f64 model is not narrowed by an f32 scalar. */
export const times = <S extends Shape, T extends Float>(x: Tensor<S, T>, h: Hyperparameter): Tensor<S, T> =>
  typeof h === "number" ? mul(x, h) : mul(x, cast(h, x.dtype))

/** x + h. */
export const plus = <S extends Shape, T extends Float>(x: Tensor<S, T>, h: Hyperparameter): Tensor<S, T> =>
  typeof h === "number" ? add(x, h) : add(x, cast(h, x.dtype))

/** The larger of x and h. */
export const atLeast = <S extends Shape, T extends Float>(x: Tensor<S, T>, h: Hyperparameter): Tensor<S, T> =>
  typeof h === "number" ? maximum(x, h) : maximum(x, cast(h, x.dtype))

/** 1 - h. */
export const rest = (h: Hyperparameter): Hyperparameter => (typeof h === "number" ? 1 - h : sub(1, h))

/** h x + (1 - h) y: a running mean that takes in y. */
export const blend = <S extends Shape, T extends Float>(
  x: Tensor<S, T>,
  y: Tensor<S, T>,
  h: Hyperparameter,
): Tensor<S, T> => add(times(x, h), times(y, rest(h)))

/**
 * The root of x >= 0, with slope 0 at 0, where the true slope is infinite: who differentiates through a step would have NaN
 * for every parameter that has had no gradient yet.
 */
export const root = <S extends Shape, T extends Float>(x: Tensor<S, T>): Tensor<S, T> => {
  const none = equal(x, 0)
  return typed(where(none, 0, sqrt(typed<Tensor<S, T>>(where(none, 1, x)))))
}

/** The Euclidean norm of a leaf. */
export const norm = <S extends Shape, T extends Float>(x: Tensor<S, T>): Scalar<T> =>
  root(typed<Scalar<T>>(sum(square(x))))
