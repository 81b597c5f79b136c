/** Reverse mode as a function of cotangents. */
import { functionArgument, typed } from "../boundary.ts"
import { linearizeValues } from "../interpreters/linearize.ts"
import { transposeLinear } from "../interpreters/transpose.ts"
import { orZeros } from "../interpreters/zeros.ts"
import type { Vjp } from "../signatures/transforms.ts"
import { flatten } from "../tree.ts"
import { expectLike, overLeaves, residualsOf, settled } from "./arguments.ts"

/**
 * A function's value and its pullback, which takes a cotangent of the value to a tuple of cotangents of the arguments. The
 * function runs once; the pullback may be called any number of times, also under other transforms.
 *
 * @throws TreeError, ShapeError where a cotangent does not have the value's structure, shapes and dtypes.
 * @example
 * ```ts
 * import { type F32, mul, tensor, vjp } from "cotangent"
 * const [out, pullback] = vjp((a: F32<[2]>, b: F32<[2]>) => mul(a, b))(tensor([1, 2]), tensor([3, 4]))
 * const [da, db] = pullback(out)
 * console.log(await da.array(), await db.array())
 * ```
 */
export const vjp: Vjp = typed((f: unknown) => {
  const call = functionArgument("vjp", f)
  return (...primals: readonly unknown[]) => {
    const args = settled(flatten(primals, "primals"))
    const { run, result } = overLeaves("vjp", call, args)
    const made = linearizeValues(
      run,
      args.leaves,
      args.leaves.map(() => true),
      "vjp",
    )
    const out = { ...result(), leaves: made.outputs }
    const pullback = (cotangent: unknown): unknown => {
      const given = expectLike("pullback", cotangent, "the cotangent", out, "the result")
      const back = residualsOf("pullback", () => transposeLinear(made.equations, made.inputs, made.tangents, given))
      return args.build(args.leaves.map((x, k) => orZeros(back[k], x.type)))
    }
    return [out.build(made.outputs), pullback]
  }
})
