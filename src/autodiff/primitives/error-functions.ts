import { type Unary, unary } from "../program/loop/scalar.ts"
import { around, type Elementwise, elementwise } from "./elementwise.ts"
import type { Values } from "./primitive.ts"

const real = (name: Unary, values: Values): Elementwise =>
  elementwise({ name, takes: "float", scalar: (x) => unary(name, x), values: [values] })

/** 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export const erf = real("erf", around)
/** 1 - erf(x), with all its digits where erf is next to 1. */
export const erfc = real("erfc", around)
/** Where erf is x; between -1 and 1. */
export const erfinv = real("erfinv", { min: -0.9, max: 0.9 })
