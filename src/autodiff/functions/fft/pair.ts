/** Complex values as pairs, and the few operations that transforms need. */
import { isFloat } from "../../dtype.ts"
import { internal } from "../../errors.ts"
import { bind } from "../../interpreter.ts"
import { rootsOfUnity } from "../../primitives/roots-of-unity.ts"
import type { Value } from "../../value.ts"
import * as v from "../values.ts"

/** A complex value; without an imaginary part it is real, and costs half. */
export interface Pair {
  readonly re: Value
  readonly im: Value | undefined
}
/** The inverse direction is the one without its division. */
export type Direction = "forward" | "inverse"

/** exp(-+2 pi i p / n) for whole phases p: the minus is the forward transform's. */
export function turns(phases: Value, n: number, dtype: Value["dtype"], direction: Direction): Required<Pair> {
  if (!isFloat(dtype)) throw internal(`a Fourier transform of ${dtype}`)
  const [re, im] = bind(rootsOfUnity.of(n, dtype), [phases])
  if (re === undefined || im === undefined) throw internal("roots of unity without a part")
  return { re, im: direction === "forward" ? v.neg(im) : im }
}
export const onBoth = (x: Pair, f: (part: Value) => Value): Pair => ({ re: f(x.re), im: x.im && f(x.im) })
export const times = (x: Pair, w: Pair): Pair => product(x, w, v.mul)
/** The product of pairs by a bilinear `f`. */
export function product(x: Pair, w: Pair, f: (a: Value, b: Value) => Value): Pair {
  const re = f(x.re, w.re)
  if (x.im === undefined) return { re, im: w.im && f(x.re, w.im) }
  if (w.im === undefined) return { re, im: f(x.im, w.re) }
  return { re: v.sub(re, f(x.im, w.im)), im: v.add(f(x.re, w.im), f(x.im, w.re)) }
}
