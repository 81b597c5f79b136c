import type { DType } from "../../dtype.ts"
import type { Exact, Mismatch, Ok } from "./dimension.ts"

type To<V extends DType> = { readonly [K in "f64" | "f32" | "i32" | "u32" | "bool"]: V }
/** The table of ../../dtype.ts: bool < i32, u32 < f32 < f64; i32 and u32 do not mix, and a key mixes with nothing. */
export interface Promotion {
  f64: To<"f64">
  f32: Omit<To<"f32">, "f64"> & { f64: "f64" }
  i32: { f64: "f64"; f32: "f32"; i32: "i32"; bool: "i32" }
  u32: { f64: "f64"; f32: "f32"; u32: "u32"; bool: "u32" }
  bool: { f64: "f64"; f32: "f32"; i32: "i32"; u32: "u32"; bool: "bool" }
  key: Record<never, never>
}
/** Where two dtypes meet; identity first, so that one type parameter meets itself. */
export type Promote<A, B, Op extends string> =
  Exact<B> extends Exact<A>
    ? Ok<A>
    : A extends keyof Promotion
      ? B extends keyof Promotion[A]
        ? Ok<Promotion[A][B]>
        : "key" extends A | B
          ? Mismatch<`${Op}: a key is no number; draw from it with random.bits or random.uniform`>
          : Mismatch<`${Op}: ${A} and ${B & string} do not mix; cast one`>
      : never

// Requirements on one dtype are records indexed by it: `Arithmetic<"add">[T]` is `unknown` for every T that has
// arithmetic, also where T is a type parameter bounded by such dtypes, where a conditional type would stay undecided.
interface Floats {
  readonly f32: unknown
  readonly f64: unknown
}
/** Two tensors of one dtype. */
export interface Arithmetic<Op extends string> extends Floats {
  readonly i32: unknown
  readonly u32: unknown
  readonly bool: Mismatch<`${Op}: bool has no arithmetic; cast it first`>
  readonly key: Mismatch<`${Op}: a key is no number; draw from it with random.bits or random.uniform`>
}
/** A number that has a fraction, on a tensor of some dtype. */
export interface Fraction<Op extends string, N extends number> extends Floats {
  readonly i32: Mismatch<`${Op}: ${N} is no i32; cast the tensor to f32 first`>
  readonly u32: Mismatch<`${Op}: ${N} is no u32; cast the tensor to f32 first`>
  readonly bool: Mismatch<`${Op}: bool has no arithmetic; cast it first`>
  readonly key: Mismatch<`${Op}: a key is no number; draw from it with random.bits or random.uniform`>
}
/** Casting from a dtype. */
export interface Castable extends Floats {
  readonly i32: unknown
  readonly u32: unknown
  readonly bool: unknown
  readonly key: Mismatch<"cast: a key is no number; draw from it with random.bits or random.uniform">
}
