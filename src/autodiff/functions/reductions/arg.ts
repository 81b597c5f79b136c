/** Where the largest and smallest are. */
import { typed } from "../../boundary.ts"
import { ShapeError } from "../../errors.ts"
import { argmax as argmaxOp } from "../../primitives/argmax.ts"
import { argmin as argminOp } from "../../primitives/argmin.ts"
import type { Reduction as Primitive } from "../../primitives/reduction.ts"
import type { ArgReduction } from "../../signatures/reductions.ts"
import type { Value } from "../../value.ts"
import { numericValue } from "../operands.ts"
import { countOver, type Options, reduce } from "./reduce.ts"

function argReduction(op: string, primitive: Primitive): (x: unknown, options?: Options) => Value {
  return (x, options) => {
    const value = numericValue(op, x)
    if (countOver(op, value, options ?? {}) === 0)
      throw new ShapeError("empty", `${op}: there is no index over nothing, got [${value.shape.join(", ")}]`, {
        shape: value.shape,
      })
    return reduce(op, primitive, value, options)
  }
}
/**
 * The index of the largest, i32; the first of equals, or of the first NaN. Without `axis` it counts row-major.
 *
 * @example
 * ```ts
 * import { argmax, tensor } from "cotangent"
 * console.log(await argmax(tensor([[1, 5], [7, 2]]), { axis: 1 }).array())
 * ```
 */
export const argmax: ArgReduction<"argmax"> = typed(argReduction("argmax", argmaxOp))
/** The index of the smallest, i32; the first of equals, or of the first NaN. Without `axis` it counts row-major. */
export const argmin: ArgReduction<"argmin"> = typed(argReduction("argmin", argminOp))
