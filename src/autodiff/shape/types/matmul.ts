import type { BroadcastShape } from "./broadcast.ts"
import type { Agree, Label, Mismatch, Ok, Ranked, Shape, Show } from "./dimension.ts"

type Product<A, B, K, K2, Batch, Tail extends readonly unknown[]> =
  Agree<K, K2> extends true
    ? Batch extends Ok<infer R extends readonly unknown[]>
      ? Ok<readonly [...R, ...Tail]>
      : Batch
    : Mismatch<`matmul: inner sizes differ, ${Label<K>} and ${Label<K2>}, in ${Show<A>} x ${Show<B>}`>

/** NumPy's rule: a vector on the left is a row, on the right a column, and its axis is gone from the result. */
export type MatMulShape<A, B> =
  Ranked<A> extends false
    ? Ok<Shape>
    : Ranked<B> extends false
      ? Ok<Shape>
      : A extends readonly [...infer AB, infer M, infer K]
        ? B extends readonly [...infer BB, infer K2, infer N]
          ? Product<A, B, K, K2, BroadcastShape<AB, BB, "matmul">, [M, N]>
          : B extends readonly [infer K2]
            ? Product<A, B, K, K2, Ok<AB>, [M]>
            : Mismatch<"matmul: the right operand needs at least one axis, got []">
        : A extends readonly [infer K]
          ? B extends readonly [...infer BB, infer K2, infer N]
            ? Product<A, B, K, K2, Ok<BB>, [N]>
            : B extends readonly [infer K2]
              ? Product<A, B, K, K2, Ok<readonly []>, []>
              : Mismatch<"matmul: the right operand needs at least one axis, got []">
          : Mismatch<"matmul: the left operand needs at least one axis, got []">
