/** A function that spreads its arguments by no more than a constant. */
import { functionArgument } from "../../autodiff/boundary.ts"
import { isFloat } from "../../autodiff/dtype.ts"
import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { exceeded, magnitudeOf, type Tolerance, toleranceOf } from "./agreement.ts"
import { type Arbitraries, atPoints, type LawOfMany } from "./draw.ts"
import type { ArgumentChoice } from "./linear.ts"
import { blend, difference, forward, lengthOf, matching, movedLeaves, pointOf, resultAt } from "./point.ts"

export interface LipschitzOptions extends Tolerance, ArgumentChoice {
  readonly constant: number
  /** The p of the p-norm in which both distances are measured, or Infinity; 2 unless given. */
  readonly norm?: number
}

/**
 * `|f(x) - f(y)| <= constant |x - y|`, and `|J v| <= constant |v|` for the derivative at x.
 *
 * @example
 * ```ts
 * import { type F32, softmax } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * fc.assert(laws.lipschitz((x: F32<[4]>) => softmax(x), [tensors({ shape: [4] })], { constant: 1 }))
 * ```
 */
export function lipschitz<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: LipschitzOptions,
): LawOfMany<A> {
  const law = "laws.lipschitz"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance", "argnums", "constant", "norm"])
  requireOptions(law, options, ["constant"])
  const { constant, norm = 2, tolerance } = options
  return atPoints(args, [], (first, second) => {
    const x = pointOf(first)
    const moved = movedLeaves(x, options.argnums)
    const y = blend(x, matching(x, pointOf(second)), moved, (_, v) => v)
    const direction = difference(x, y, moved)
    const [fx, fy] = [resultAt(law, call, x), resultAt(law, call, y)]
    const floats = fx.leaves.map((leaf) => isFloat(leaf.dtype))
    const far = lengthOf(direction, norm)
    const count = fx.leaves.reduce((sum, leaf) => sum + leaf.shape.reduce((a, b) => a * b, 1), 1)
    const widest = fx.leaves.some((leaf) => leaf.dtype === "f32") ? "f32" : "f64"
    const slack =
      toleranceOf(widest, tolerance) * Math.sqrt(count) * Math.max(1, magnitudeOf(fx.leaves), magnitudeOf(fy.leaves))
    const hold = (what: string, length: number, perhaps: string): void => {
      // Not `length > bound`: NaN must fail.
      if (length <= constant * far + slack) return
      throw exceeded(
        {
          law,
          sides: [what, `the bound ${constant} |x - y|`],
          facts: [`|x - y| = ${far} in the ${norm}-norm, so the quotient is ${Number((length / far).toPrecision(4))}`],
          perhaps,
        },
        "these points",
        length,
        constant * far,
        slack,
      )
    }
    hold(
      "|f(x) - f(y)|",
      lengthOf(difference(fx, fy, floats), norm),
      "the constant is too small for this norm, f is steeper near an edge or a pole, or it jumps",
    )
    hold(
      "|J (x - y)|",
      lengthOf(forward(law, call, x, direction).leaves, norm),
      "the values keep to the bound and the derivative does not: a rule is too large, or NaN",
    )
  })
}
