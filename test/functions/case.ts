/**
 * How a public function is put on the table (docs/FUNCTIONS.md): arguments to draw, the call, and where they exist the same in
 * plain doubles and in PyTorch. The laws in measure.ts do the rest.
 */
import type { Tensor } from "cotangent"
import { type Values, values } from "cotangent/testing"
import type { Element } from "../../src/autodiff/dtype.ts"

declare const drawn: unique symbol
/** What is drawn for one argument; `X` is the tensor that the function gets. */
export interface Argument<X> {
  readonly shape: readonly number[]
  readonly dtype: Element | "key"
  readonly values: Values
  readonly [drawn]?: X
}
/** Floats, by default between -2 and 2; say where the function is smooth: `values.positive(…)`, `values.distinct()`. */
export const floats = <const S extends readonly number[]>(
  shape: S,
  draw: Values = values.between(-2, 2),
): Argument<Tensor<S, "f32">> => ({ shape, dtype: "f32", values: draw })
/** Whole numbers from `min` to `max`, both included. */
export const integers = <const S extends readonly number[]>(
  shape: S,
  min: number,
  max: number,
): Argument<Tensor<S, "i32">> => ({
  shape,
  dtype: "i32",
  values: (count) =>
    values
      .between(
        min,
        max + 1,
      )(count)
      .map((xs) => xs.map((x) => Math.min(max, Math.floor(x)))),
})
export const bools = <const S extends readonly number[]>(shape: S): Argument<Tensor<S, "bool">> => ({
  shape,
  dtype: "bool",
  values: (count) =>
    values
      .between(
        0,
        2,
      )(count)
      .map((xs) => xs.map((x) => (x < 1 ? 0 : 1))),
})
export const key: Argument<Tensor<readonly [], "key">> = {
  shape: [],
  dtype: "key",
  values: () =>
    values
      .between(
        0,
        2 ** 31,
      )(2)
      .map((xs) => xs.map(Math.floor)),
}

type Drawn<A> = { readonly [K in keyof A]: A[K] extends Argument<infer X> ? X : never }
/** An argument as the closed form gets it: doubles in row-major order. */
export interface Plain {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export interface FunctionCase {
  /** The public name; `random.normal` for what lives there. */
  readonly name: string
  /** What tells it from other cases of the function. */
  readonly note?: string
  readonly args: readonly Argument<unknown>[]
  /** The call; a tensor, or a record or list of them. */
  readonly of: (...args: readonly unknown[]) => unknown
  /** Its values in doubles, one list per tensor of the result, in the order of its entries. */
  readonly exact?: (...args: readonly Plain[]) => readonly (readonly number[])[]
  /** The same as a Python expression of the arguments a, b, c …, with `torch` in sight; a tuple where there are several. */
  readonly torch?: string
  /** How often it is differentiated: 2 unless given; 0 for what has no float to differentiate by, or is flat. */
  readonly orders?: 0 | 1 | 2
  /** Errors allowed where the function amplifies rounding; with the reason beside it. */
  readonly allowed?: { readonly value?: number; readonly gradient?: number; readonly second?: number }
}

/** One case, typed by what its arguments draw. */
export const functionCase = <const A extends readonly Argument<unknown>[]>(
  c: Omit<FunctionCase, "args" | "of"> & { readonly args: A; readonly of: (...args: Drawn<A>) => unknown },
): FunctionCase => ({ ...c, of: (...args) => Reflect.apply(c.of, undefined, args) })
export const titleOf = (c: FunctionCase): string => (c.note === undefined ? c.name : `${c.name}, ${c.note}`)
