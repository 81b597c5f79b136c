/** The derivative at a point as a linear function. */
import { functionArgument, typed } from "../boundary.ts"
import { applyLinear, linearizeValues } from "../interpreters/linearize.ts"
import { orZeros } from "../interpreters/zeros.ts"
import type { Linearize } from "../signatures/transforms.ts"
import { flatten } from "../tree.ts"
import { expectLike, overLeaves, residualsOf, settled } from "./arguments.ts"

/**
 * A function's value and its derivative as a function of tangents. The primal runs once, here; each call of the second
 * result costs only the linear part.
 *
 * @example
 * ```ts
 * import { linearize, type Scalar, sin } from "cotangent"
 * const [value, derivative] = linearize((x: Scalar) => sin(x))(0)
 * console.log(await value.item(), await derivative(2).item())
 * ```
 */
export const linearize: Linearize = typed((f: unknown) => {
  const call = functionArgument("linearize", f)
  return (...primals: readonly unknown[]) => {
    const args = settled(flatten(primals, "primals"))
    const { run, result } = overLeaves("linearize", call, args)
    const made = linearizeValues(
      run,
      args.leaves,
      args.leaves.map(() => true),
    )
    const out = result()
    const derivative = (...tangents: readonly unknown[]): unknown => {
      const given = expectLike("linearize", tangents, "tangents", args, "primals")
      const tangent = residualsOf("the derivative of linearize", () => applyLinear(made, given))
      return out.build(made.outputs.map((x, k) => orZeros(tangent[k], x.type)))
    }
    return [out.build(made.outputs), derivative]
  }
})
