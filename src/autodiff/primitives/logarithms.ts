import { type Unary, unary } from "../program/loop/scalar.ts"
import { around, type Elementwise, elementwise, positive } from "./elementwise.ts"
import type { Values } from "./primitive.ts"

const real = (name: Unary, values: Values): Elementwise =>
  elementwise({ name, takes: "float", scalar: (x) => unary(name, x), values: [values] })

/** 2 to the power x. */
export const exp2 = real("exp2", around)
/** exp(x) - 1, with all its digits next to 0. */
export const expm1 = real("expm1", around)
/** Logarithm to base 2. */
export const log2 = real("log2", positive)
/** Logarithm to base 10. */
export const log10 = real("log10", positive)
/** log(1 + x), with all its digits next to 0. */
export const log1p = real("log1p", { min: -0.7, max: 3 })
/** Cube root, of negative numbers too. */
export const cbrt = real("cbrt", positive)
