import type { Mismatch, Show } from "./dimension.ts"

/** A number or boolean, or arrays of them nested to any depth. */
export interface Nested extends ReadonlyArray<number | boolean | Nested> {}

/** The shape of a nested array literal, read along its first elements. */
export type Lengths<D> = D extends readonly [infer H, ...infer R]
  ? [[H, ...R]["length"], ...Lengths<H>]
  : D extends readonly []
    ? [0]
    : D extends readonly (infer E)[]
      ? Nested extends E
        ? [number, ...number[]]
        : [number, ...Lengths<E>]
      : []

type OddRow<D, First, C extends 0[] = [0]> = D extends readonly [infer H, ...infer T]
  ? [Lengths<H>] extends [First]
    ? OddRow<T, First, [...C, 0]>
    : Mismatch<`tensor: ragged array, ${Show<First>} at index 0 and ${Show<Lengths<H>>} at index ${C["length"]}`>
  : unknown
// The rows of a long literal are compared as one union first (equal rows collapse in it); only a ragged literal is walked
// row by row, to name the odd one.
type RowsDiffer<D> = D extends readonly [infer H, ...infer T]
  ? [Lengths<D[number]>] extends [Lengths<H>]
    ? unknown
    : OddRow<T, Lengths<H>>
  : unknown
type InsideRows<R> = R extends readonly [unknown, ...unknown[]] ? Extract<Ragged<R>, Mismatch<string>> : never
/** unknown where all rows of a literal have one shape, otherwise the reason; deepest first, as at run time. */
export type Ragged<D> = D extends readonly [unknown, ...unknown[]]
  ? [D[number]] extends [number | boolean]
    ? unknown
    : [InsideRows<D[number]>] extends [never]
      ? RowsDiffer<D>
      : InsideRows<D[number]>
  : unknown

// Written out to four levels: a recursive search for the leaf never ends on `Nested` itself.
type Booleans1 = readonly boolean[]
type Booleans2 = readonly Booleans1[]
type Booleans3 = readonly Booleans2[]
type Booleans4 = readonly Booleans3[]
/** bool for booleans, f32 for numbers. */
export type LiteralDType<D> = D extends readonly []
  ? "f32"
  : D extends boolean | Booleans1 | Booleans2 | Booleans3 | Booleans4
    ? "bool"
    : "f32"
