import type { DType } from "../dtype.ts"
import type { Subtract } from "../shape/types/digits.ts"
import type { Lengths, LiteralDType, Nested, Ragged } from "../shape/types/literal.ts"
import type { Tensor } from "../types/tensor.ts"

export interface DTypeOption<T> {
  readonly dtype?: T
}

/** zeros, ones. */
export type Filled = <const S extends number[], T extends Exclude<DType, "key"> = "f32">(
  shape: readonly [...S],
  options?: DTypeOption<T>,
) => Tensor<S, NoInfer<T>>
/** `full(shape, value, { dtype })`; bool where the value is a boolean. */
export type Full = <
  const S extends number[],
  V extends number | boolean,
  T extends Exclude<DType, "key"> = V extends boolean ? "bool" : "f32",
>(
  shape: readonly [...S],
  value: V,
  options?: DTypeOption<T>,
) => Tensor<S, NoInfer<T>>
/** zerosLike, onesLike. */
export type FilledLike = <S, T>(x: Tensor<S, T>) => Tensor<S, T>

type Whole<N> = `${N & number}` extends `${string}.${string}` | `-${string}` ? number : N
/** `arange(5)`, `arange(2, 5)`, `arange(0, 1, { step: 0.1 })`. */
export interface Arange {
  <const N extends number, T extends Exclude<DType, "key" | "bool"> = "f32">(
    stop: N,
    options?: DTypeOption<T> & { readonly step?: never },
  ): Tensor<readonly [Whole<N>], NoInfer<T>>
  <const A extends number, const B extends number, T extends Exclude<DType, "key" | "bool"> = "f32", const Step = 1>(
    start: A,
    stop: B,
    options?: DTypeOption<T> & { readonly step?: Step & number },
  ): Tensor<readonly [Step extends 1 ? (number extends Whole<A> | Whole<B> ? number : Subtract<B, A>) : number], T>
}
/** `linspace(0, 1, 11)`: both ends included. */
export type Linspace = <const N extends number>(start: number, stop: number, count: N) => Tensor<readonly [N], "f32">
/** The identity matrix; `eye(2, { columns: 3, k: 1 })`. */
export type Eye = <const N extends number, T extends Exclude<DType, "key"> = "f32", const M extends number = N>(
  size: N,
  options?: DTypeOption<T> & { readonly columns?: M; readonly k?: number },
) => Tensor<readonly [N, M], NoInfer<T>>

export type AnyNumbers = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array
/** The dtype of data that came without one; bytes are data (pixels, letters) and become f32. */
export type DataDType<D> = D extends Float64Array
  ? "f64"
  : D extends Int32Array
    ? "i32"
    : D extends Uint32Array
      ? "u32"
      : D extends AnyNumbers
        ? "f32"
        : LiteralDType<D>
export type DataShape<D> = D extends AnyNumbers ? [number] : Lengths<D>
/** A number, a boolean, nested arrays of them (the shape is read off), or a typed array with `{ shape }`. */
export type TensorFn = <
  const D extends number | boolean | Nested | AnyNumbers,
  T extends Exclude<DType, "key"> = DataDType<D>,
  const S extends readonly number[] | undefined = undefined,
>(
  data: D & Ragged<D>,
  options?: DTypeOption<T> & { readonly shape?: S },
) => Tensor<S extends undefined ? DataShape<D> : S, T>
