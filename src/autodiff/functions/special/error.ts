/** The error function, its complement and its inverse. */
import { erfc as erfcOp, erfinv as erfinvOp, erf as erfOp } from "../../primitives/error-functions.ts"
import type { Unary } from "../../signatures/arithmetic.ts"
import { real } from "../real.ts"

/**
 * 2 / √π times the integral of exp(-t²) from 0 to x.
 *
 * @example
 * ```ts
 * import { erf, tensor } from "cotangent"
 * console.log(await erf(tensor([0, 1])).array())
 * ```
 */
export const erf: Unary = real(erfOp)
/** 1 - erf(x), with all its digits where that is next to 0. */
export const erfc: Unary = real(erfcOp)
/** Where erf is x; infinite at -1 and 1, NaN beyond. */
export const erfinv: Unary = real(erfinvOp)
