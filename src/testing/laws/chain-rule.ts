/** The derivative of a composition is the composition of the derivatives. */
import { functionArgument } from "../../autodiff/boundary.ts"
import { isFloat } from "../../autodiff/dtype.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectEqual, magnitudeOf, type Tolerance } from "./agreement.ts"
import { type Arbitraries, atPoint, type Law } from "./draw.ts"
import { backward, directionAt, forward, movedLeaves, pointOf, resultAt, weightsAt, withLeaves } from "./point.ts"

export interface ChainRuleOptions extends Tolerance {
  /** Both unless given. */
  readonly modes?: readonly ("fwd" | "rev")[]
}

/**
 * `(f . g)'(x) v = f'(g(x)) (g'(x) v)`, and the same backward: where f runs inside a transform and gets traced values, it is
 * the function that it is outside. What keeps values between calls, or asks whether it is being traced, is not.
 *
 * @example
 * ```ts
 * import { exp, type F32, mul, sum } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * const f = (y: F32<[3]>) => sum(exp(y))
 * const g = (x: F32<[3]>) => mul(x, x)
 * fc.assert(laws.chainRule(f, g, [tensors({ shape: [3] })], { tolerance: 1e-4 }))
 * ```
 */
export function chainRule<A extends readonly unknown[], B>(
  f: (y: B) => unknown,
  g: (...args: A) => B,
  args: Arbitraries<A>,
  options: ChainRuleOptions = {},
): Law<A> {
  const law = "laws.chainRule"
  const [outer, inside] = [functionArgument(law, f), functionArgument(law, g)]
  checkOptions(law, options, ["tolerance", "modes"])
  const { modes = ["fwd", "rev"], tolerance } = options
  const perhaps =
    "f or g keeps a value of an earlier call, reads numbers where it can and traces where it cannot, or a rule of a customVjp looks at more than its residuals"
  return atPoint(args, (...drawn) => {
    const x = pointOf(drawn)
    const y = resultAt(law, inside, x)
    // What f is given: the one result of g.
    const point = pointOf([y.build(y.leaves)])
    const composed = (...xs: readonly unknown[]): unknown => outer(inside(...xs))
    const moved = movedLeaves(x, undefined)
    if (modes.includes("fwd")) {
      const direction = directionAt(x, moved)
      const slope = forward(law, inside, x, direction)
      const through = slope.leaves.map((t) => (isFloat(t.dtype) ? t : undefined))
      const wanted = forward(law, outer, point, through)
      expectEqual(
        { law, sides: ["(f . g)' v", "f' (g' v)"], perhaps },
        forward(law, composed, x, direction),
        wanted,
        tolerance,
        magnitudeOf(slope.leaves),
      )
    }
    if (modes.includes("rev")) {
      const whole = backward(law, composed, x, weightsAt)
      const last = backward(law, outer, point, weightsAt)
      const wanted = backward(law, inside, x, () => last.cotangents)
      const floats = (cotangents: typeof whole.cotangents) =>
        withLeaves(
          x,
          x.leaves.map((leaf, k) => cotangents[k] ?? leaf),
        )
      expectEqual(
        { law, sides: ["v' (f . g)'", "(v' f') g'"], perhaps },
        floats(whole.cotangents),
        floats(wanted.cotangents),
        tolerance,
        magnitudeOf(last.cotangents),
      )
    }
  })
}
