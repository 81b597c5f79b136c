/** Values that derivatives take for constants. */
import { typed } from "../boundary.ts"
import { bindOne } from "../interpreter.ts"
import { stopGradient as primitive } from "../primitives/stop-gradient.ts"
import type { StopGradient } from "../signatures/transforms.ts"
import { flatten } from "../tree.ts"

/**
 * The same values, constant to every derivative.
 *
 * @example
 * ```ts
 * import { grad, mul, type Scalar, stopGradient } from "cotangent"
 * console.log(await grad((x: Scalar) => mul(stopGradient(x), x))(3).item())
 * ```
 */
export const stopGradient: StopGradient = typed((tree: unknown) => {
  const flat = flatten(tree, "tree")
  return flat.build(flat.leaves.map((x) => bindOne(primitive.operation, x)))
})
