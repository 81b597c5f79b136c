/** Compiled and not, a function gives the same. */
import { functionArgument } from "../../autodiff/boundary.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { jit } from "../../autodiff/transforms/jit.ts"
import { expectEqual, type Tolerance } from "./agreement.ts"
import { type Arbitraries, atPoint, type Law } from "./draw.ts"
import { pointOf, resultAt } from "./point.ts"

/**
 * `jit(f)` gives what f gives. The compiled function is kept for all points, as it is in a program: what f reads from
 * outside and changes between calls (a counter, Math.random(), a learning rate in a variable) was baked in by the first
 * call, and shows.
 *
 * @example
 * ```ts
 * import { type F32, softmax } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * fc.assert(laws.jitIsEager((x: F32<[3]>) => softmax(x), [tensors({ shape: [3] })]))
 * ```
 */
export function jitIsEager<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: Tolerance = {},
): Law<A> {
  const law = "laws.jitIsEager"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance"])
  const compiled = jit(call)
  return atPoint(args, (...drawn) => {
    const point = pointOf(drawn)
    const eager = resultAt(law, call, point)
    const jitted = resultAt(law, compiled, point)
    const again = resultAt(law, call, point)
    expectEqual(
      {
        law,
        sides: ["f", "f called again with the same arguments"],
        perhaps: "f keeps state or draws without a key; hand both over as arguments (random.split for keys)",
      },
      again,
      eager,
      options.tolerance,
    )
    expectEqual(
      {
        law,
        sides: ["jit(f)", "f"],
        perhaps:
          "f reads something that changed since it was traced, or decides by JavaScript what it should decide by where or cond",
      },
      jitted,
      eager,
      options.tolerance,
    )
  })
}
