/** A function that is linear. */
import fc from "fast-check"
import { functionArgument } from "../../autodiff/boundary.ts"
import { isFloat } from "../../autodiff/dtype.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectEqual, magnitudeOf, type Tolerance } from "./agreement.ts"
import { type Arbitraries, atPoints, type LawOfMany } from "./draw.ts"
import { asTangent, blend, forward, matching, movedLeaves, pointOf, resultAt } from "./point.ts"

export interface ArgumentChoice {
  /** The arguments that the law is about, by number; all floats unless given. The others keep their values. */
  readonly argnums?: number | readonly number[]
}

/** Dyadic, so that scaling rounds nothing. */
const scales = fc.integer({ min: -8, max: 8 }).map((k) => k / 4)

/**
 * `f(a x + b y) = a f(x) + b f(y)`, and the derivative of f is f itself. What is affine, `f(x) = W x + c`, is not linear.
 *
 * @param options `argnums`: for a function that is linear in some arguments, as a product is. `tolerance`: relative to the
 * largest term.
 * @example
 * ```ts
 * import { type F32, matmul } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * const f = (w: F32<[2, 3]>, x: F32<[3]>) => matmul(w, x)
 * fc.assert(laws.linear(f, [tensors({ shape: [2, 3] }), tensors({ shape: [3] })], { argnums: 1 }))
 * ```
 */
export function linear<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: Tolerance & ArgumentChoice = {},
): LawOfMany<A, [a: number, b: number]> {
  const law = "laws.linear"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance", "argnums"])
  return atPoints(args, [scales, scales], (first, second, a, b) => {
    const x = pointOf(first)
    const y = matching(x, pointOf(second))
    const moved = movedLeaves(x, options.argnums)
    const fx = resultAt(law, call, x)
    const fy = resultAt(
      law,
      call,
      blend(x, y, moved, (_, v) => v),
    )
    const floats = fx.leaves.map((leaf) => isFloat(leaf.dtype))
    const magnitude = 4 * Math.max(magnitudeOf(fx.leaves), magnitudeOf(fy.leaves))
    // Also by factors that tell most: what is not linear shall not be called a wrong derivative further down.
    for (const [p, q] of [[Number(a), Number(b)] as const, [1, 1] as const, [2, -1] as const, [0, 0] as const])
      expectEqual(
        {
          law,
          sides: ["f(a x + b y)", "a f(x) + b f(y)"],
          facts: [`a = ${p}, b = ${q}`],
          perhaps:
            p === 0 && q === 0
              ? "f(0) is not 0: it adds a constant"
              : "it adds a constant (then f(0) is not 0), or bends: a power, an absolute value, a product of two of the arguments moved (argnums names one)",
        },
        resultAt(
          law,
          call,
          blend(x, y, moved, (u, v) => p * u + q * v),
        ),
        blend(fx, fy, floats, (u, v) => p * u + q * v),
        options.tolerance,
        magnitude,
      )
    const direction = y.leaves.map((leaf, k) => (moved[k] === true ? leaf : undefined))
    expectEqual(
      {
        law,
        sides: ["the derivative of f at x in the direction of y", "f(y)"],
        perhaps: "f is linear and the rule of its derivative is wrong (customJvp, definePrimitive)",
      },
      forward(law, call, x, direction),
      asTangent(fy),
      options.tolerance,
      magnitude,
    )
  })
}
