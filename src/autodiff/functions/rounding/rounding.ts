/** Whole numbers next to floats. */
import { round as roundOp, trunc as truncOp } from "../../primitives/rounding.ts"
import type { Unary } from "../../signatures/arithmetic.ts"
import { real } from "../real.ts"

/**
 * The nearest whole number, of two as near the even one; its derivative is 0.
 *
 * @example
 * ```ts
 * import { round, tensor } from "cotangent"
 * console.log(await round(tensor([0.5, 1.5, 2.7])).array())
 * ```
 */
export const round: Unary = real(roundOp)
/** x without its fraction; its derivative is 0. */
export const trunc: Unary = real(truncOp)
