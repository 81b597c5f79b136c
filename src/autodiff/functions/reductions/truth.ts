/** Whether, and how often, something holds over axes. */
import { typed } from "../../boundary.ts"
import { DTypeError } from "../../errors.ts"
import { all as allOp } from "../../primitives/all.ts"
import { any as anyOp } from "../../primitives/any.ts"
import type { Reduction as Primitive } from "../../primitives/reduction.ts"
import { boolOnly, keyIsNoNumber } from "../../shape/messages.ts"
import type { CountNonzero, Reduction } from "../../signatures/reductions.ts"
import type { Value } from "../../value.ts"
import { asValue } from "../operands.ts"
import * as v from "../values.ts"
import { type Options, reduce, sumOf } from "./reduce.ts"

function boolReduction(op: string, primitive: Primitive): (x: unknown, options?: Options) => Value {
  return (x, options) => {
    const value = asValue(op, x)
    if (value.dtype !== "bool") throw new DTypeError("bool-only", boolOnly(op, value.dtype), { op, dtype: value.dtype })
    return reduce(op, primitive, value, options)
  }
}
/**
 * Whether one is true over axes; false over nothing.
 *
 * @example
 * ```ts
 * import { any, greater, tensor } from "cotangent"
 * console.log(await any(greater(tensor([1, 5]), 4)).item())
 * ```
 */
export const any: Reduction<"any", "bool"> = typed(boolReduction("any", anyOp))
/** Whether all are true over axes; true over nothing. */
export const all: Reduction<"all", "bool"> = typed(boolReduction("all", allOp))
/**
 * How many elements over axes are not 0 (or are true), as i32; NaN is not 0.
 *
 * @example
 * ```ts
 * import { countNonzero, tensor } from "cotangent"
 * console.log(await countNonzero(tensor([[1, 0], [7, 2]]), { axis: 1 }).array())
 * ```
 */
export const countNonzero: CountNonzero = typed((x: unknown, options?: Options) => {
  const value = asValue("countNonzero", x)
  if (value.dtype === "key") throw new DTypeError("key", keyIsNoNumber("countNonzero"), { op: "countNonzero" })
  return sumOf("countNonzero", v.cast("i32", value.dtype === "bool" ? value : v.notEqual(value, 0)), options)
})
