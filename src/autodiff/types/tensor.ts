import type { DType, Float } from "../dtype.ts"
import type { Shape } from "../shape/types/dimension.ts"

/** The typed array in which `data()` hands out elements; bool as 0 and 1, a key as two words. */
export type Numbers<T = DType> = T extends "f64"
  ? Float64Array
  : T extends "f32"
    ? Float32Array
    : T extends "i32"
      ? Int32Array
      : T extends "u32" | "key"
        ? Uint32Array
        : Uint8Array
/** One element as JavaScript has it. */
export type Value<T = DType> = T extends "bool" ? boolean : T extends "key" ? readonly [number, number] : number
/** Elements nested by shape: what `array()` gives. */
export type Nest<S, V> = S extends readonly [unknown, ...infer R]
  ? readonly Nest<R, V>[]
  : S extends readonly []
    ? V
    : unknown

declare const brand: unique symbol

/**
 * An immutable array of numbers. `S` is the shape (`[32, 784]`, `[number, 10]`, `[Dim<"batch">, 10]`) and `T` the dtype;
 * both are wide by default, so `Tensor` accepts every tensor. `Readonly<S>` makes Tensor<[2]> and Tensor<readonly [2]> one
 * type.
 *
 * @example
 * ```ts
 * import { add, tensor } from "cotangent"
 * const x = tensor([[1, 2], [3, 4]])
 * console.log(x.shape, await add(x, 1).array())
 * ```
 */
export interface Tensor<S = Shape, T = DType> {
  readonly [brand]: true
  readonly shape: Readonly<S>
  readonly dtype: T
  /** A copy of the elements in row-major order. */
  data(): Promise<Numbers<T>>
  array(): Promise<Nest<S, Value<T>>>
  item(this: Tensor<readonly [], T>): Promise<Value<T>>
  /** At once, on engines that can block (wasm, reference); elsewhere an EngineError names the asynchronous form. */
  dataSync(): Numbers<T>
  arraySync(): Nest<S, Value<T>>
  itemSync(this: Tensor<readonly [], T>): Value<T>
  /** The same tensor in the memory of another engine. */
  to(engine: string): Promise<Tensor<S, T>>
  toString(): string
  toJSON(): unknown
}

/**
 * Any tensor, where several stand in a list: unlike `Tensor` it says nothing of shape and dtype, so that
 * `concat([zeros([2]), ...])` does not take them from its own parameter.
 */
export interface AnyTensor {
  readonly [brand]: true
}
export type Scalar<T = "f32"> = Tensor<readonly [], T>
/** A key of the random generator; maps, scans and lives in trees like any other tensor. */
export type Key = Tensor<readonly [], "key">
export type F32<S = Shape> = Tensor<S, "f32">
/** What arithmetic takes: a tensor, or a number that takes the other operand's dtype. */
export type Operand = Tensor | number
export type FloatOperand = Tensor<Shape, Float> | number
/** A predicate: one bool. */
export type Predicate = Scalar<"bool"> | boolean

export type ShapeOf<X> = X extends Tensor<infer S, infer _> ? S : readonly []
/** Shapes of several operands; a number counts as a scalar. */
export type ShapesOf<O> = { readonly [K in keyof O]: ShapeOf<O[K]> }
