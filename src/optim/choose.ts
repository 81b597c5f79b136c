/** Choices between trees whose types are not known here. */
import { typed } from "../autodiff/boundary.ts"
import { where } from "../autodiff/functions/logic.ts"
import { cond } from "../autodiff/transforms/cond.ts"
import type { Scalar, Tensor } from "../autodiff/types/tensor.ts"

/** One of two functions; the other one does not run. */
export const either = <R>(predicate: Scalar<"bool">, whenTrue: () => R, whenFalse: () => R): R =>
  typed<(p: Scalar<"bool">, a: () => R, b: () => R) => R>(cond)(predicate, whenTrue, whenFalse)

/** One of two tensors of one type, both at hand. */
export const chosen = <S, T>(predicate: Scalar<"bool">, a: Tensor<S, T>, b: Tensor<S, T>): Tensor<S, T> =>
  typed<(p: Scalar<"bool">, a: Tensor<S, T>, b: Tensor<S, T>) => Tensor<S, T>>(where)(predicate, a, b)
