/** Derivatives against differences. */
import { functionArgument } from "../../autodiff/boundary.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { type CheckGradsOptions, checkDerivatives, gradsOptions } from "../check-grads.ts"
import { type Arbitraries, atPoint, type Law } from "./draw.ts"

/**
 * The derivatives of a function, forward and backward, are those that central differences in float64 find, at every point
 * drawn. Where they disagree, one-sided differences tell a kink, a jump or the edge of the domain from a wrong rule, and
 * the failure says which it is.
 *
 * @param options `order`: 2 (the default) also checks the derivatives of the derivatives. `modes`: ["fwd"] for a function
 * with a whileLoop, ["rev"] for one with a customVjp. `tolerance`, `seed`: as for checkGrads.
 * @example
 * ```ts
 * import { type F32, mul, sin } from "cotangent"
 * import { laws, tensors, values } from "cotangent/testing"
 * import fc from "fast-check"
 * const f = (x: F32<[3]>) => mul(sin(x), x)
 * fc.assert(laws.gradients(f, [tensors({ shape: [3], values: values.between(-2, 2) })]), { numRuns: 20 })
 * ```
 */
export function gradients<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: CheckGradsOptions = {},
): Law<A> {
  const law = "laws.gradients"
  const call = functionArgument(law, f)
  checkOptions(law, options, gradsOptions)
  return atPoint(args, (...drawn) => checkDerivatives(law, call, drawn, options))
}
