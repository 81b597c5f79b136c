/** A function that commutes with a change of its arguments. */
import fc from "fast-check"
import { functionArgument, typed } from "../../autodiff/boundary.ts"
import { CotangentError } from "../../autodiff/errors.ts"
import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import { flatten } from "../../autodiff/tree.ts"
import type { Tensor } from "../../autodiff/types/tensor.ts"
import { tensors } from "../tensors.ts"
import { expectEqual, type Tolerance } from "./agreement.ts"
import { type Arbitraries, tupleOf } from "./draw.ts"
import { pointOf, resultAt } from "./point.ts"

export interface EquivariantOptions<A extends readonly unknown[], R, G> extends Tolerance {
  /** The changes to try: `permutations(n)`, shifts, scales. Left out where there is only one. */
  readonly by?: fc.Arbitrary<G>
  /** How a change acts on the arguments, in a tuple. */
  readonly input: (args: A, by: G) => Readonly<A>
  /** How it acts on the result; not at all unless given: f is then invariant. */
  readonly output?: (result: R, by: G) => unknown
}

/**
 * `f(input(x, g)) = output(f(x), g)` for every change g: a layer over sets does not care about their order, a convolution
 * moves with its image.
 *
 * @example
 * ```ts
 * import { type F32, take, softmax } from "cotangent"
 * import { laws, permutations, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * const law = laws.equivariant((x: F32<[4]>) => softmax(x), [tensors({ shape: [4] })], {
 *   by: permutations(4),
 *   input: ([x], order) => [take(x, order)],
 *   output: (y, order) => take(y, order),
 * })
 * fc.assert(law)
 * ```
 */
export function equivariant<A extends readonly unknown[], R, G = undefined>(
  f: (...args: A) => R,
  args: Arbitraries<A>,
  options: EquivariantOptions<A, R, G>,
): fc.IPropertyWithHooks<[args: A, by: G]> {
  const law = "laws.equivariant"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance", "by", "input", "output"])
  requireOptions(law, options, ["input"])
  const { input, output, tolerance } = options
  const by: fc.Arbitrary<G> = options.by ?? typed(fc.constant(undefined))
  return fc.property(typed<fc.Arbitrary<A>>(tupleOf(args)), by, (drawn, g) => {
    const changed = functionArgument(`${law}: input`, input)(drawn, g)
    if (!Array.isArray(changed))
      throw new CotangentError("law", `${law}: input gives the arguments in a tuple: input: ([x], g) => [take(x, g)]`)
    const result = call(...drawn)
    const wanted = output === undefined ? result : functionArgument(`${law}: output`, output)(result, g)
    expectEqual(
      {
        law,
        sides: ["f(input(x, g))", output === undefined ? "f(x)" : "output(f(x), g)"],
        perhaps:
          "f looks at positions: an index, a running sum, a tie broken by order, an axis other than the one that is changed",
      },
      resultAt(law, call, pointOf(changed)),
      flatten(wanted, "the result"),
      tolerance,
    )
  })
}

/**
 * Orders of n things, as indices for `take`: they shrink towards the order that changes nothing.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { take, tensor } from "cotangent"
 * import { permutations } from "cotangent/testing"
 * console.log(fc.sample(permutations(3), { numRuns: 2, seed: 1 }).map((order) => take(tensor([10, 20, 30]), order).arraySync()))
 * ```
 */
export const permutations = <const N extends number>(n: N): fc.Arbitrary<Tensor<readonly [N], "i32">> => {
  const places = Array.from({ length: n }, (_, k) => k)
  return typed(
    tensors({
      shape: [n],
      dtype: "i32",
      values: () =>
        fc
          .array(fc.nat(), { minLength: n, maxLength: n })
          // Sorted by drawn ranks: all equal, which is where they shrink to, keeps the order.
          .map((ranks) => places.toSorted((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0))),
    }),
  )
}
