/** Sums and products over axes. Without `axis` all of them; `keepDims` leaves them with size 1. */
import { typed } from "../../boundary.ts"
import { prod as prodOp } from "../../primitives/prod.ts"
import type { Reduction } from "../../signatures/reductions.ts"
import { numericValue } from "../operands.ts"
import { type Options, reduce, sumOf } from "./reduce.ts"

/**
 * The sum over axes; 0 over nothing.
 *
 * @throws ShapeError where an axis is out of range or named twice.
 * @example
 * ```ts
 * import { sum, tensor } from "cotangent"
 * console.log(await sum(tensor([[1, 2], [3, 4]]), { axis: 0, keepDims: true }).array())
 * ```
 */
export const sum: Reduction<"sum"> = typed((x: unknown, options?: Options) =>
  sumOf("sum", numericValue("sum", x), options),
)
/**
 * The product over axes; 1 over nothing. Its derivative is the product of the others, right also where factors are 0.
 *
 * @example
 * ```ts
 * import { prod, tensor } from "cotangent"
 * console.log(await prod(tensor([[1, 2], [3, 4]]), { axis: 1 }).array())
 * ```
 */
export const prod: Reduction<"prod"> = typed((x: unknown, options?: Options) =>
  reduce("prod", prodOp, numericValue("prod", x), options),
)
