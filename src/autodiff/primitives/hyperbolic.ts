import { type Unary, unary } from "../program/loop/scalar.ts"
import { around, type Elementwise, elementwise } from "./elementwise.ts"
import type { Values } from "./primitive.ts"

const hyperbolic = (name: Unary, values: Values): Elementwise =>
  elementwise({ name, takes: "float", scalar: (x) => unary(name, x), values: [values] })

/** Hyperbolic sine. */
export const sinh = hyperbolic("sinh", around)
/** Hyperbolic cosine. */
export const cosh = hyperbolic("cosh", around)
/** Inverse of the hyperbolic sine. */
export const asinh = hyperbolic("asinh", around)
/** Inverse of the hyperbolic cosine, for x from 1 on. */
export const acosh = hyperbolic("acosh", { min: 1.2, max: 4 })
/** Inverse of the hyperbolic tangent, between -1 and 1. */
export const atanh = hyperbolic("atanh", { min: -0.9, max: 0.9 })
