import type { DType, Float } from "../dtype.ts"
import type { BroadcastShape } from "../shape/types/broadcast.ts"
import type { Exact, Guard, Ok, Out, Result, Shape } from "../shape/types/dimension.ts"
import type { Arithmetic, Castable, Fraction, Promote } from "../shape/types/promotion.ts"
import type { Operand, Tensor } from "../types/tensor.ts"

/** Dtypes with arithmetic. */
export type Numeric = "f32" | "f64" | "i32" | "u32"

// The type parameters are the operands, not their shapes: a number is then told from a tensor even where the shape is
// generic, and no overload spoils the first line of the message.
export type BinaryShape<A, B, Op extends string> =
  A extends Tensor<infer S, infer _>
    ? B extends Tensor<infer U, infer _>
      ? BroadcastShape<S, U, Op>
      : Ok<S>
    : B extends Tensor<infer U, infer _>
      ? Ok<U>
      : Ok<readonly []>
/** A number takes the dtype of the other operand; two numbers make an f32. */
export type BinaryDType<A, B, Op extends string> =
  A extends Tensor<infer _, infer T>
    ? B extends Tensor<infer _, infer V>
      ? Promote<T, V, Op>
      : Ok<T>
    : B extends Tensor<infer _, infer V>
      ? Ok<V>
      : Ok<"f32">

type Row<Table, T> = Table[T & keyof Table]
type HasFraction<N> = `${N & number}` extends `${string}.${string}` | `${string}e-${string}` ? true : false
type NumberOnto<T, N, Op extends string> =
  HasFraction<N> extends true ? Row<Fraction<Op, N & number>, T> : Row<Arithmetic<Op>, T>
/** What arithmetic asks of two dtypes. */
export type ArithmeticGuard<A, B, Op extends string> =
  A extends Tensor<infer _, infer T>
    ? B extends Tensor<infer _, infer V>
      ? Exact<V> extends Exact<T>
        ? Row<Arithmetic<Op>, T>
        : Guard<Promote<T, V, Op>>
      : NumberOnto<T, B, Op>
    : B extends Tensor<infer _, infer V>
      ? NumberOnto<V, A, Op>
      : unknown

/** add, sub, mul, div, pow, maximum, minimum … : shapes broadcast, dtypes promote. */
export type Elementwise<Op extends string> = <A extends Operand, B extends Operand>(
  a: A,
  b: B & Guard<BinaryShape<A, B, Op>> & ArithmeticGuard<A, B, Op>,
) => Tensor<Result<BinaryShape<A, B, Op>>, Out<BinaryDType<A, B, Op>>>

/** less, equal … : shapes broadcast, dtypes promote, the result is bool. */
export type Compare<Op extends string> = <A extends Operand, B extends Operand>(
  a: A,
  b: B & Guard<BinaryShape<A, B, Op>> & Guard<BinaryDType<A, B, Op>>,
) => Tensor<Result<BinaryShape<A, B, Op>>, "bool">

export type LogicalOperand = Tensor<Shape, "bool"> | boolean
/** logicalAnd, logicalOr, logicalXor. */
export type Logical<Op extends string> = <A extends LogicalOperand, B extends LogicalOperand>(
  a: A,
  b: B & Guard<BinaryShape<A, B, Op>>,
) => Tensor<Result<BinaryShape<A, B, Op>>, "bool">
export type LogicalNot = <S>(x: Tensor<S, "bool">) => Tensor<S, "bool">

/** exp, log, sin, tanh, sqrt … : functions of real numbers; integers are cast by the user. */
export type Unary = <S, T extends Float>(x: Tensor<S, T>) => Tensor<S, T>
/** neg, abs, sign, square. */
export type UnaryNumeric = <S, T extends Numeric>(x: Tensor<S, T>) => Tensor<S, T>
/** polygamma(n, x). */
export type Polygamma = <S, T extends Float>(order: number, x: Tensor<S, T>) => Tensor<S, T>
type WholeOperand = Tensor<Shape, "i32" | "u32" | "bool"> | number
/** bitwiseAnd, leftShift … : whole numbers and bools; shapes broadcast, dtypes do not mix. */
export type Bitwise<Op extends string> = <A extends WholeOperand, B extends WholeOperand>(
  a: A,
  b: B & Guard<BinaryShape<A, B, Op>> & Guard<BinaryDType<A, B, Op>>,
) => Tensor<Result<BinaryShape<A, B, Op>>, Out<BinaryDType<A, B, Op>>>
/** bitwiseNot. */
export type UnaryBitwise = <S, T extends "i32" | "u32" | "bool">(x: Tensor<S, T>) => Tensor<S, T>
/** popCount. */
export type UnaryWhole = <S, T extends "i32" | "u32">(x: Tensor<S, T>) => Tensor<S, T>
/** How near is near: |a - b| <= atol + rtol |b|. */
export interface Closeness {
  readonly rtol?: number
  readonly atol?: number
  /** Whether NaN is near NaN. */
  readonly equalNaN?: boolean
}
/** `isClose(a, b, { rtol, atol, equalNaN })` */
export type IsClose = <A extends Operand, B extends Operand>(
  a: A,
  b: B & Guard<BinaryShape<A, B, "isClose">> & ArithmeticGuard<A, B, "isClose">,
  options?: Closeness,
) => Tensor<Result<BinaryShape<A, B, "isClose">>, "bool">
/** `allClose(a, b, { rtol, atol, equalNaN })` */
export type AllClose = <A extends Operand, B extends Operand>(
  a: A,
  b: B & Guard<BinaryShape<A, B, "allClose">> & ArithmeticGuard<A, B, "allClose">,
  options?: Closeness,
) => Tensor<readonly [], "bool">
/** `nanToNum(x, { nan, posinf, neginf })` */
export type NanToNum = <S, T extends Float>(
  x: Tensor<S, T>,
  options?: { readonly nan?: number; readonly posinf?: number; readonly neginf?: number },
) => Tensor<S, T>
/** isNaN, isFinite. */
export type Test = <S, T extends Float>(x: Tensor<S, T>) => Tensor<S, "bool">
/** `clip(x, low, high)`: bounds are numbers or scalars. */
export type Clip = <S, T extends Numeric>(
  x: Tensor<S, T>,
  low: number | Tensor<readonly [], NoInfer<T>>,
  high: number | Tensor<readonly [], NoInfer<T>>,
) => Tensor<S, T>

/** `cast(x, "i32")` */
export type Cast = <S, D extends DType, const T extends Exclude<DType, "key">>(
  x: Tensor<S, D> & Castable[D],
  dtype: T,
) => Tensor<S, T>

type Chosen<C, A, Op extends string> = BinaryShape<C, A, Op>
type ChosenBoth<C, A, B, Op extends string> =
  Chosen<C, A, Op> extends Ok<infer S>
    ? B extends Tensor<infer U, infer _>
      ? BroadcastShape<S, U, Op>
      : Ok<S>
    : Ok<Shape>
/** `where(condition, a, b)`: all three broadcast, a and b promote. */
export type Where = <C extends LogicalOperand, A extends Operand, B extends Operand>(
  condition: C,
  a: A & Guard<Chosen<C, A, "where">>,
  b: B & Guard<ChosenBoth<C, A, B, "where">> & Guard<BinaryDType<A, B, "where">>,
) => Tensor<Result<ChosenBoth<C, A, B, "where">>, Out<BinaryDType<A, B, "where">>>
