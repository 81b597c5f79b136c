import type { Float } from "../dtype.ts"
import type { AxisArg, ReduceShape } from "../shape/types/axes.ts"
import type { Guard, Out, Result } from "../shape/types/dimension.ts"
import type {
  CrossShape,
  InnerShape,
  KronShape,
  LeastShape,
  MatricesShape,
  PerMatrix,
  PerSquare,
  RowPerSquare,
  SolveShape,
  SquareShape,
  TensordotShape,
} from "../shape/types/linalg.ts"
import type { ShapeOf, Tensor } from "../types/tensor.ts"
import type { ArithmeticGuard, BinaryDType } from "./arithmetic.ts"
import type { ReduceOptions } from "./reductions.ts"

/** inv, expm: square matrices to square matrices. */
export type OnSquares<Op extends string> = <S, T extends Float>(
  a: Tensor<S, T> & Guard<SquareShape<S, Op>>,
) => Tensor<S, T>
export type Cholesky = <S, T extends Float>(
  a: Tensor<S, T> & Guard<SquareShape<S, "cholesky">>,
  options?: { readonly upper?: boolean },
) => Tensor<S, T>
export type MatrixPower = <S, T extends Float>(
  a: Tensor<S, T> & Guard<SquareShape<S, "matrixPower">>,
  power: number,
) => Tensor<S, T>

/** solve, choSolve and triangularSolve, by their options. */
export type Solve<Op extends string, O = never> = <S, T extends Float, U>(
  a: Tensor<S, T>,
  b: Tensor<U, NoInfer<T>> & Guard<SolveShape<S, U, Op>>,
  ...options: [O] extends [never] ? [] : [options?: O]
) => Tensor<Result<SolveShape<S, U, Op>>, T>
export interface TriangularOptions {
  readonly lower?: boolean
  readonly transpose?: boolean
  readonly unitDiagonal?: boolean
}

export type Det = <S, T extends Float>(
  a: Tensor<S, T> & Guard<PerSquare<S, "det">>,
) => Tensor<Result<PerSquare<S, "det">>, T>
export type Slogdet = <S, T extends Float>(
  a: Tensor<S, T> & Guard<PerSquare<S, "slogdet">>,
) => {
  readonly sign: Tensor<Result<PerSquare<S, "slogdet">>, T>
  readonly logAbsDet: Tensor<Result<PerSquare<S, "slogdet">>, T>
}

export type Lu = <S, T extends Float>(
  a: Tensor<S, T> & Guard<MatricesShape<S, "lu">>,
) => {
  readonly p: Tensor<Result<PerMatrix<S, ["rows"], "lu">>, "i32">
  readonly l: Tensor<Result<PerMatrix<S, ["rows", "smaller"], "lu">>, T>
  readonly u: Tensor<Result<PerMatrix<S, ["smaller", "columns"], "lu">>, T>
}
/** A mode that is known only at run time leaves the smaller size open. */
export type Qr = <S, T extends Float, const M extends "reduced" | "complete" = "reduced">(
  a: Tensor<S, T> & Guard<MatricesShape<S, "qr">>,
  options?: { readonly mode?: M },
) => {
  readonly q: Tensor<Result<PerMatrix<S, ["rows", M extends "complete" ? "rows" : "smaller"], "qr">>, T>
  readonly r: Tensor<Result<PerMatrix<S, [M extends "complete" ? "rows" : "smaller", "columns"], "qr">>, T>
}
export type Svd = <S, T extends Float, const F extends boolean = false>(
  a: Tensor<S, T> & Guard<MatricesShape<S, "svd">>,
  options?: { readonly fullMatrices?: F },
) => {
  readonly u: Tensor<Result<PerMatrix<S, ["rows", F extends true ? "rows" : "smaller"], "svd">>, T>
  readonly s: Tensor<Result<PerMatrix<S, ["smaller"], "svd">>, T>
  readonly v: Tensor<Result<PerMatrix<S, ["columns", F extends true ? "columns" : "smaller"], "svd">>, T>
}
export type Eigh = <S, T extends Float>(
  a: Tensor<S, T> & Guard<SquareShape<S, "eigh">>,
) => { readonly values: Tensor<Result<RowPerSquare<S, "eigh">>, T>; readonly vectors: Tensor<S, T> }
export type Eigvalsh = <S, T extends Float>(
  a: Tensor<S, T> & Guard<RowPerSquare<S, "eigvalsh">>,
) => Tensor<Result<RowPerSquare<S, "eigvalsh">>, T>

