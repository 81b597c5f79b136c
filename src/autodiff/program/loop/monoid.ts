/**
 * What a fold combines with. Each is associative and commutative in exact arithmetic, so an engine may fold in lanes and
 * in any order; `combine.ts` writes them in Scalars, so no engine knows one by name.
 */
import type { Element } from "../../dtype.ts"
import { internal } from "../../errors.ts"
import type { Scalar } from "./scalar.ts"

/** Monoids of one value. max and min give NaN when any operand is NaN, as NumPy does. */
export type Simple = "sum" | "prod" | "max" | "min" | "and" | "or"
/** Monoids of (value, index) pairs: the better value wins, ties go to the lower index, the first NaN wins over all. */
export type Paired = "argmax" | "argmin"
export type Monoid = Simple | Paired

export const isPaired = (monoid: Monoid): monoid is Paired => monoid === "argmax" || monoid === "argmin"

export function monoidResult(bodies: readonly Scalar[], part: number): Element {
  const body = bodies[part]
  if (body === undefined) throw internal(`a fold of ${bodies.length} components has no component ${part}`)
  return body.dtype
}

const lowest = (t: Element): number => (t === "i32" ? -(2 ** 31) : t === "u32" || t === "bool" ? 0 : -Infinity)
const highest = (t: Element): number =>
  t === "i32" ? 2 ** 31 - 1 : t === "u32" ? 2 ** 32 - 1 : t === "bool" ? 1 : Infinity

/** The neutral element, one number per component, for bodies of these dtypes. */
export function unitOf(monoid: Monoid, dtypes: readonly Element[]): readonly number[] {
  const t = dtypes[0] ?? "f32"
  switch (monoid) {
    case "sum":
    case "or":
      return [0]
    case "prod":
      return [1]
    case "and":
      return [t === "bool" ? 1 : t === "u32" ? 2 ** 32 - 1 : -1]
    case "max":
      return [lowest(t)]
    case "min":
      return [highest(t)]
    case "argmax":
      return [lowest(t), 2 ** 31 - 1]
    case "argmin":
      return [highest(t), 2 ** 31 - 1]
  }
}
