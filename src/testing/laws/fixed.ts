/** Functions that come to rest, and functions that undo themselves. */
import { functionArgument } from "../../autodiff/boundary.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { flatten } from "../../autodiff/tree.ts"
import { expectEqual, type Tolerance } from "./agreement.ts"
import { type Arbitraries, atPoint, type Law } from "./draw.ts"

/**
 * `f(f(x)) = f(x)`: a projection, a normalisation, a clip.
 *
 * @example
 * ```ts
 * import { clip, type F32 } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * fc.assert(laws.idempotent((x: F32<[3]>) => clip(x, -1, 1), [tensors({ shape: [3] })], { tolerance: 0 }))
 * ```
 */
export const idempotent = <X>(f: (x: X) => X, args: Arbitraries<[x: X]>, options: Tolerance = {}): Law<[x: X]> =>
  twice("laws.idempotent", f, args, options, {
    sides: ["f(f(x))", "f(x)"],
    wanted: (_, once) => once,
    perhaps:
      "each application goes on a little: an iteration that was stopped early, an epsilon that is added each time",
  })

/**
 * `f(f(x)) = x`: a transpose, a reversal, a complement.
 *
 * @example
 * ```ts
 * import { type F32, transpose } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * fc.assert(laws.involution((x: F32<[3, 3]>) => transpose(x), [tensors({ shape: [3, 3] })], { tolerance: 0 }))
 * ```
 */
export const involution = <X>(f: (x: X) => X, args: Arbitraries<[x: X]>, options: Tolerance = {}): Law<[x: X]> =>
  twice("laws.involution", f, args, options, {
    sides: ["f(f(x))", "x"],
    wanted: (x) => x,
    perhaps:
      "f loses something on the way: it clips, rounds or sorts, or turns twice in one sense instead of to and fro",
  })

function twice<X>(
  law: string,
  f: (x: X) => X,
  args: Arbitraries<[x: X]>,
  options: Tolerance,
  {
    sides,
    wanted,
    perhaps,
  }: {
    readonly sides: readonly [string, string]
    readonly wanted: (x: unknown, once: unknown) => unknown
    readonly perhaps: string
  },
): Law<[x: X]> {
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance"])
  return atPoint(args, (x) => {
    const once = call(x)
    expectEqual(
      { law, sides, perhaps },
      flatten(call(once), "the result"),
      flatten(wanted(x, once), "the result"),
      options.tolerance,
    )
  })
}
