/** A function that scales with its arguments. */
import fc from "fast-check"
import { functionArgument, typed } from "../../autodiff/boundary.ts"
import { isFloat } from "../../autodiff/dtype.ts"
import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import type { Flat } from "../../autodiff/tree.ts"
import { expectEqual, magnitudeOf, type Tolerance } from "./agreement.ts"
import { type Arbitraries, tupleOf } from "./draw.ts"
import type { ArgumentChoice } from "./linear.ts"
import { asTangent, blend, forward, movedLeaves, pointOf, resultAt } from "./point.ts"

export interface HomogeneousOptions extends Tolerance, ArgumentChoice {
  /** k in `f(c x) = c^k f(x)`; 0 for a function that scale does not change. */
  readonly degree: number
  /** Also negative factors. A norm is homogeneous for positive ones only. */
  readonly signed?: boolean
}

/** Powers of two, by which scaling rounds nothing, and a factor whose powers all differ. */
const factors = fc.constantFrom(1, 2, 0.5, 4, 1.5)

/**
 * `f(c x) = c^degree f(x)`, and Euler's theorem: the derivative of f at x in the direction of x is `degree f(x)`.
 *
 * @example
 * ```ts
 * import { type F32, mul, sqrt, sum } from "cotangent"
 * import { laws, tensors, values } from "cotangent/testing"
 * import fc from "fast-check"
 * const norm = (x: F32<[3]>) => sqrt(sum(mul(x, x)))
 * const xs = tensors({ shape: [3], values: values.awayFrom([0], 0.1) })
 * fc.assert(laws.homogeneous(norm, [xs], { degree: 1 }))
 * ```
 */
export function homogeneous<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: HomogeneousOptions,
): fc.IPropertyWithHooks<[x: A, factor: number]> {
  const law = "laws.homogeneous"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance", "argnums", "degree", "signed"])
  requireOptions(law, options, ["degree"])
  const { degree, signed = false, tolerance } = options
  const factor = signed ? fc.tuple(factors, fc.constantFrom(1, -1)).map(([c, sign]) => c * sign) : factors
  return fc.property(typed<fc.Arbitrary<A>>(tupleOf(args)), factor, (drawn, c) => {
    const x = pointOf(drawn)
    const moved = movedLeaves(x, options.argnums)
    const fx = resultAt(law, call, x)
    const floats = fx.leaves.map((leaf) => isFloat(leaf.dtype))
    const times = (by: number): Flat => blend(fx, fx, floats, (u) => by * u)
    // Also by 2 and 1/2: what is not homogeneous shall not be called a wrong derivative further down.
    for (const by of [c, 2, 0.5])
      expectEqual(
        {
          law,
          sides: ["f(c x)", `c^${degree} f(x)`],
          facts: [`c = ${by}`],
          perhaps: (a, b) => {
            const grew = degree + Math.log(a / b) / Math.log(Math.abs(by))
            return Number.isFinite(grew)
              ? `here f grew like c^${Number(grew.toPrecision(3))}: another degree, or a constant (an epsilon, a bias, a clip) that does not scale`
              : "a constant (an epsilon, a bias, a clip) that does not scale"
          },
        },
        resultAt(
          law,
          call,
          blend(x, x, moved, (u) => by * u),
        ),
        times(by ** degree),
        tolerance,
        magnitudeOf(fx.leaves) * Math.max(1, Math.abs(by) ** degree),
      )
    const direction = x.leaves.map((leaf, k) => (moved[k] === true ? leaf : undefined))
    expectEqual(
      {
        law,
        sides: ["the derivative at x in the direction of x", `${degree} f(x)`],
        perhaps: "f scales and its derivative does not: a rule is wrong, or a stopGradient cuts one of the paths",
      },
      forward(law, call, x, direction),
      asTangent(times(degree)),
      tolerance,
      magnitudeOf(fx.leaves) * Math.max(1, Math.abs(degree)),
    )
  })
}
