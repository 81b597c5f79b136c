import type { Float } from "../dtype.ts"
import type { Guard, Mismatch, Ok, Out, Ranked, Result, Shape } from "../shape/types/dimension.ts"
import type { EinsumShape } from "../shape/types/einsum.ts"
import type { MatMulShape } from "../shape/types/matmul.ts"
import type { Promote } from "../shape/types/promotion.ts"
import type { ShapeOf, ShapesOf, Tensor } from "../types/tensor.ts"
import type { ArithmeticGuard, BinaryDType } from "./arithmetic.ts"

/** `matmul(a, b)`: NumPy's rule; leading axes broadcast. */
export type MatMul = <A extends Tensor, B extends Tensor>(
  a: A,
  b: B & Guard<MatMulShape<ShapeOf<A>, ShapeOf<B>>> & ArithmeticGuard<A, B, "matmul">,
) => Tensor<Result<MatMulShape<ShapeOf<A>, ShapeOf<B>>>, Out<BinaryDType<A, B, "matmul">>>

type PromoteAll<O, T, Op extends string> = O extends readonly [infer H, ...infer R]
  ? H extends Tensor<infer _, infer V>
    ? Promote<T, V, Op> extends Ok<infer W>
      ? PromoteAll<R, W, Op>
      : Promote<T, V, Op>
    : Ok<T>
  : Ok<T>
export type EinsumDType<O> = O extends readonly [Tensor<infer _, infer T>, ...infer R]
  ? PromoteAll<R, T, "einsum">
  : O extends readonly Tensor<infer _, infer T>[]
    ? Ok<T>
    : never
/** `einsum("b i k, b k j -> b i j", a, b)` */
export type Einsum = <const P extends string, const O extends readonly Tensor[]>(
  pattern: P & Guard<EinsumShape<P, ShapesOf<O>>> & Guard<EinsumDType<O>>,
  ...operands: O
) => Tensor<Result<EinsumShape<P, ShapesOf<O>>>, Out<EinsumDType<O>>>

/** How `einsum` contracts operands of these shapes. */
export type EinsumPath = <const P extends string, const O extends readonly Tensor[]>(
  pattern: P & Guard<EinsumShape<P, ShapesOf<O>>> & Guard<EinsumDType<O>>,
  ...operands: O
) => ContractionPath
export interface ContractionPath {
  readonly steps: readonly { readonly operands: readonly number[]; readonly pattern: string; readonly cost: number }[]
  /** Products formed in all, and by a sum over all names at once. */
  readonly cost: number
  readonly naive: number
  toString(): string
}

/** The last axes of two tensors multiplied and summed: `dot(a, b)` of vectors is a scalar. */
export type Dot = MatMul

type OuterShape<S, U> =
  Ranked<S> extends false
    ? Ok<Shape>
    : Ranked<U> extends false
      ? Ok<Shape>
      : S extends readonly [infer N]
        ? U extends readonly [infer M]
          ? Ok<readonly [N, M]>
          : Mismatch<"outer: takes two vectors">
        : Mismatch<"outer: takes two vectors">
export type Outer = <S, T extends Float, U>(
  a: Tensor<S, T>,
  b: Tensor<U, NoInfer<T>> & Guard<OuterShape<S, U>>,
) => Tensor<Result<OuterShape<S, U>>, T>
