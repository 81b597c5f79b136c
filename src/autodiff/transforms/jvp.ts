/** Forward mode. */
import { functionArgument, typed } from "../boundary.ts"
import { jvpValues } from "../interpreters/jvp.ts"
import { hasTangent, orZeros } from "../interpreters/zeros.ts"
import type { Jvp } from "../signatures/transforms.ts"
import { flatten } from "../tree.ts"
import { expectLike, overLeaves, settled } from "./arguments.ts"

/**
 * A function's value and its derivative in a direction: `jvp(f)([x], [v])` is `[f(x), f'(x) v]`, at about twice the cost
 * of `f`. Primals and tangents are given as tuples of arguments.
 *
 * @throws TreeError, ShapeError where the tangents do not match the primals.
 * @example
 * ```ts
 * import { jvp, type Scalar, sin } from "cotangent"
 * const [value, slope] = jvp((x: Scalar) => sin(x))([0], [1])
 * console.log(await value.item(), await slope.item())
 * ```
 */
export const jvp: Jvp = typed((f: unknown) => {
  const call = functionArgument("jvp", f)
  return (primals: readonly unknown[], tangents: readonly unknown[]) => {
    const args = settled(flatten(primals, "primals"))
    const given = expectLike("jvp", tangents, "tangents", args, "primals")
    const { run, result } = overLeaves("jvp", call, args)
    const made = jvpValues(
      run,
      args.leaves,
      given.map((t) => (hasTangent(t.type) ? t : undefined)),
    )
    return [result().build(made.outputs), result().build(made.outputs.map((x, k) => orZeros(made.tangents[k], x.type)))]
  }
})