export interface RankOptions {
  readonly rtol?: number
}
export type Pinv = <S, T extends Float>(
  a: Tensor<S, T> & Guard<MatricesShape<S, "pinv">>,
  options?: RankOptions,
) => Tensor<Result<PerMatrix<S, ["columns", "rows"], "pinv">>, T>
export type MatrixRank = <S, T extends Float>(
  a: Tensor<S, T> & Guard<MatricesShape<S, "matrixRank">>,
  options?: RankOptions,
) => Tensor<Result<PerMatrix<S, [], "matrixRank">>, "i32">
export type Lstsq = <S, T extends Float, U>(
  a: Tensor<S, T>,
  b: Tensor<U, NoInfer<T>> & Guard<LeastShape<S, U, "x", "lstsq">>,
  options?: RankOptions,
) => {
  readonly x: Tensor<Result<LeastShape<S, U, "x", "lstsq">>, T>
  readonly residuals: Tensor<Result<LeastShape<S, U, "columns", "lstsq">>, T>
  readonly rank: Tensor<Result<PerMatrix<S, [], "lstsq">>, "i32">
  readonly singularValues: Tensor<Result<PerMatrix<S, ["smaller"], "lstsq">>, T>
}

/** Of vectors any number; of matrices also the two names. */
export type NormOrder = number | "fro" | "nuc"
export type Norm = <S, T extends Float, const N extends AxisArg = undefined, const K extends boolean = false>(
  x: Tensor<S, T>,
  options?: ReduceOptions<N & Guard<ReduceShape<S, N, K, "norm">>, K> & { readonly ord?: NormOrder },
) => Tensor<Result<ReduceShape<S, N, K, "norm">>, T>

export type Kron = <A extends Tensor, B extends Tensor>(
  a: A,
  b: B & ArithmeticGuard<A, B, "kron">,
) => Tensor<KronShape<ShapeOf<A>, ShapeOf<B>>, Out<BinaryDType<A, B, "kron">>>
export type Cross = <A extends Tensor, B extends Tensor, const N extends number = -1>(
  a: A,
  b: B & Guard<CrossShape<ShapeOf<A>, ShapeOf<B>, N>> & ArithmeticGuard<A, B, "cross">,
  options?: { readonly axis?: N },
) => Tensor<Result<CrossShape<ShapeOf<A>, ShapeOf<B>, N>>, Out<BinaryDType<A, B, "cross">>>
export type Vdot = <A extends Tensor, B extends Tensor>(
  a: A,
  b: B & ArithmeticGuard<A, B, "vdot">,
) => Tensor<readonly [], Out<BinaryDType<A, B, "vdot">>>
export type Inner = <A extends Tensor, B extends Tensor>(
  a: A,
  b: B & Guard<InnerShape<ShapeOf<A>, ShapeOf<B>>> & ArithmeticGuard<A, B, "inner">,
) => Tensor<Result<InnerShape<ShapeOf<A>, ShapeOf<B>>>, Out<BinaryDType<A, B, "inner">>>
export type Tensordot = <
  A extends Tensor,
  B extends Tensor,
  const N extends number | readonly [readonly number[], readonly number[]] = 2,
>(
  a: A,
  b: B & Guard<TensordotShape<ShapeOf<A>, ShapeOf<B>, N>> & ArithmeticGuard<A, B, "tensordot">,
  options?: { readonly axes?: N },
) => Tensor<Result<TensordotShape<ShapeOf<A>, ShapeOf<B>, N>>, Out<BinaryDType<A, B, "tensordot">>>
