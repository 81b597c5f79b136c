import { unary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** Sine of radians. */
export const sin = elementwise({
  name: "sin",
  takes: "float",
  scalar: (x) => unary("sin", x),
  values: [around],
})
