/** A function that only rises, or only falls. */
import { functionArgument } from "../../autodiff/boundary.ts"
import { checkOptions } from "../../autodiff/options.ts"
import type { Flat } from "../../autodiff/tree.ts"
import { indexAt } from "../close/leaf.ts"
import { exceeded, magnitudeOf, showIndex, type Tolerance, toleranceOf } from "./agreement.ts"
import { type Arbitraries, atPoints, type LawOfMany } from "./draw.ts"
import type { ArgumentChoice } from "./linear.ts"
import { blend, difference, forward, matching, movedLeaves, pointOf, resultAt } from "./point.ts"

export interface MonotoneOptions extends Tolerance, ArgumentChoice {
  /** "increasing" unless given. */
  readonly direction?: "increasing" | "decreasing"
}

/**
 * Where every element of x is at most that of y, every element of f(x) is at most that of f(y), or at least, for
 * `direction: "decreasing"`; and the derivative has that sign on the way. Points lie between those drawn, so ranges of values
 * should have no holes in which f is undefined.
 *
 * @example
 * ```ts
 * import { cumsum, exp, type F32 } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * fc.assert(laws.monotone((x: F32<[3]>) => cumsum(exp(x)), [tensors({ shape: [3] })]))
 * ```
 */
export function monotone<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: MonotoneOptions = {},
): LawOfMany<A> {
  const law = "laws.monotone"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance", "argnums", "direction"])
  const { direction = "increasing", tolerance } = options
  const sign = direction === "increasing" ? 1 : -1
  return atPoints(args, [], (first, second) => {
    const x = pointOf(first)
    const y = matching(x, pointOf(second))
    const moved = movedLeaves(x, options.argnums)
    const [low, high] = [blend(x, y, moved, Math.min), blend(x, y, moved, Math.max)]
    const [below, above] = [resultAt(law, call, low), resultAt(law, call, high)]
    const rising = sign > 0 ? "f of the smaller argument" : "f of the larger argument"
    const other = sign > 0 ? "f of the larger" : "f of the smaller"
    const [small, large] = sign > 0 ? [below, above] : [above, below]
    eachElement(small, large, tolerance, (at, p, q, slack) => {
      if (p <= q + slack || (Number.isNaN(p) && Number.isNaN(q))) return
      throw exceeded(
        {
          law,
          sides: [rising, other],
          perhaps: `f is not ${direction}: a sign, a wrap-around, or a rule that holds on a part of the range only`,
        },
        at,
        p,
        q,
        slack,
      )
    })
    const slope = forward(law, call, low, difference(low, high, moved))
    eachElement(slope, slope, tolerance, (at, v, _, slack) => {
      if (sign * v >= -slack) return
      throw exceeded(
        {
          law,
          sides: [
            "the derivative towards the larger argument",
            `${direction === "increasing" ? "at least" : "at most"} 0, for f is ${direction};`,
          ],
          perhaps: "f moves one way and its derivative says the other: the sign of a rule",
        },
        at,
        v,
        0,
        slack,
      )
    })
  })
}

function eachElement(
  a: Flat,
  b: Flat,
  tolerance: number | undefined,
  check: (at: string, p: number, q: number, slack: number) => void,
): void {
  a.leaves.forEach((leaf, k) => {
    const other = b.leaves[k]
    if (other === undefined) return
    const [p, q] = [leaf.dataSync(), other.dataSync()]
    const slack = toleranceOf(leaf.dtype, tolerance) * Math.max(1, magnitudeOf([leaf, other]))
    p.forEach((v, i) => {
      check(`${a.paths[k]}${showIndex(indexAt(leaf.shape, i))}`, v, q[i] ?? 0, slack)
    })
  })
}
