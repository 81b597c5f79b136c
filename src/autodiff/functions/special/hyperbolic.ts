/** Hyperbolic functions and their inverses. */
import {
  acosh as acoshOp,
  asinh as asinhOp,
  atanh as atanhOp,
  cosh as coshOp,
  sinh as sinhOp,
} from "../../primitives/hyperbolic.ts"
import type { Unary } from "../../signatures/arithmetic.ts"
import { real } from "../real.ts"

/** The hyperbolic sine. */
export const sinh: Unary = real(sinhOp)
/** The hyperbolic cosine. */
export const cosh: Unary = real(coshOp)
/** The inverse of the hyperbolic sine. */
export const asinh: Unary = real(asinhOp)
/** The inverse of the hyperbolic cosine; NaN below 1. */
export const acosh: Unary = real(acoshOp)
/** The inverse of the hyperbolic tangent; infinite at -1 and 1, NaN beyond. */
export const atanh: Unary = real(atanhOp)
